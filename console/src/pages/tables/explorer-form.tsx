import Button from '@cloudscape-design/components/button';
import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableDescription } from '../../api/dynamodb';
import { useTexts } from '../../i18n/language';
import {
  BARE_CONDITIONS,
  FILTER_CONDITIONS,
  KEY_CONDITIONS,
  keysOf,
  type Filter,
  type Search,
} from './explorer-query';
import { typeOf } from './keys';

const FILTER_TYPES = ['S', 'N', 'B', 'BOOL', 'NULL'];
const NEW_FILTER: Filter = { attribute: '', condition: '=', type: 'S', value: '', secondValue: '' };

/** Where to look and for what. */
export function ExplorerForm(properties: {
  table: TableDescription;
  search: Search;
  onChange: (search: Search) => void;
  isRunning: boolean;
  onRun: () => void;
  onStop: () => void;
}) {
  const { table, search, onChange, isRunning, onRun, onStop } = properties;
  const { tables } = useTexts();
  const indexes = [
    ...(table.GlobalSecondaryIndexes ?? []),
    ...(table.LocalSecondaryIndexes ?? []),
  ].map(({ IndexName }) => ({ value: IndexName, label: tables.index(IndexName) }));
  const sources = [{ value: '', label: tables.table }, ...indexes];
  const keys = keysOf(table, search.index);
  const change = (changed: Partial<Search>): void => onChange({ ...search, ...changed });
  const sort =
    search.sort ??
    (keys.sort === undefined
      ? undefined
      : { ...NEW_FILTER, attribute: keys.sort, type: typeOf(table, keys.sort) });
  const conditionOptions = (conditions: string[]) =>
    conditions.map((value) => ({ value, label: tables.conditions[value]! }));
  return (
    <Container>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onRun();
        }}
      >
        <SpaceBetween size="m">
          <ColumnLayout columns={2}>
            <FormField label={tables.operation}>
              <SegmentedControl
                label={tables.operation}
                selectedId={search.operation}
                options={[
                  { id: 'scan', text: tables.scan },
                  { id: 'query', text: tables.query },
                ]}
                onChange={({ detail }) =>
                  change({ operation: detail.selectedId as Search['operation'] })
                }
              />
            </FormField>
            <FormField label={tables.source}>
              <Select
                selectedOption={sources.find(({ value }) => value === (search.index ?? ''))!}
                options={sources}
                onChange={({ detail }) =>
                  change({ index: detail.selectedOption.value || undefined, sort: undefined })
                }
              />
            </FormField>
          </ColumnLayout>
          {search.operation === 'query' && (
            <ColumnLayout columns={2}>
              <FormField label={`${tables.partitionKey}: ${keys.partition}`}>
                <Input
                  value={search.partitionValue}
                  onChange={({ detail }) => change({ partitionValue: detail.value })}
                />
              </FormField>
              {sort && (
                <FormField label={`${tables.sortKey}: ${sort.attribute}`}>
                  <ColumnLayout columns={sort.condition === 'BETWEEN' ? 3 : 2}>
                    <Select
                      ariaLabel={tables.condition}
                      selectedOption={{
                        value: sort.condition,
                        label: tables.conditions[sort.condition]!,
                      }}
                      options={conditionOptions(KEY_CONDITIONS)}
                      onChange={({ detail }) =>
                        change({ sort: { ...sort, condition: detail.selectedOption.value! } })
                      }
                    />
                    <Input
                      ariaLabel={tables.value}
                      value={sort.value}
                      onChange={({ detail }) => change({ sort: { ...sort, value: detail.value } })}
                    />
                    {sort.condition === 'BETWEEN' && (
                      <Input
                        ariaLabel={tables.secondValue}
                        value={sort.secondValue}
                        onChange={({ detail }) =>
                          change({ sort: { ...sort, secondValue: detail.value } })
                        }
                      />
                    )}
                  </ColumnLayout>
                </FormField>
              )}
            </ColumnLayout>
          )}
          <ExpandableSection headerText={`${tables.filters} (${String(search.filters.length)})`}>
            <Filters
              filters={search.filters}
              onChange={(filters) => change({ filters })}
              conditions={conditionOptions(FILTER_CONDITIONS)}
            />
          </ExpandableSection>
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" formAction="submit" loading={isRunning}>
              {tables.run}
            </Button>
            {isRunning && (
              <Button formAction="none" onClick={onStop}>
                {tables.stop}
              </Button>
            )}
          </SpaceBetween>
        </SpaceBetween>
      </form>
    </Container>
  );
}

function Filters(properties: {
  filters: Filter[];
  onChange: (filters: Filter[]) => void;
  conditions: { value: string; label: string }[];
}) {
  const { filters, onChange, conditions } = properties;
  const { shell, tables } = useTexts();
  const set = (index: number, changed: Partial<Filter>): void =>
    onChange(filters.map((filter, at) => (at === index ? { ...filter, ...changed } : filter)));
  const input = (field: 'attribute' | 'value' | 'secondValue', label: string) =>
    function FilterInput(filter: Filter, index: number) {
      const isIdle =
        (field !== 'attribute' &&
          (BARE_CONDITIONS.has(filter.condition) || filter.type === 'NULL')) ||
        (field === 'secondValue' && filter.condition !== 'BETWEEN');
      return (
        <Input
          ariaLabel={label}
          disabled={isIdle}
          value={filter[field]}
          onChange={({ detail }) => set(index, { [field]: detail.value })}
        />
      );
    };
  return (
    <AttributeEditor
      items={filters}
      addButtonText={tables.addFilter}
      removeButtonText={shell.remove}
      empty={shell.none}
      onAddButtonClick={() => onChange([...filters, NEW_FILTER])}
      onRemoveButtonClick={({ detail }) =>
        onChange(filters.filter((_, index) => index !== detail.itemIndex))
      }
      gridLayout={[
        { rows: [[3, 2, 2, 3, 3]], breakpoint: 's' },
        { rows: [[1], [1], [1], [1], [1]] },
      ]}
      definition={[
        { label: tables.attribute, control: input('attribute', tables.attribute) },
        {
          label: tables.condition,
          control: (filter, index) => (
            <Select
              ariaLabel={tables.condition}
              selectedOption={conditions.find(({ value }) => value === filter.condition)!}
              options={conditions}
              onChange={({ detail }) => set(index, { condition: detail.selectedOption.value! })}
            />
          ),
        },
        {
          label: tables.type,
          control: (filter, index) => (
            <Select
              ariaLabel={tables.type}
              disabled={BARE_CONDITIONS.has(filter.condition)}
              selectedOption={{ value: filter.type, label: tables.types[filter.type]! }}
              options={FILTER_TYPES.map((value) => ({ value, label: tables.types[value]! }))}
              onChange={({ detail }) => set(index, { type: detail.selectedOption.value! })}
            />
          ),
        },
        { label: tables.value, control: input('value', tables.value) },
        { label: tables.secondValue, control: input('secondValue', tables.secondValue) },
      ]}
    />
  );
}
