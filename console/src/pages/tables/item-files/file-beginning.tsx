import Box from '@cloudscape-design/components/box';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useTexts } from '../../../i18n/language';
import { plainText } from '../item-json';
import type { ReadLine } from './item-reader';

/** The first items of a file, as they would be written, and what is wrong with its first lines. */
export function FileBeginning({ lines }: { lines: readonly ReadLine[] }) {
  const { files } = useTexts();
  return (
    <Table
      items={lines}
      variant="embedded"
      wrapLines
      ariaLabels={{ tableLabel: files.preview }}
      header={<Box variant="h3">{files.preview}</Box>}
      empty={files.nothing}
      columnDefinitions={[
        {
          id: 'line',
          header: files.lineNumber,
          width: 90,
          isRowHeader: true,
          cell: ({ line }) => String(line),
        },
        {
          id: 'item',
          header: files.scope,
          cell: (one) =>
            one.problem ? (
              <StatusIndicator type="error">
                {files.problems[one.problem.code](one.problem.detail)}
              </StatusIndicator>
            ) : (
              <span className="mono">{plainText(one.item)}</span>
            ),
        },
      ]}
    />
  );
}
