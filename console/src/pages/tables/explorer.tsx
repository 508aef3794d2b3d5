import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { deleteItem, query, scan, type Item, type TableDescription } from '../../api/dynamodb';
import { useTexts } from '../../i18n/language';
import { DeleteModal } from '../../parts/delete-modal';
import { ErrorAlert } from '../../parts/error-alert';
import { ExplorerForm } from './explorer-form';
import { inputOf, type Search } from './explorer-query';
import { ItemEditor } from './item-editor';
import { valueText } from './item-json';
import { keyAttributes } from './keys';

const ExportItems = lazy(async () => ({
  default: (await import('./item-files/export-items')).ExportItems,
}));
const ImportItems = lazy(async () => ({
  default: (await import('./item-files/import-items')).ImportItems,
}));

const PAGE_SIZE = 50;
/** Items read by one request. */
const READ_SIZE = 300;
/** Columns beyond these make a table that nobody reads; the editor shows the rest. */
const MAX_COLUMNS = 10;

const NO_ITEMS: Item[] = [];

interface Result {
  items: Item[];
  scanned: number;
  next: Item | undefined;
}

/** Scans and queries a table, and opens its items. */
export function Explorer({ table }: { table: TableDescription }) {
  const { shell, tables, files: fileTexts } = useTexts();
  const [search, setSearch] = useState<Search>({
    operation: 'scan',
    index: undefined,
    partitionValue: '',
    sort: undefined,
    filters: [],
  });
  const { result, error, isRunning, run, stop } = useSearch(table, search);
  const [pageIndex, setPageIndex] = useState(1);
  const [selected, setSelected] = useState<Item[]>([]);
  const [edited, setEdited] = useState<{ item: Item | undefined; isNew: boolean }>();
  const [isDeleting, setDeleting] = useState(false);
  const [files, setFiles] = useState<'import' | 'export'>();
  const items = result?.items ?? NO_ITEMS;
  const keyText = (item: Item): string => JSON.stringify(keyAttributes(table, item));
  const first = (): void => {
    setPageIndex(1);
    setSelected([]);
    run();
  };
  const pages = Math.max(1, Math.ceil(items.length / PAGE_SIZE));
  const names = useMemo(() => columnNames(table, items), [table, items]);
  // What was read next may have held nothing for a further page.
  const current = isRunning ? pageIndex : Math.min(pageIndex, pages);
  const shown = items.slice((current - 1) * PAGE_SIZE, current * PAGE_SIZE);
  return (
    <SpaceBetween size="l">
      <ExplorerForm
        table={table}
        search={search}
        onChange={setSearch}
        isRunning={isRunning}
        onRun={first}
        onStop={stop}
      />
      <ErrorAlert error={error} onRetry={first} />
      <Table
        items={shown}
        trackBy={keyText}
        columnDefinitions={columnsOf(names, (item) => setEdited({ item, isNew: false }))}
        loading={isRunning && shown.length === 0}
        loadingText={shell.loading}
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          selectionGroupLabel: shell.selection,
          allItemsSelectionLabel: () => shell.selection,
          itemSelectionLabel: (_, item) => keyText(item),
          tableLabel: tables.explore,
        }}
        enableKeyboardNavigation
        resizableColumns
        empty={
          <SpaceBetween size="m">
            <Box variant="strong">{tables.noItems}</Box>
            <Box color="text-body-secondary">{tables.noItemsHint}</Box>
          </SpaceBetween>
        }
        header={
          <Header
            variant="h2"
            counter={result && `(${tables.found(items.length, result.scanned)})`}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button onClick={() => setFiles('import')}>{fileTexts.import}</Button>
                <Button onClick={() => setFiles('export')}>{fileTexts.export}</Button>
                <Button disabled={selected.length === 0} onClick={() => setDeleting(true)}>
                  {shell.delete}
                </Button>
                <Button
                  disabled={selected.length !== 1}
                  onClick={() => setEdited({ item: selected[0], isNew: true })}
                >
                  {tables.duplicate}
                </Button>
                <Button
                  variant="primary"
                  onClick={() => setEdited({ item: undefined, isNew: true })}
                >
                  {tables.createItem}
                </Button>
              </SpaceBetween>
            }
          >
            {tables.explore}
          </Header>
        }
        pagination={
          <Pagination
            currentPageIndex={current}
            pagesCount={pages}
            openEnd={result?.next !== undefined}
            disabled={isRunning}
            onChange={({ detail }) => {
              setPageIndex(detail.currentPageIndex);
              // Behind the last page lies what has not been read yet.
              if (detail.currentPageIndex > pages && result?.next) run(result);
            }}
          />
        }
        footer={
          result?.next && (
            <Box textAlign="center">
              <Button loading={isRunning} onClick={() => run(result)}>
                {tables.more}
              </Button>
            </Box>
          )
        }
      />
      {edited && (
        <ItemEditor
          table={table}
          item={edited.item}
          isNew={edited.isNew}
          onClose={() => setEdited(undefined)}
          onSaved={() => {
            setEdited(undefined);
            first();
          }}
        />
      )}
      <Suspense fallback={null}>
        {files === 'export' && (
          <ExportItems table={table} search={search} onClose={() => setFiles(undefined)} />
        )}
        {files === 'import' && (
          <ImportItems
            table={table}
            onClose={(isChanged) => {
              setFiles(undefined);
              if (isChanged) first();
            }}
          />
        )}
      </Suspense>
      {isDeleting && (
        <DeleteModal
          name={selected.length === 1 ? keyText(selected[0]!) : tables.deleteItems(selected.length)}
          remove={async () => {
            for (const item of selected)
              await deleteItem({ TableName: table.TableName, Key: keyAttributes(table, item) });
          }}
          onClose={() => setDeleting(false)}
          onDone={() => {
            setDeleting(false);
            first();
          }}
        />
      )}
    </SpaceBetween>
  );
}

