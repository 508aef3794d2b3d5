import Container from '@cloudscape-design/components/container';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { listApiDestinations } from '../../api/events';
import { createPipe, updatePipe, type Pipe } from '../../api/pipes';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { useNotices } from '../../parts/notices';
import { Page } from '../../parts/page';
import { ResourceForm } from '../../parts/resource-form';
import { navigate } from '../../router';
import { FilterStep } from './filter-step';
import { FlowSteps, type Step } from './flow-steps';
import { draftOf, inputOf, type PipeDraft } from './pipe-draft';
import { SamplePanel } from './sample-panel';
import { useSamples } from './samples';
import { SendStep } from './send-step';
import { sourceName } from './source-name';
import { SourceStep } from './source-step';

/** Creates a pipe, changes one, or makes another like it. */
export function PipeForm({ before, isNew }: { before?: Pipe; isNew: boolean }) {
  const { shell, pipes } = useTexts();
  const notices = useNotices();
  const destinations = useLoaded('destinations', listApiDestinations);
  const [draft, setDraft] = useState<PipeDraft>(() => ({
    ...draftOf(before),
    ...(isNew && before && { name: '' }),
  }));
  const [step, setStep] = useState<Step>('source');
  const [isTried, setTried] = useState(false);
  const samples = useSamples(draft);
  const set = (changed: Partial<PipeDraft>): void => setDraft({ ...draft, ...changed });

  const save = (): Promise<void> | undefined => {
    setTried(true);
    if (draft.source === '') setStep('source');
    else if (draft.target.destination === '') setStep('target');
    if (draft.name === '' || draft.source === '' || draft.target.destination === '')
      return undefined;
    const input = inputOf(draft, before, isNew);
    return (isNew ? createPipe : updatePipe)(draft.name, input).then(() => {
      notices.done(isNew ? shell.created(draft.name) : shell.saved(draft.name));
      navigate('pipes', 'pipe', draft.name);
    });
  };
  const nameOf = (arn: string): string => (arn === '' ? '-' : sourceName(arn));
  return (
    <Page
      title={isNew ? pipes.create : pipes.edit(draft.name)}
      trail={[{ text: shell.pipes, route: ['pipes'] }]}
    >
      <ErrorAlert error={destinations.error} onRetry={destinations.reload} />
      <ResourceForm
        submitText={isNew ? pipes.create : shell.save}
        save={save}
        onCancel={() => navigate('pipes')}
      >
        <Container>
          <ColumnLayout columns={2}>
            <FormField
              label={shell.name}
              errorText={isTried && draft.name === '' && shell.required}
            >
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
          summaries={{
            source: nameOf(draft.source),
            filter: draft.patterns.length === 0 ? shell.none : String(draft.patterns.length),
            enrichment: nameOf(draft.enrichment.destination),
            target: nameOf(draft.target.destination),
          }}
        />
        {step === 'source' && (
          <SourceStep draft={draft} isNew={isNew} isTried={isTried} onChange={set} />
        )}
        {step === 'filter' && (
          <FilterStep
            patterns={draft.patterns}
            sample={samples.text}
            onChange={(patterns) => set({ patterns })}
          />
        )}
        {(step === 'enrichment' || step === 'target') && (
          <SendStep
            kind={step}
            draft={draft}
            destinations={destinations.value ?? []}
            sample={samples.text}
            isTried={isTried}
            onChange={(send) => set({ [step]: send })}
          />
        )}
        {step !== 'source' && <SamplePanel samples={samples} />}
      </ResourceForm>
    </Page>
  );
}
