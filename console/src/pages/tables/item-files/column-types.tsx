import Select from '@cloudscape-design/components/select';
import Table from '@cloudscape-design/components/table';
import { useTexts } from '../../../i18n/language';
import type { Column, ColumnType } from './csv-item';

const TYPES: readonly ColumnType[] = ['string', 'number', 'boolean', 'json', 'binary'];

/** What the columns of a CSV file are, to be changed by the person. */
export function ColumnTypes({
  columns,
  onChange,
}: {
  columns: readonly Column[];
  onChange: (columns: Column[]) => void;
}) {
  const { files } = useTexts();
  const change = (name: string, type: ColumnType): void =>
    onChange(columns.map((column) => (column.name === name ? { ...column, type } : column)));
  return (
    <Table
      items={columns}
      variant="embedded"
      ariaLabels={{ tableLabel: files.columns }}
      columnDefinitions={[
        { id: 'name', header: files.column, isRowHeader: true, cell: ({ name }) => name },
        {
          id: 'type',
          header: files.columnType,
          cell: ({ name, type, isKey }) =>
            isKey ? (
              `${files.columnTypes[type]} (${files.keyColumn})`
            ) : (
              <Select
                ariaLabel={files.typeOf(name)}
                selectedOption={{ value: type, label: files.columnTypes[type] }}
                options={TYPES.map((value) => ({ value, label: files.columnTypes[value] }))}
                onChange={({ detail }) => change(name, detail.selectedOption.value as ColumnType)}
              />
            ),
        },
      ]}
    />
  );
}
