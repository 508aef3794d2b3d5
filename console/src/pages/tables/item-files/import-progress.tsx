import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { TableDescription } from '../../../api/dynamodb';
import { useLanguage } from '../../../i18n/language';
import { ErrorAlert } from '../../../parts/error-alert';
import { csvCell } from './csv';
import { download } from '../../../parts/download';
import type { ImportState, RefusedLine } from './use-import';

const SHOWN_REFUSED = 20;

/** How far an import is, and what came of it. */
export function ImportProgress({ table, state }: { table: TableDescription; state: ImportState }) {
  const { language, texts } = useLanguage();
  const { files } = texts;
  const { isRunning, isStopped, share, written, refused, refusedCount, error } = state;
  const number = new Intl.NumberFormat(language);
  const isClean = !isRunning && !isStopped && error === undefined && refusedCount === 0;
  return (
    <SpaceBetween size="l">
      {isRunning && (
        <ProgressBar
          label={files.importing}
          value={Math.floor(share * 100)}
          description={files.written(number.format(written))}
          {...(refusedCount > 0 && {
            additionalInfo: files.refused(number.format(refusedCount)),
          })}
        />
      )}
      <ErrorAlert error={error} />
      {isStopped && <Alert type="info">{files.stopped}</Alert>}
      {isClean && <Alert type="success">{files.done(number.format(written))}</Alert>}
      {!isRunning && !isClean && (
        <Alert type="warning">
          {files.written(number.format(written))}, {files.refused(number.format(refusedCount))}
        </Alert>
      )}
      {!isRunning && refusedCount > 0 && (
        <Table
          items={refused.slice(0, SHOWN_REFUSED)}
          variant="embedded"
          wrapLines
          ariaLabels={{ tableLabel: files.refusedTitle }}
          header={
            <Header
              variant="h3"
              counter={`(${number.format(refusedCount)})`}
              actions={
                <Button
                  formAction="none"
                  onClick={() => download(`${table.TableName}.refused.csv`, refusedFile(refused))}
                >
                  {files.download}
                </Button>
              }
            >
              {files.refusedTitle}
            </Header>
          }
          columnDefinitions={[
            {
              id: 'line',
              header: files.lineNumber,
              width: 90,
              isRowHeader: true,
              cell: ({ line }) => number.format(line),
            },
            { id: 'reason', header: texts.pipes.reason, cell: ({ reason }) => reason },
          ]}
        />
      )}
    </SpaceBetween>
  );
}

function refusedFile(refused: readonly RefusedLine[]): Blob {
  const rows = refused.map(({ line, reason }) => `${String(line)},${csvCell(reason)}`);
  return new Blob([['line,reason', ...rows, ''].join('\r\n')], { type: 'text/csv;charset=utf-8' });
}
