import FormField from '@cloudscape-design/components/form-field';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useEffect, useRef, useState } from 'react';
import { query, scan, type Item, type TableDescription } from '../../../api/dynamodb';
import { useLanguage } from '../../../i18n/language';
import { Dialog } from '../../../parts/dialog';
import { useNotices } from '../../../parts/notices';
import { inputOf, type Search } from '../explorer-query';
import { keysFor } from '../keys';
import { download } from '../../../parts/download';
import { ExportFile } from './item-export';
import type { Format } from './item-reader';

const FORMATS: readonly Format[] = ['json', 'dynamodb', 'csv'];
const EXTENSIONS: Record<Format, string> = {
  json: 'jsonl',
  dynamodb: 'dynamodb.jsonl',
  csv: 'csv',
};
/** Items read by one request. */
const READ_SIZE = 1_000;

type Scope = 'table' | 'search';

/** Writes the items of a table, or of a search, to a file. */
export function ExportItems({
  table,
  search,
  onClose,
}: {
  table: TableDescription;
  search: Search;
  onClose: () => void;
}) {
  const { language, texts } = useLanguage();
  const { files } = texts;
  const notices = useNotices();
  const [format, setFormat] = useState<Format>('json');
  const [scope, setScope] = useState<Scope>('table');
  const [read, setRead] = useState<number>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const number = new Intl.NumberFormat(language);
  const run = async (): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    setRead(0);
    const file = new ExportFile(
      format,
      keysFor(table).map(({ name }) => name),
    );
    let count = 0;
    try {
      for await (const items of pagesOf(
        table,
        scope === 'search' ? search : undefined,
        controller.signal,
      )) {
        file.add(items);
        count += items.length;
        setRead(count);
      }
      download(`${table.TableName}.${EXTENSIONS[format]}`, file.blob());
      notices.done(files.exported(number.format(count)));
      onClose();
    } catch (failure) {
      if (!controller.signal.aborted) throw failure;
    } finally {
      setRead(undefined);
    }
  };
  return (
    <Dialog
      title={files.exportTitle(table.TableName)}
      onClose={onClose}
      action={{ text: files.export, run }}
    >
      <FormField label={files.format}>
        <RadioGroup
          value={format}
          items={FORMATS.map((value) => ({
            value,
            label: files.formats[value],
            description: files.formatHints[value],
          }))}
          onChange={({ detail }) => setFormat(detail.value as Format)}
        />
      </FormField>
      <FormField label={files.scope}>
        <RadioGroup
          value={scope}
          items={[
            { value: 'table', label: files.wholeTable },
            { value: 'search', label: files.thisSearch },
          ]}
          onChange={({ detail }) => setScope(detail.value as Scope)}
        />
      </FormField>
      {read !== undefined && (
        <ProgressBar
          label={files.exporting}
          value={Math.min(99, (read / Math.max(table.ItemCount, 1)) * 100)}
          description={files.read(number.format(read))}
        />
      )}
    </Dialog>
  );
}

/** The items of a search, or of the whole table, page by page. */
async function* pagesOf(
  table: TableDescription,
  search: Search | undefined,
  signal: AbortSignal,
): AsyncGenerator<Item[]> {
  const input = search
    ? inputOf(table, search, READ_SIZE)
    : { TableName: table.TableName, Limit: READ_SIZE };
  let next: Item | undefined;
  do {
    const from = next && { ExclusiveStartKey: next };
    const page = await (search?.operation === 'query' ? query : scan)(
      { ...input, ...from },
      signal,
    );
    yield page.Items;
    next = page.LastEvaluatedKey;
  } while (next !== undefined);
}