/** Runs a search when it is asked for, and once when the page comes up. */
function useSearch(table: TableDescription, search: Search) {
  const [result, setResult] = useState<Result>();
  const [error, setError] = useState<unknown>();
  const [isRunning, setRunning] = useState(false);
  const running = useRef<AbortController>(undefined);
  const run = (after?: Result): void => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setRunning(true);
    setError(undefined);
    const input = {
      ...inputOf(table, search, READ_SIZE),
      ...(after?.next && { ExclusiveStartKey: after.next }),
    };
    void (search.operation === 'scan' ? scan : query)(input, controller.signal)
      .then(
        (page) =>
          setResult({
            items: [...(after?.items ?? []), ...page.Items],
            scanned: (after?.scanned ?? 0) + page.ScannedCount,
            next: page.LastEvaluatedKey,
          }),
        (failure: unknown) => {
          if (!controller.signal.aborted) setError(failure);
        },
      )
      .finally(() => {
        if (running.current === controller) setRunning(false);
      });
  };
  useEffect(() => {
    run();
    return () => running.current?.abort();
    // Only the first look comes by itself: what is typed is looked for when the person says so.
  }, [table.TableName]);
  return { result, error, isRunning, run, stop: () => running.current?.abort() };
}

/** The table's keys, then the attributes that its items have. */
function columnNames(table: TableDescription, items: readonly Item[]): string[] {
  const keys = table.KeySchema.map(({ AttributeName }) => AttributeName);
  const others = new Set<string>();
  for (const item of items) for (const name of Object.keys(item)) others.add(name);
  return [...keys, ...[...others].filter((name) => !keys.includes(name))];
}

function columnsOf(
  names: readonly string[],
  open: (item: Item) => void,
): TableProps.ColumnDefinition<Item>[] {
  return names.slice(0, MAX_COLUMNS).map((name, index) => ({
    id: name,
    header: name,
    isRowHeader: index === 0,
    minWidth: 120,
    cell: (item) => {
      const value = item[name];
      const text =
        value === undefined ? '' : typeof value['S'] === 'string' ? value['S'] : valueText(value);
      return index === 0 ? (
        <Link
          href="#"
          onFollow={(event) => {
            event.preventDefault();
            open(item);
          }}
        >
          {text}
        </Link>
      ) : (
        text
      );
    },
  }));
}
