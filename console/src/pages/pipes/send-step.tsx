import Container from '@cloudscape-design/components/container';
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
import type { PipeDraft, SendDraft } from './pipe-draft';
import { PreviewPanel } from './preview-panel';
import { sourceName } from './source-name';
import { TemplateEditor } from './template-editor';

/** Where an enrichment or the target sends, and what. */
export function SendStep(properties: {
  kind: 'enrichment' | 'target';
  draft: PipeDraft;
  destinations: ApiDestination[];
  sample: string;
  isTried: boolean;
  onChange: (send: SendDraft) => void;
}) {
  const { kind, draft, destinations, sample, isTried, onChange } = properties;
  const texts = useTexts();
  const { shell, pipes } = texts;
  const send = draft[kind];
  const set = (changed: Partial<SendDraft>): void => onChange({ ...send, ...changed });
  const none = kind === 'enrichment' ? [{ value: '', label: pipes.noEnrichment }] : [];
  const options = [
    ...none,
    ...destinations.map(({ Name, ApiDestinationArn, HttpMethod, InvocationEndpoint }) => ({
      value: ApiDestinationArn,
      label: Name,
      description: `${HttpMethod} ${InvocationEndpoint}`,
    })),
  ];
  const chosen = destinations.find(
    ({ ApiDestinationArn }) => ApiDestinationArn === send.destination,
  );
  const endpoint = chosen?.InvocationEndpoint ?? '';
  const placeholders = endpoint.split('*').length - 1;
  const values = Array.from({ length: placeholders }, (_, index) => send.pathValues[index] ?? '');
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{pipes[kind]}</Header>}>
        <SpaceBetween size="l">
          <FormField
            label={pipes.destination}
            errorText={isTried && kind === 'target' && send.destination === '' && shell.required}
            constraintText={
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
              selectedOption={
                options.find(({ value }) => value === send.destination) ??
                (send.destination === ''
                  ? null
                  : { value: send.destination, label: sourceName(send.destination) })
              }
              options={options}
              onChange={({ detail }) => set({ destination: detail.selectedOption.value! })}
            />
          </FormField>
          {send.destination !== '' && (
            <SpaceBetween size="l">
              {values.length > 0 && (
                <FormField label={pipes.pathValues} description={pipes.pathValuesHint}>
                  <SpaceBetween size="xs">
                    {values.map((value, index) => (
                      <Input
                        key={index}
                        ariaLabel={`${pipes.pathValues} ${String(index + 1)}`}
                        value={value}
                        onChange={({ detail }) =>
                          set({
                            pathValues: values.map((one, at) =>
                              at === index ? detail.value : one,
                            ),
                          })
                        }
                      />
                    ))}
                  </SpaceBetween>
                </FormField>
              )}
              <FormField label={pipes.query} stretch>
                <PairsEditor
                  label={pipes.query}
                  pairs={send.query}
                  onChange={(query) => set({ query })}
                />
              </FormField>
              <FormField label={pipes.headers} stretch>
                <PairsEditor
                  label={pipes.headers}
                  pairs={send.headers}
                  onChange={(headers) => set({ headers })}
                />
              </FormField>
              <TemplateEditor
                template={send.template}
                sample={sample}
                onChange={(template) => set({ template })}
              />
            </SpaceBetween>
          )}
        </SpaceBetween>
      </Container>
      {chosen && (
        <PreviewPanel
          send={send}
          destination={chosen}
          sample={sample}
          draft={draft}
          onChange={onChange}
        />
      )}
    </SpaceBetween>
  );
}
