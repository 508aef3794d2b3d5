import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ApiDestination } from '../../api/events';
import { useTexts } from '../../i18n/language';
import { href } from '../../router';
import { PairsEditor } from '../../parts/pairs-editor';
import type { Known } from './editor/known-values';
import { blockOf, EVENTS, type PipeDraft, type SendDraft } from './pipe-draft';
import { templateOf } from './sample-template';
import { sourceName } from './source-name';
import { TemplateEditor } from './template-editor';
import { ValueField } from './value-field';

const OTHER = 'other';

/** Where an enrichment or the target sends, and what. */
export function SendStep(properties: {
  kind: 'enrichment' | 'target';
  draft: PipeDraft;
  destinations: ApiDestination[];
  isLoading: boolean;
  /** The sample record. */
  record: object | undefined;
  /** What templates can name here. */
  known: readonly Known[];
  problems: { destination: string | undefined; path: string | undefined };
  /** What the server has against templates, by the member that it names. */
  faults: ReadonlyMap<string, string>;
  onChange: (changed: Partial<PipeDraft>) => void;
}) {
  const { kind, draft, destinations, record, known, problems, faults, onChange } = properties;
  const texts = useTexts();
  const { shell, pipes, editor } = texts;
  const send = draft[kind];
  const set = (changed: Partial<SendDraft>): void => onChange({ [kind]: { ...send, ...changed } });
  const chosen = destinations.find(
    ({ ApiDestinationArn }) => ApiDestinationArn === send.destination,
  );
  const asterisks = (chosen?.InvocationEndpoint ?? '').split('*').length - 1;
  const values = Array.from({ length: asterisks }, (_, index) => send.pathValues[index] ?? '');
  const parameters = known.filter(({ text }) => !text.startsWith('aws.'));
  const block = kind === 'target' ? blockOf(send.destination) : undefined;
  const isDestination = block === undefined && send.destination !== '';
  const field = kind === 'target' ? 'TargetParameters' : 'EnrichmentParameters';
  const valueField = (one: { label: string; value: string; onChange: (value: string) => void }) => (
    <ValueField {...one} known={parameters} />
  );
  return (
    <Container header={<Header variant="h2">{pipes[kind]}</Header>}>
      <SpaceBetween size="l">
        <Destination {...properties} set={set} error={problems.destination} />
        {send.destination !== '' && (
          <SpaceBetween size="l">
            {values.length > 0 && (
              <FormField
                label={pipes.pathValues}
                description={pipes.pathValuesHint}
                errorText={problems.path}
                stretch
              >
                <SpaceBetween size="xs">
                  {values.map((value, index) => (
                    <ValueField
                      key={index}
                      label={`${pipes.pathValues} ${String(index + 1)}`}
                      value={value}
                      known={parameters}
                      invalid={problems.path !== undefined && value === ''}
                      onChange={(changed) =>
                        set({ pathValues: values.map((one, at) => (at === index ? changed : one)) })
                      }
                    />
                  ))}
                </SpaceBetween>
              </FormField>
            )}
            {isDestination && (
              <>
                <FormField label={pipes.query} stretch>
                  <PairsEditor
                    label={pipes.query}
                    pairs={send.query}
                    valueField={valueField}
                    onChange={(query) => set({ query })}
                  />
                </FormField>
                <FormField label={pipes.headers} stretch>
                  <PairsEditor
                    label={pipes.headers}
                    pairs={send.headers}
                    valueField={valueField}
                    onChange={(headers) => set({ headers })}
                  />
                </FormField>
              </>
            )}
            {block?.members.map((member) => (
              <FormField key={member} label={`${member} - ${shell.optional}`} stretch>
                <ValueField
                  label={member}
                  value={send.block[member] ?? ''}
                  known={parameters}
                  onChange={(value) => set({ block: { ...send.block, [member]: value } })}
                />
              </FormField>
            ))}
            <TemplateEditor
              label={pipes.template}
              hint={pipes.templateHint}
              template={send.template}
              known={known}
              error={faults.get(`${field}.InputTemplate`)}
              onMake={record && (() => set({ template: templateOf(record) }))}
              onChange={(template) => set({ template })}
            />
            {kind === 'target' && (
              <ExpandableSection
                headerText={editor.byEvent}
                headerDescription={editor.byEventHint}
                defaultExpanded={Object.values(draft.byEvent).some((one) => one !== '')}
              >
                <SpaceBetween size="l">
                  {EVENTS.map((event) => (
                    <TemplateEditor
                      key={event}
                      label={editor.templateFor(event)}
                      hint=""
                      template={draft.byEvent[event]}
                      known={known}
                      error={faults.get(`Freshet.InputTemplates.${event}`)}
                      onChange={(template) =>
                        onChange({ byEvent: { ...draft.byEvent, [event]: template } })
                      }
                    />
                  ))}
                </SpaceBetween>
              </ExpandableSection>
            )}
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Container>
  );
}

function Destination(
  properties: Pick<
    Parameters<typeof SendStep>[0],
    'kind' | 'draft' | 'destinations' | 'isLoading'
  > & {
    set: (changed: Partial<SendDraft>) => void;
    error: string | undefined;
  },
) {
  const { kind, draft, destinations, isLoading, set, error } = properties;
  const texts = useTexts();
  const { shell, pipes, editor } = texts;
  const { destination } = draft[kind];
  const options = [
    ...(kind === 'enrichment' ? [{ value: '', label: pipes.noEnrichment }] : []),
    ...destinations.map(({ Name, ApiDestinationArn, HttpMethod, InvocationEndpoint }) => ({
      value: ApiDestinationArn,
      label: Name,
      description: `${HttpMethod} ${InvocationEndpoint}`,
    })),
    ...(kind === 'target' ? [{ value: OTHER, label: editor.otherTarget }] : []),
  ];
  const known = options.find(({ value }) => value === destination);
  const isOther = kind === 'target' && !known && destination !== '' && !isLoading;
  return (
    <SpaceBetween size="l">
      <FormField
        label={pipes.destination}
        errorText={!isOther && error}
        constraintText={
          !isLoading &&
          destinations.length === 0 && (
            <>
              {pipes.noDestination}{' '}
              <Link href={href('api-destinations', 'create')}>
                {texts.destinations.createDestination}
              </Link>
            </>
          )
        }
      >
        <Select
          placeholder={shell.select}
          statusType={isLoading ? 'loading' : 'finished'}
          selectedOption={
            known ??
            (destination === ''
              ? null
              : isOther
                ? options.at(-1)!
                : { value: destination, label: sourceName(destination) })
          }
          options={options}
          onChange={({ detail: { selectedOption } }) =>
            set({ destination: selectedOption.value === OTHER ? 'arn:' : selectedOption.value! })
          }
        />
      </FormField>
      {isOther && (
        <FormField label={editor.targetArn} errorText={error} stretch>
          <Input
            value={destination}
            onChange={({ detail }) => set({ destination: detail.value.trim() })}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}
