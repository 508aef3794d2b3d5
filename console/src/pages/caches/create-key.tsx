import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { createKey } from '../../api/freshet';
import { useTexts } from '../../i18n/language';
import { Dialog } from '../../parts/dialog';
import { ShownSecret } from '../../parts/shown-secret';

const ROLES = ['readwrite', 'readonly', 'writeonly'] as const;
type Role = (typeof ROLES)[number];
const HOUR = 3600;
const DAY = 24 * HOUR;

/** Makes a key and shows it, once. */
export function CreateKey({ onClose }: { onClose: () => void }) {
  const { shell, caches } = useTexts();
  const [description, setDescription] = useState('');
  const [role, setRole] = useState<Role>('readwrite');
  const [seconds, setSeconds] = useState('');
  const [key, setKey] = useState<string>();
  const spans = [
    { value: '', label: caches.never },
    { value: String(HOUR), label: caches.hours(1) },
    { value: String(DAY), label: caches.days(1) },
    { value: String(30 * DAY), label: caches.days(30) },
  ];
  const create = async (): Promise<void> => {
    const made = await createKey({
      role,
      description,
      ...(seconds !== '' && { validForSeconds: Number(seconds) }),
    });
    setKey(made.key);
  };
  return (
    <Dialog
      title={caches.createKey}
      closeText={key === undefined ? shell.cancel : shell.close}
      onClose={onClose}
      action={key === undefined ? { text: shell.create, run: create } : undefined}
    >
      {key === undefined ? (
        <SpaceBetween size="m">
          <FormField label={`${shell.description} - ${shell.optional}`}>
            <Input value={description} onChange={({ detail }) => setDescription(detail.value)} />
          </FormField>
          <FormField label={caches.role}>
            <Select
              selectedOption={{ value: role, label: caches.roles[role] }}
              options={ROLES.map((value) => ({ value, label: caches.roles[value] }))}
              onChange={({ detail }) => setRole(detail.selectedOption.value as Role)}
            />
          </FormField>
          <FormField label={caches.validFor}>
            <Select
              selectedOption={spans.find(({ value }) => value === seconds)!}
              options={spans}
              onChange={({ detail }) => setSeconds(detail.selectedOption.value!)}
            />
          </FormField>
        </SpaceBetween>
      ) : (
        <SpaceBetween size="m">
          <Alert type="success">{caches.keyOnce}</Alert>
          <ShownSecret secret={key} />
        </SpaceBetween>
      )}
    </Dialog>
  );
}
