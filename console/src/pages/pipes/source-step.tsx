import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { listTables } from '../../api/dynamodb';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { href } from '../../router';
import type { Problems } from './draft-problems';
import type { PipeDraft } from './pipe-draft';

const POSITIONS = ['TRIM_HORIZON', 'LATEST'];
const OTHER = 'other';
/** What lies in the section that is closed at first. */
const MORE = ['batchSize', 'window', 'retries', 'maximumAge', 'deadLetterQueue'] as const;

/** What is read, from where on, and how. */
export function SourceStep(properties: {
  draft: PipeDraft;
  isNew: boolean;
  problems: Problems;
  onChange: (changed: Partial<PipeDraft>) => void;
}) {
  const { draft, isNew, problems, onChange } = properties;
  const texts = useTexts();
  const { shell, pipes, editor } = texts;
  const tables = useLoaded('tables', listTables);
  const streams = (tables.value ?? []).flatMap(
    ({ TableName, LatestStreamArn, StreamSpecification }) =>
      StreamSpecification?.StreamEnabled && LatestStreamArn !== undefined
        ? [{ value: LatestStreamArn, label: TableName }]
        : [],
  );
  const options = [...streams, { value: OTHER, label: pipes.otherStream }];
  const known = streams.find(({ value }) => value === draft.source);
  const number = (field: 'batchSize' | 'window' | 'retries' | 'maximumAge', label: string) => (
    <FormField label={label} errorText={problems[field]}>
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
          errorText={known || draft.source === '' ? problems.source : undefined}
          constraintText={
            tables.value &&
            streams.length === 0 && (
              <>
                {pipes.noStreams}{' '}
                <Link href={href('tables', 'create')} fontSize="inherit">
                  {texts.tables.create}
                </Link>
              </>
            )
          }
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
          <FormField label={pipes.sourceArn} errorText={problems.source} stretch>
            <Input
              value={draft.source}
              disabled={!isNew}
              onChange={({ detail }) => onChange({ source: detail.value.trim() })}
            />
          </FormField>
        )}
        <FormField label={pipes.startingPosition} description={pipes.latestHint}>
          <Select
            disabled={!isNew}
            selectedOption={{
              value: draft.startingPosition,
              label: pipes.positions[draft.startingPosition] ?? draft.startingPosition,
            }}
            options={POSITIONS.map((value) => ({ value, label: pipes.positions[value]! }))}
            onChange={({ detail }) => onChange({ startingPosition: detail.selectedOption.value! })}
          />
        </FormField>
        <ExpandableSection
          headerText={editor.more}
          defaultExpanded={draft.deadLetterQueue !== ''}
          key={String(MORE.some((field) => problems[field] !== undefined))}
          {...(MORE.some((field) => problems[field] !== undefined) && { expanded: true })}
        >
          <SpaceBetween size="l">
            <ColumnLayout columns={2}>
              {number('batchSize', pipes.batchSize)}
              {number('window', editor.window)}
              {number('retries', pipes.retries)}
              {number('maximumAge', pipes.maximumAge)}
            </ColumnLayout>
            <FormField
              label={`${editor.deadLetterQueue} - ${shell.optional}`}
              description={editor.deadLetterHint}
              errorText={problems.deadLetterQueue}
              stretch
            >
              <Input
                value={draft.deadLetterQueue}
                placeholder="arn:aws:sqs:…"
                onChange={({ detail }) => onChange({ deadLetterQueue: detail.value.trim() })}
              />
            </FormField>
          </SpaceBetween>
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}
