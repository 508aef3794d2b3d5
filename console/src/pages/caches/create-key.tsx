import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { createKey } from '../../api/freshet';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';

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
  const [error, setError] = useState<unknown>();
  const spans = [
    { value: '', label: caches.never },
    { value: String(HOUR), label: caches.hours(1) },
    { value: String(DAY), label: caches.days(1) },
    { value: String(30 * DAY), label: caches.days(30) },
  ];
  const create = async (): Promise<void> => {
    try {
      const made = await createKey({
        role,
        description,
        ...(seconds !== '' && { validForSeconds: Number(seconds) }),
      });
      setKey(made.key);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <Modal
      visible
      header={caches.createKey}
      closeAriaLabel={shell.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {key === undefined ? shell.cancel : shell.close}
            </Button>
            {key === undefined && (
              <Button variant="primary" onClick={() => void create()}>
                {shell.create}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
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
          <ErrorAlert error={error} />
        </SpaceBetween>
      ) : (
        <SpaceBetween size="m">
          <Alert type="success">{caches.keyOnce}</Alert>
          <pre className="value mono" tabIndex={0}>
            {key}
          </pre>
          <CopyToClipboard
            textToCopy={key}
            copyButtonText={shell.copy}
            copySuccessText={shell.copied}
            copyErrorText={shell.copyFailed}
          />
        </SpaceBetween>
      )}
    </Modal>
  );
}
