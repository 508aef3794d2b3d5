import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Textarea from '@cloudscape-design/components/textarea';
import type { Preview, PreviewedStage } from '../../api/preview';
import { ApiError } from '../../api/http';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { plainText } from '../tables/item-json';
import { DraftFindings } from './draft-findings';
import type { Step } from './flow-steps';
import type { PipeDraft } from './pipe-draft';
import type { Samples } from './samples';
import type { DraftCheck } from './use-draft-check';

/** Beside the editor: a sample record, and what the server would make of it with the draft as it stands. */
export function TryPanel(properties: {
  step: Step;
  draft: PipeDraft;
  samples: Samples;
  check: DraftCheck;
  /** Paths that the samples have. */
  known: readonly string[];
  /** What the enrichment is taken to answer, as it is typed. */
  enriched: string;
  /** Whether source and target are chosen, so that the server can be asked. */
  isAskable: boolean;
  onEnriched: (text: string) => void;
  onChange: (draft: PipeDraft) => void;
  onStep: (step: Step) => void;
}) {
  const { step, draft, samples, check, known, isAskable, onChange, onStep } = properties;
  const { editor } = useTexts();
  const { preview, lint, error } = check;
  return (
    <div className="try-panel">
      <Container
        header={
          <Header
            variant="h2"
            description={editor.tryHint}
            info={
              check.isWorking && (
                <StatusIndicator type="loading">
                  <span className="visually-hidden">{editor.working}</span>
                </StatusIndicator>
              )
            }
          >
            {editor.tryIt}
          </Header>
        }
      >
        <SpaceBetween size="m">
          <SampleChoice samples={samples} />
          {!isAskable && (
            <SpaceBetween size="xs">
              <Box color="text-body-secondary">{editor.needsTarget}</Box>
              {step !== 'target' && (
                <Button formAction="none" onClick={() => onStep('target')}>
                  {editor.openTarget}
                </Button>
              )}
            </SpaceBetween>
          )}
          {isAskable && <Refusal error={error} />}
          {isAskable && preview && error === undefined && (
            <Outcome {...properties} preview={preview} />
          )}
          {isAskable && lint && error === undefined && (
            <DraftFindings lint={lint} draft={draft} known={known} onChange={onChange} />
          )}
        </SpaceBetween>
      </Container>
    </div>
  );
}

function SampleChoice({ samples }: { samples: Samples }) {
  const { shell, pipes, editor } = useTexts();
  const options = samples.records.map((record, index) => ({
    value: String(index),
    label: pipes.sampleOf(record.eventName, plainText(record.dynamodb.Keys)),
  }));
  const hints = {
    stream: pipes.sampleHint,
    items: editor.asIs,
    'made up': pipes.noSample,
  };
  return (
    <SpaceBetween size="xs">
      <ErrorAlert error={samples.error} onRetry={samples.load} />
      <FormField stretch label={pipes.sample} description={hints[samples.origin]}>
        <div className="beside-button">
          <Select
            placeholder={options.length === 0 ? shell.none : editor.editRecord}
            selectedOption={samples.chosen === undefined ? null : (options[samples.chosen] ?? null)}
            options={options}
            disabled={options.length === 0}
            filteringType="auto"
            onChange={({ detail }) => samples.choose(Number(detail.selectedOption.value))}
          />
          <Button
            iconName="refresh"
            formAction="none"
            ariaLabel={pipes.loadSamples}
            loading={samples.isLoading}
            onClick={samples.load}
          />
        </div>
      </FormField>
      <ExpandableSection headerText={editor.editRecord}>
        <FormField stretch errorText={samples.record === undefined && editor.notJson}>
          <div className="mono">
            <Textarea
              ariaLabel={pipes.sample}
              rows={12}
              spellcheck={false}
              value={samples.text}
              onChange={({ detail }) => samples.setText(detail.value)}
            />
          </div>
        </FormField>
      </ExpandableSection>
    </SpaceBetween>
  );
}

/** What the server has against the draft; the fields that it names show it, too. */
function Refusal({ error }: { error: unknown }) {
  const { editor } = useTexts();
  if (error === undefined) return null;
  if (!(error instanceof ApiError) || error.status !== 400) return <ErrorAlert error={error} />;
  return (
    <Alert type="error" header={editor.refused}>
      <span className="breakable">{error.message}</span>
    </Alert>
  );
}

function Outcome(
  properties: Parameters<typeof TryPanel>[0] & {
    preview: Preview;
  },
) {
  const { step, draft, preview, samples, enriched, onEnriched } = properties;
  const { editor } = useTexts();
  const isRemove = (samples.record as { eventName?: string } | undefined)?.eventName === 'REMOVE';
  const isSkipped = isRemove && draft.extensions['freshet:on-remove'] === 'SKIP';
  const enriches = draft.enrichment.destination !== '';
  const stage = step === 'enrichment' ? preview.enrichment : preview.target;
  return (
    <SpaceBetween size="m">
      {preview.filter === 'passed' ? (
        <StatusIndicator>{editor.passes}</StatusIndicator>
      ) : (
        <StatusIndicator type="stopped">{isSkipped ? editor.skipped : editor.held}</StatusIndicator>
      )}
      {enriches && step !== 'enrichment' && (
        <FormField
          stretch
          label={editor.enriched}
          description={editor.enrichedHint}
          errorText={enriched.trim() !== '' && notJson(enriched) && editor.notJson}
        >
          <div className="mono">
            <Textarea
              rows={4}
              spellcheck={false}
              value={enriched}
              onChange={({ detail }) => onEnriched(detail.value)}
            />
          </div>
        </FormField>
      )}
      {stage ? (
        <Stage stage={stage} />
      ) : (
        step !== 'enrichment' && enriches && <Box color="text-body-secondary">{editor.notTold}</Box>
      )}
    </SpaceBetween>
  );
}

function Stage({ stage: { rendered, request, problem } }: { stage: PreviewedStage }) {
  const { editor } = useTexts();
  return (
    <SpaceBetween size="s">
      {problem !== undefined && (
        <Alert type="error" header={editor.problem}>
          <span className="breakable">{problem}</span>
        </Alert>
      )}
      {rendered !== undefined && rendered !== request?.body && (
        <div>
          <Box variant="awsui-key-label">{editor.rendered}</Box>
          <pre className="value mono boxed" tabIndex={0}>
            {rendered}
          </pre>
        </div>
      )}
      {request && (
        <div>
          <Box variant="awsui-key-label">{editor.request}</Box>
          <pre className="value mono boxed" tabIndex={0} data-testid="preview">
            {[
              `${request.method} ${request.url}`,
              ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
              '',
              request.body,
            ].join('\n')}
          </pre>
        </div>
      )}
    </SpaceBetween>
  );
}

function notJson(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return true;
  }
}
