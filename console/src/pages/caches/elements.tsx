import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useCallback, useEffect, useState } from 'react';
import {
  listElements,
  PAGE_SIZE,
  putElement,
  removeElement,
  type Element,
  type ElementPage,
} from '../../api/elements';
import type { CacheKey } from '../../api/momento';
import { useLanguage } from '../../i18n/language';
import { DeleteModal } from '../../parts/delete-modal';
import { ErrorAlert } from '../../parts/error-alert';
import { useNotices } from '../../parts/notices';
import { ElementDialog } from './element-dialog';
import { TimeLeft } from './time-left';

/** A longer value is shown in part; the whole of it when it is opened. */
const MAX_SHOWN = 200;

/** A loaded page, and when what it says of the time to live is over. */
type Page = ElementPage & { until: number };

/** The elements of the collection under a key, page by page. */
export function Elements(properties: { cache: string; item: CacheKey; onGone: () => void }) {
  const { cache, item, onGone } = properties;
  const { language, texts } = useLanguage();
  const { shell, elements, topics } = texts;
  const notices = useNotices();
  const [pages, setPages] = useState<Page[]>([]);
  const [shown, setShown] = useState(1);
  const [selected, setSelected] = useState<Element[]>([]);
  const [isLoading, setLoading] = useState(true);
  const [error, setError] = useState<unknown>();
  /** What the dialog is about; `new` for a new one. */
  const [opened, setOpened] = useState<Element | 'new'>();
  const [isDeleting, setDeleting] = useState(false);
  const number = new Intl.NumberFormat(language);
  const load = useCallback(
    async (before: Page[]): Promise<void> => {
      setLoading(true);
      setError(undefined);
      try {
        const page = await listElements(cache, item, before.at(-1)?.cursor);
        setPages([...before, { ...page, until: Date.now() + page.ttlMs }]);
        setShown(before.length + 1);
        setSelected([]);
      } catch (failure) {
        setError(failure);
      }
      setLoading(false);
    },
    [cache, item],
  );
  useEffect(() => void load([]), [load]);
  const last = pages.at(-1);
  const page = pages[shown - 1];
  const chosen = selected[0];
  const keyText = textOf(item);
  const opener = (element: Element, text: string) => (
    <Link
      href="#"
      onFollow={(event) => {
        event.preventDefault();
        setOpened(element);
      }}
    >
      <span className="mono">{cut(text)}</span>
    </Link>
  );
  const valueColumn: TableProps.ColumnDefinition<Element> = {
    id: 'value',
    header: elements.value,
    cell: ({ value }) => <span className="mono">{cut(textOf(value))}</span>,
  };
  const columns: Record<ElementPage['type'], TableProps.ColumnDefinition<Element>[]> = {
    dictionary: [
      {
        id: 'field',
        header: elements.field,
        isRowHeader: true,
        cell: (element) => opener(element, textOf(element.field!)),
      },
      valueColumn,
    ],
    list: [
      {
        id: 'index',
        header: elements.index,
        width: 120,
        isRowHeader: true,
        cell: (element) => opener(element, number.format(element.index!)),
      },
      valueColumn,
    ],
    set: [
      {
        ...valueColumn,
        isRowHeader: true,
        cell: (element) => opener(element, textOf(element.value)),
      },
    ],
    'sorted set': [
      {
        id: 'score',
        header: elements.score,
        width: 160,
        cell: ({ score }) => String(score),
      },
      {
        ...valueColumn,
        isRowHeader: true,
        cell: (element) => opener(element, textOf(element.value)),
      },
    ],
  };
  if (page === undefined && error !== undefined)
    return <ErrorAlert error={error} onRetry={() => void load([])} />;
  return (
    <SpaceBetween size="s">
      <ErrorAlert error={error} />
      <Table
        items={page?.elements ?? []}
        loading={page === undefined}
        loadingText={shell.loading}
        wrapLines
        trackBy={identityOf}
        selectionType="single"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          tableLabel: elements.table,
          selectionGroupLabel: shell.selection,
          itemSelectionLabel: (_, element) => nameOf(element),
        }}
        columnDefinitions={columns[page?.type ?? 'set']}
        header={
          <Header
            variant="h2"
            {...(page && { counter: `(${number.format(page.length)})` })}
            description={page && <TimeLeft until={page.until} />}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  formAction="none"
                  ariaLabel={shell.refresh}
                  onClick={() => void load([])}
                />
                <Button formAction="none" disabled={!chosen} onClick={() => setDeleting(true)}>
                  {shell.remove}
                </Button>
                <Button formAction="none" disabled={!page} onClick={() => setOpened('new')}>
                  {elements.add}
                </Button>
              </SpaceBetween>
            }
          >
            {elements.title(
              keyText,
              page ? (topics.types[page.type] ?? page.type) : elements.table,
            )}
          </Header>
        }
        pagination={
          (last?.length ?? 0) > PAGE_SIZE || pages.length > 1 ? (
            <Pagination
              currentPageIndex={shown}
              pagesCount={pages.length}
              openEnd={last?.cursor !== undefined}
              disabled={isLoading}
              onChange={({ detail }) => {
                if (detail.currentPageIndex > pages.length) void load(pages);
                else {
                  setShown(detail.currentPageIndex);
                  setSelected([]);
                }
              }}
            />
          ) : undefined
        }
      />
      {opened !== undefined && page && (
        <ElementDialog
          type={page.type}
          element={opened === 'new' ? undefined : opened}
          onClose={() => setOpened(undefined)}
          save={async (element) => {
            await putElement(cache, item, element);
            notices.done(elements.saved);
            setOpened(undefined);
            await load([]);
          }}
        />
      )}
      {isDeleting && chosen && page && (
        <DeleteModal
          name={nameOf(chosen)}
          remove={() => removeElement(cache, item, chosen)}
          onClose={() => setDeleting(false)}
          onDone={() => {
            setDeleting(false);
            if (page.length > 1) void load([]);
            else onGone();
          }}
        />
      )}
    </SpaceBetween>
  );
}

function textOf(shown: CacheKey): string {
  return 'text' in shown ? shown.text : `base64:${shown.base64}`;
}

/** What tells an element from the others. */
function identityOf({ field, index, value }: Element): string {
  if (field) return textOf(field);
  return index === undefined ? textOf(value) : String(index);
}

function nameOf(element: Element): string {
  return cut(identityOf(element));
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
