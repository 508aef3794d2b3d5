import Container from '@cloudscape-design/components/container';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { listApiDestinations } from '../../api/events';
import { ApiError } from '../../api/http';
import type { Pipe } from '../../api/pipes';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { useNotices } from '../../parts/notices';
import { Page } from '../../parts/page';
import { ResourceForm } from '../../parts/resource-form';
import { navigate, usePart } from '../../router';
import { problemsOf, stepOf, type Problems } from './draft-problems';
import { FilterStep } from './filter-step';
import { FlowSteps, STEPS, type Step } from './flow-steps';
import { countOptions, OptionsStep } from './options-step';
import { definitionOf, draftOf, type PipeDraft } from './pipe-draft';
import { savePipe } from './save-pipe';
import { useSamples } from './samples';
import { SendStep } from './send-step';
import { sourceName } from './source-name';
import { SourceStep } from './source-step';
import { TryPanel } from './try-panel';
import { useDraftCheck } from './use-draft-check';
import { useKnown } from './use-known';

/** Creates a pipe, changes one, or makes another like it. */
export function PipeForm(properties: {
  before?: Pipe;
  /** Its templates for some events. */
  templates?: Partial<Record<string, string>>;
  isNew: boolean;
}) {
  const { before, templates, isNew } = properties;
  const texts = useTexts();
  const { shell, pipes, editor } = texts;
  const notices = useNotices();
  const destinations = useLoaded('destinations', listApiDestinations);
  const [draft, setDraft] = useState<PipeDraft>(() => ({
    ...draftOf(before, templates),
    ...(isNew && before && { name: '' }),
  }));
  const [step, setStep] = usePart(
    before ? ['pipes', isNew ? 'duplicate' : 'edit', before.Name] : ['pipes', 'create'],
    STEPS,
  );
  const [isTried, setTried] = useState(false);
  const [enriched, setEnriched] = useState('');
  const samples = useSamples(draft.source);
  const known = useKnown(samples, draft, enriched);
  const isAskable = draft.source.startsWith('arn:aws') && isArn(draft.target.destination);
  const isWritten = step !== 'source';
  const check = useDraftCheck(
    isAskable && isWritten ? definitionOf(draft, isNew ? undefined : before) : undefined,
    samples.record,
    answerOf(enriched),
  );
  const set = (changed: Partial<PipeDraft>): void => setDraft((old) => ({ ...old, ...changed }));

  const asterisksOf = (arn: string): number => {
    const found = (destinations.value ?? []).find((one) => one.ApiDestinationArn === arn);
    return (found?.InvocationEndpoint ?? '').split('*').length - 1;
  };
  const found = problemsOf(
    draft,
    {
      enrichment: asterisksOf(draft.enrichment.destination),
      target: asterisksOf(draft.target.destination),
    },
    texts,
  );
  const problems: Problems = isTried ? found : {};
  const save = (): Promise<void> | undefined => {
    setTried(true);
    const wrong = stepOf(found);
    if (wrong) setStep(wrong);
    if (Object.keys(found).length > 0) return undefined;
    return savePipe(draft, isNew ? undefined : before).then(() => {
      notices.done(isNew ? shell.created(draft.name) : shell.saved(draft.name));
      navigate('pipes', 'pipe', draft.name);
    });
  };
  const nameOf = (arn: string): string => (arn === '' ? '-' : sourceName(arn));
  const faults = faultsOf(check.error);
  const options = countOptions(draft);
  const title = !isNew
    ? pipes.edit(draft.name)
    : before
      ? editor.duplicateOf(before.Name)
      : pipes.create;
  const panel = (
    <>
      {step === 'source' && (
        <SourceStep draft={draft} isNew={isNew} problems={problems} onChange={set} />
      )}
      {step === 'filter' && (
        <FilterStep
          patterns={draft.patterns}
          samples={samples}
          problem={problems.patterns}
          onChange={(patterns) => set({ patterns })}
        />
      )}
      {(step === 'enrichment' || step === 'target') && (
        <SendStep
          key={step}
          kind={step}
          draft={draft}
          destinations={destinations.value ?? []}
          isLoading={destinations.value === undefined && destinations.isLoading}
          record={samples.record}
          known={step === 'target' ? known.target : known.first}
          problems={{
            destination: step === 'target' ? problems.target : undefined,
            path: problems[`${step}Path`],
          }}
          faults={faults}
          onChange={set}
        />
      )}
      {step === 'options' && (
        <OptionsStep
          extensions={draft.extensions}
          tags={draft.tags}
          fault={faults.get('tags')}
          onChange={set}
        />
      )}
    </>
  );
  return (
    <Page title={title} trail={[{ text: shell.pipes, route: ['pipes'] }]}>
      <ErrorAlert error={destinations.error} onRetry={destinations.reload} />
      <ResourceForm
        submitText={isNew ? pipes.create : shell.save}
        save={save}
        onCancel={() => (isNew ? navigate('pipes') : navigate('pipes', 'pipe', draft.name))}
      >
        <Container>
          <ColumnLayout columns={2}>
            <FormField label={shell.name} errorText={problems.name}>
              <Input
                value={draft.name}
                disabled={!isNew}
                onChange={({ detail }) => set({ name: detail.value.trim() })}
              />
            </FormField>
            <FormField label={`${shell.description} - ${shell.optional}`}>
              <Input
                value={draft.description}
                onChange={({ detail }) => set({ description: detail.value })}
              />
            </FormField>
          </ColumnLayout>
        </Container>
        <FlowSteps
          current={step}
          onChoose={setStep}
          faulty={new Set(STEPS.filter((one) => isFaulty(one, problems)))}
          summaries={{
            source: nameOf(draft.source),
            filter: draft.patterns.length === 0 ? shell.none : String(draft.patterns.length),
            enrichment: nameOf(draft.enrichment.destination),
            target: nameOf(draft.target.destination),
            options: options === 0 ? shell.none : String(options),
          }}
        />
        {isWritten ? (
          <div className="beside">
            <div>{panel}</div>
            <TryPanel
              step={step}
              draft={draft}
              samples={samples}
              check={check}
              known={known.paths}
              enriched={enriched}
              isAskable={isAskable}
              onEnriched={setEnriched}
              onChange={setDraft}
              onStep={setStep}
            />
          </div>
        ) : (
          panel
        )}
      </ResourceForm>
    </Page>
  );
}

function isFaulty(step: Step, problems: Problems): boolean {
  const places = Object.entries(problems).map(([place, text]) => stepOf({ [place]: text }));
  return places.includes(step);
}

function isArn(text: string): boolean {
  return /^arn:[^:]+:[^:]+:/.test(text);
}

/** What the server has against members, by their names. */
function faultsOf(error: unknown): ReadonlyMap<string, string> {
  const fields = error instanceof ApiError ? error.fields : [];
  return new Map(fields.map(({ name, message }) => [name, message]));
}

/** The enrichment's answer as it is typed; undefined when it is no JSON. */
function answerOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
