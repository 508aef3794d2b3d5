import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useCallback, useEffect, useState } from 'react';
import { listCacheKeys, type KeyPage } from '../../api/freshet';
import type { CacheKey } from '../../api/momento';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';

/** The keys of a cache, page by page, as the cache gives them. */
export function KeyList({ cache, onChoose }: { cache: string; onChoose: (key: CacheKey) => void }) {
  const { shell, topics } = useTexts();
  const [page, setPage] = useState<KeyPage>();
  const [error, setError] = useState<unknown>();
  const load = useCallback(
    async (after?: KeyPage): Promise<void> => {
      setError(undefined);
      try {
        const { keys, cursor } = await listCacheKeys(cache, after?.cursor);
        // While the cache changes a key may come twice.
        const all = new Map([...(after?.keys ?? []), ...keys].map((key) => [textOf(key), key]));
        setPage({ keys: [...all.values()], ...(cursor !== undefined && { cursor }) });
      } catch (failure) {
        setError(failure);
      }
    },
    [cache],
  );
  useEffect(() => void load(), [load]);
  return (
    <SpaceBetween size="s">
      <ErrorAlert error={error} onRetry={() => void load()} />
      <Table
        items={page?.keys ?? []}
        loading={page === undefined && error === undefined}
        loadingText={shell.loading}
        ariaLabels={{ tableLabel: topics.keys }}
        header={
          <Header
            variant="h2"
            description={topics.keysHint}
            actions={
              <Button iconName="refresh" ariaLabel={shell.refresh} onClick={() => void load()} />
            }
          >
            {topics.keys}
          </Header>
        }
        empty={
          <SpaceBetween size="s">
            <Box variant="strong">{topics.noKeys}</Box>
            <Box color="text-body-secondary">{topics.noKeysHint}</Box>
          </SpaceBetween>
        }
        columnDefinitions={[
          {
            id: 'key',
            header: topics.keys,
            isRowHeader: true,
            cell: (key) => (
              <Link
                href="#"
                onFollow={(event) => {
                  event.preventDefault();
                  onChoose(key);
                }}
              >
                {textOf(key)}
              </Link>
            ),
          },
        ]}
        footer={
          page?.cursor !== undefined && (
            <Box textAlign="center">
              <Button onClick={() => void load(page)}>{topics.moreKeys}</Button>
            </Box>
          )
        }
      />
    </SpaceBetween>
  );
}

function textOf(key: CacheKey): string {
  return 'text' in key ? key.text : `base64:${key.base64}`;
}
