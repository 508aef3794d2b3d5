import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { deleteValue, getValue, setValue } from '../../api/momento';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useNotices } from '../../parts/notices';
import { textOf } from './value-forms';
import { ValueView } from './value-view';

const DEFAULT_TTL = '300';

/** Gets, sets and deletes values of a cache by their keys. */
export function DataExplorer({ cache }: { cache: string }) {
  const { shell, caches } = useTexts();
  const notices = useNotices();
  const [key, setKey] = useState('');
  const [found, setFound] = useState<{ key: string; value: Uint8Array | undefined }>();
  const [text, setText] = useState('');
  const [ttl, setTtl] = useState(DEFAULT_TTL);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const act = async (action: () => Promise<void>): Promise<void> => {
    setTried(true);
    if (key === '') return;
    setBusy(true);
    setError(undefined);
    try {
      await action();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  const get = async (): Promise<void> => {
    const value = await getValue(cache, key);
    setFound({ key, value });
    if (value) setText(textOf(value) ?? '');
  };
  const set = async (): Promise<void> => {
    await setValue(cache, key, new TextEncoder().encode(text), Number(ttl));
    notices.done(caches.wasSet(key));
    await get();
  };
  const remove = async (): Promise<void> => {
    await deleteValue(cache, key);
    notices.done(caches.wasDeleted(key));
    setFound(undefined);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void act(get);
      }}
    >
      <SpaceBetween size="l">
        <FormField label={caches.key} errorText={isTried && key === '' && shell.required}>
          <Input value={key} onChange={({ detail }) => setKey(detail.value)} />
        </FormField>
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="primary" formAction="submit" loading={isBusy}>
            {caches.get}
          </Button>
          <Button formAction="none" onClick={() => void act(remove)}>
            {caches.delete}
          </Button>
        </SpaceBetween>
        <ErrorAlert error={error} />
        {found &&
          (found.value ? (
            <ValueView name={found.key} value={found.value} />
          ) : (
            <Alert type="info">{caches.missing(found.key)}</Alert>
          ))}
        <ColumnLayout columns={2}>
          <FormField label={caches.value}>
            <div className="mono">
              <Textarea
                ariaLabel={caches.value}
                rows={4}
                spellcheck={false}
                value={text}
                onChange={({ detail }) => setText(detail.value)}
              />
            </div>
          </FormField>
          <SpaceBetween size="s">
            <FormField label={caches.ttl} constraintText={caches.ttlHint}>
              <Input type="number" value={ttl} onChange={({ detail }) => setTtl(detail.value)} />
            </FormField>
            <Button formAction="none" loading={isBusy} onClick={() => void act(set)}>
              {caches.set}
            </Button>
          </SpaceBetween>
        </ColumnLayout>
      </SpaceBetween>
    </form>
  );
}
