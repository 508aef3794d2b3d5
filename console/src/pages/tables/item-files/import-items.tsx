import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Select from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import { useMemo, useState } from 'react';
import type { TableDescription } from '../../../api/dynamodb';
import { useTexts } from '../../../i18n/language';
import { Dialog } from '../../../parts/dialog';
import { ColumnTypes } from './column-types';
import type { Column } from './csv-item';
import { FileBeginning } from './file-beginning';
import { ImportProgress } from './import-progress';
import type { Format } from './item-reader';
import { useBeginning } from './use-beginning';
import { useImport } from './use-import';

const FORMATS: readonly Format[] = ['json', 'dynamodb', 'csv'];

/** Brings items of a file, or of a text, into a table. */
export function ImportItems({
  table,
  onClose,
}: {
  table: TableDescription;
  /** Told whether something was written. */
  onClose: (isChanged: boolean) => void;
}) {
  const { shell, files } = useTexts();
  const [from, setFrom] = useState<'file' | 'text'>('file');
  const [file, setFile] = useState<File>();
  const [text, setText] = useState('');
  const [format, setFormat] = useState<Format>();
  const [columns, setColumns] = useState<Column[]>();
  const { state, start, stop } = useImport(table);
  const source = useMemo(
    () => (from === 'file' ? file : text.trim() === '' ? undefined : new Blob([text])),
    [from, file, text],
  );
  const chosen = { ...(format && { format }), ...(columns && { columns }) };
  const beginning = useBeginning(table, source, from === 'file' ? (file?.name ?? '') : '', chosen);
  /** Of another source nothing was chosen yet. */
  const forget = (): void => {
    setFormat(undefined);
    setColumns(undefined);
  };
  const close = (): void => {
    stop();
    onClose((state?.written ?? 0) > 0);
  };
  return (
    <Dialog
      isLarge
      title={files.importTitle(table.TableName)}
      closeText={state && !state.isRunning ? shell.close : shell.cancel}
      onClose={close}
      {...(state?.isRunning === true
        ? {
            otherAction: (
              <Button formAction="none" onClick={stop}>
                {files.stop}
              </Button>
            ),
          }
        : {
            action: {
              text: files.begin,
              isDisabled: !source || !beginning || beginning.lines.length === 0,
              run: () => void start(source!, beginning!.format, beginning!.columns),
            },
          })}
    >
      <SegmentedControl
        label={files.source}
        selectedId={from}
        options={[
          { id: 'file', text: files.file },
          { id: 'text', text: files.paste },
        ]}
        onChange={({ detail }) => {
          setFrom(detail.selectedId as 'file' | 'text');
          forget();
        }}
      />
      {from === 'file' ? (
        <FormField label={files.file}>
          <FileUpload
            value={file ? [file] : []}
            showFileSize
            i18nStrings={{
              uploadButtonText: () => files.chooseFile,
              dropzoneText: () => files.dropFile,
              removeFileAriaLabel: () => files.removeFile,
            }}
            onChange={({ detail }) => {
              setFile(detail.value[0]);
              forget();
            }}
          />
        </FormField>
      ) : (
        <FormField label={files.text}>
          <div className="mono">
            <Textarea
              ariaLabel={files.text}
              rows={6}
              spellcheck={false}
              value={text}
              onChange={({ detail }) => setText(detail.value)}
            />
          </div>
        </FormField>
      )}
      {beginning && (
        <>
          <FormField label={files.format} constraintText={files.formatHints[beginning.format]}>
            <Select
              ariaLabel={files.format}
              selectedOption={{
                value: beginning.format,
                label: files.formats[beginning.format],
              }}
              options={FORMATS.map((value) => ({ value, label: files.formats[value] }))}
              onChange={({ detail }) => {
                setFormat(detail.selectedOption.value as Format);
                setColumns(undefined);
              }}
            />
          </FormField>
          {beginning.columns.length > 0 && (
            <ColumnTypes columns={beginning.columns} onChange={setColumns} />
          )}
          {state === undefined && <FileBeginning lines={beginning.lines} />}
          <Alert type="info">{files.replaces}</Alert>
        </>
      )}
      {state && <ImportProgress table={table} state={state} />}
    </Dialog>
  );
}
