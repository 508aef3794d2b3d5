import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/language';
import { ErrorAlert } from './error-alert';
import type { Loaded } from './loaded';

const PAGE_SIZE = 25;

/** A list of resources with a search, pages, sorting, and what to do when there are none. */
export function ResourceTable<T>(properties: {
  title: string;
  description?: string;
  loaded: Loaded<T[]>;
  nameOf: (item: T) => string;
  columns: TableProps.ColumnDefinition<T>[];
  empty: { title: string; hint: string; action?: ReactNode };
  actions?: ReactNode;
  selected?: T[];
  onSelect?: (items: T[]) => void;
}) {
  const { title, description, loaded, nameOf, columns, empty, actions, selected, onSelect } =
    properties;
  const { shell } = useTexts();
  const all = loaded.value ?? [];
  const {
    items,
    actions: collection,
    filterProps,
    collectionProps,
    paginationProps,
    filteredItemsCount,
  } = useCollection(all, {
    filtering: {
      empty: (
        <SpaceBetween size="m">
          <Box variant="strong">{empty.title}</Box>
          <Box color="text-body-secondary">{empty.hint}</Box>
          {empty.action}
        </SpaceBetween>
      ),
      noMatch: (
        <SpaceBetween size="m">
          <Box variant="strong">{shell.noMatches}</Box>
          <Box color="text-body-secondary">{shell.noMatchesHint}</Box>
          <Button onClick={() => collection.setFiltering('')}>{shell.clearFilter}</Button>
        </SpaceBetween>
      ),
      filteringFunction: (item, text) => nameOf(item).toLowerCase().includes(text.toLowerCase()),
    },
    pagination: { pageSize: PAGE_SIZE },
    sorting: {},
  });
  if (loaded.value === undefined && loaded.error !== undefined)
    return <ErrorAlert error={loaded.error} onRetry={loaded.reload} />;
  return (
    <Table
      {...collectionProps}
      items={items}
      columnDefinitions={columns}
      trackBy={nameOf}
      loading={loaded.value === undefined}
      loadingText={shell.loading}
      enableKeyboardNavigation
      wrapLines
      {...(onSelect && {
        selectionType: 'single' as const,
        selectedItems: selected ?? [],
        onSelectionChange: ({ detail }: { detail: { selectedItems: T[] } }) =>
          onSelect(detail.selectedItems),
        ariaLabels: {
          selectionGroupLabel: shell.selection,
          itemSelectionLabel: (_: unknown, item: T) => nameOf(item),
        },
      })}
      header={
        <Header
          variant="h2"
          description={description}
          counter={`(${String(all.length)})`}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                iconName="refresh"
                ariaLabel={shell.refresh}
                loading={loaded.isLoading}
                onClick={loaded.reload}
              />
              {actions}
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
      filter={
        <TextFilter
          {...filterProps}
          filteringAriaLabel={shell.find}
          filteringPlaceholder={shell.find}
          countText={String(filteredItemsCount ?? 0)}
        />
      }
      pagination={<Pagination {...paginationProps} />}
    />
  );
}
