import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Tabs from '@cloudscape-design/components/tabs';
import { listCaches } from '../../api/freshet';
import { useLanguage } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { DataExplorer } from './data-explorer';
import { Topics } from './topics';
import { Webhooks } from './webhooks';

const REFRESH_MS = 2_000;
const COUNTS = ['items', 'bytes', 'hits', 'misses', 'evictions', 'expirations'] as const;

/** One cache: its statistics and its values. */
export function CachePage({ name }: { name: string }) {
  const { language, texts } = useLanguage();
  const { shell, caches, topics, webhooks } = texts;
  const loaded = useLoaded('caches', listCaches, REFRESH_MS);
  const cache = loaded.value?.find((one) => one.name === name);
  const number = new Intl.NumberFormat(language);
  return (
    <Page title={name} trail={[{ text: shell.caches, route: ['caches'] }]}>
      <ErrorAlert error={loaded.error} onRetry={loaded.reload} />
      <Container>
        <KeyValuePairs
          columns={4}
          items={COUNTS.map((count) => ({
            label: caches[count],
            value: cache ? number.format(cache[count]) : '-',
          }))}
        />
      </Container>
      <Tabs
        tabs={[
          {
            id: 'explorer',
            label: topics.explorerTab,
            content: (
              <Container
                header={
                  <Header variant="h2" description={caches.explorerHint}>
                    {caches.explorer}
                  </Header>
                }
              >
                <DataExplorer cache={name} />
              </Container>
            ),
          },
          { id: 'topics', label: topics.tab, content: <Topics cache={name} /> },
          { id: 'webhooks', label: webhooks.tab, content: <Webhooks cache={name} /> },
        ]}
      />
    </Page>
  );
}
