import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { showCacheItem } from '../../api/freshet';
import { ApiError } from '../../api/http';
import { deleteValue, getValue, setValue, type CacheKey } from '../../api/momento';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useNotices } from '../../parts/notices';
import { Elements } from './elements';
import { KeyList } from './key-list';
import { TimeLeft } from './time-left';
import { textOf } from './value-forms';
import { ValueView } from './value-view';

const DEFAULT_TTL = '300';

/** What a look found under a key. */
interface Found {
  key: string;
  item: CacheKey;
  /** Undefined when there is no value: nothing at all, or a collection. */
  value: Uint8Array | undefined;
  type?: string;
  /** Epoch milliseconds. */
  until?: number;
}

/** Gets, sets and deletes values of a cache by their keys. */
export function DataExplorer({ cache }: { cache: string }) {
  const { shell, caches, elements, topics } = useTexts();
  const notices = useNotices();
  const [key, setKey] = useState<CacheKey>({ text: '' });
  const [found, setFound] = useState<Found>();
  const [text, setText] = useState('');
  const [ttl, setTtl] = useState(DEFAULT_TTL);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const act = async (action: () => Promise<void>): Promise<void> => {
    setTried(true);
    if (keyText === '') return;
    setBusy(true);
    setError(undefined);
    try {
      await action();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  const keyText = 'text' in key ? key.text : key.base64;
  /** A value set under its key would take its place: it is changed by its elements. */
  const isCollection =
    found?.type !== undefined &&
    found.type !== 'scalar' &&
    JSON.stringify(found.item) === JSON.stringify(key);
  const get = async (wanted = key): Promise<void> => {
    const [value, item] = await Promise.all([getValue(cache, wanted), itemOf(cache, wanted)]);
    setFound({
      key: 'text' in wanted ? wanted.text : wanted.base64,
      item: wanted,
      value,
      ...(item && { type: item.type, until: Date.now() + item.ttlMs }),
    });
    if (value) setText(textOf(value) ?? '');
  };
  const set = async (): Promise<void> => {
    await setValue(cache, key, new TextEncoder().encode(text), Number(ttl));
    notices.done(caches.wasSet(keyText));
    await get();
  };
  const remove = async (): Promise<void> => {
    await deleteValue(cache, key);
    notices.done(caches.wasDeleted(keyText));
    setFound(undefined);
  };
  return (
    <SpaceBetween size="l">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void act(() => get());
        }}
      >
        <SpaceBetween size="l">
          <FormField
            label={caches.key}
            constraintText={'base64' in key && topics.base64}
            errorText={isTried && keyText === '' && shell.required}
          >
            <Input value={keyText} onChange={({ detail }) => setKey({ text: detail.value })} />
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
              <SpaceBetween size="xs">
                <ValueView name={found.key} value={found.value} />
                {found.until !== undefined && <TimeLeft until={found.until} />}
              </SpaceBetween>
            ) : (
              (found.type === undefined || found.type === 'scalar') && (
                <Alert type="info">{caches.missing(found.key)}</Alert>
              )
            ))}
          {!isCollection && (
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
                  <Input
                    type="number"
                    value={ttl}
                    onChange={({ detail }) => setTtl(detail.value)}
                  />
                </FormField>
                <Button formAction="none" loading={isBusy} onClick={() => void act(set)}>
                  {caches.set}
                </Button>
              </SpaceBetween>
            </ColumnLayout>
          )}
        </SpaceBetween>
      </form>
      {found?.type !== undefined && found.type !== 'scalar' && (
        <Elements
          key={JSON.stringify(found.item)}
          cache={cache}
          item={found.item}
          onGone={() => {
            notices.done(elements.gone);
            setFound(undefined);
          }}
        />
      )}
      <KeyList
        cache={cache}
        onChoose={(chosen) => {
          setKey(chosen);
          setTried(true);
          setBusy(true);
          setError(undefined);
          void get(chosen)
            .catch(setError)
            .finally(() => setBusy(false));
        }}
      />
    </SpaceBetween>
  );
}

/** What lies under a key; undefined when nothing does. */
async function itemOf(
  cache: string,
  key: CacheKey,
): Promise<{ type: string; ttlMs: number } | undefined> {
  try {
    return await showCacheItem(cache, key);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
