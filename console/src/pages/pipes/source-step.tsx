import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { listTables } from '../../api/dynamodb';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import type { PipeDraft } from './pipe-draft';

const POSITIONS = ['TRIM_HORIZON', 'LATEST'];
const OTHER = 'other';

/** What is read, from where on, and how. */
export function SourceStep(properties: {
  draft: PipeDraft;
  isNew: boolean;
  isTried: boolean;
  onChange: (changed: Partial<PipeDraft>) => void;
}) {
  const { draft, isNew, isTried, onChange } = properties;
  const { shell, pipes } = useTexts();
  const tables = useLoaded('tables', listTables);
  const streams = (tables.value ?? []).flatMap(
    ({ TableName, LatestStreamArn, StreamSpecification }) =>
      StreamSpecification?.StreamEnabled && LatestStreamArn !== undefined
        ? [{ value: LatestStreamArn, label: TableName }]
        : [],
  );
  const options = [...streams, { value: OTHER, label: pipes.otherStream }];
  const known = streams.find(({ value }) => value === draft.source);
  const number = (field: 'batchSize' | 'retries' | 'maximumAge', label: string) => (
    <FormField label={label}>
      <Input
        value={draft[field]}
        type="number"
        onChange={({ detail }) => onChange({ [field]: detail.value })}
      />
    </FormField>
  );
  return (
    <Container header={<Header variant="h2">{pipes.source}</Header>}>
      <SpaceBetween size="l">
        <ErrorAlert error={tables.error} onRetry={tables.reload} />
        <FormField
          label={pipes.stream}
          errorText={isTried && draft.source === '' && shell.required}
          constraintText={tables.value && streams.length === 0 && pipes.noStreams}
        >
          <Select
            placeholder={shell.select}
            disabled={!isNew}
            statusType={tables.isLoading ? 'loading' : 'finished'}
            selectedOption={known ?? (draft.source === '' ? null : options.at(-1)!)}
            options={options}
            onChange={({ detail: { selectedOption } }) =>
              onChange({ source: selectedOption.value === OTHER ? 'arn:' : selectedOption.value! })
            }
          />
        </FormField>
        {!known && draft.source !== '' && (
          <FormField label={pipes.sourceArn}>
            <Input
              value={draft.source}
              disabled={!isNew}
              onChange={({ detail }) => onChange({ source: detail.value.trim() })}
            />
          </FormField>
        )}
        <ColumnLayout columns={2}>
          <FormField label={pipes.startingPosition} description={pipes.latestHint}>
            <Select
              disabled={!isNew}
              selectedOption={{
                value: draft.startingPosition,
                label: pipes.positions[draft.startingPosition] ?? draft.startingPosition,
              }}
              options={POSITIONS.map((value) => ({ value, label: pipes.positions[value]! }))}
              onChange={({ detail }) =>
                onChange({ startingPosition: detail.selectedOption.value! })
              }
            />
          </FormField>
          <Box />
          {number('batchSize', pipes.batchSize)}
          {number('retries', pipes.retries)}
          {number('maximumAge', pipes.maximumAge)}
        </ColumnLayout>
      </SpaceBetween>
    </Container>
  );
}
