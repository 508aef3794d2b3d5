import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useTexts } from '../../i18n/language';
import { PairsEditor, type Pair } from '../../parts/pairs-editor';
import { EXTENSION_PREFIX, type PipeDraft } from './pipe-draft';

/** What each tag may say, what it says without: choices, a switch, or a text. */
const CHOICES: Partial<Record<string, string[]>> = {
  'freshet:on-remove': ['SEND', 'SKIP', 'DELETE'],
  'freshet:missing-values': ['empty', 'null', 'drop-key', 'fail'],
  'freshet:coalesce': ['none', 'latest-per-item'],
};
const TEXTS = new Set(['freshet:timeout-seconds', 'freshet:refresh-token-statuses']);

/** What the pipe does beyond AWS, and its tags. */
export function OptionsStep(properties: {
  extensions: Record<string, string>;
  tags: Pair[];
  /** What the server has against the tags. */
  fault: string | undefined;
  onChange: (changed: Partial<PipeDraft>) => void;
}) {
  const { extensions, tags, fault, onChange } = properties;
  const { editor } = useTexts();
  const set = (tag: string, value: string): void => {
    const { [tag]: _before, ...others } = extensions;
    onChange({ extensions: value === '' ? others : { ...others, [tag]: value } });
  };
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header variant="h2" description={editor.optionsHint}>
            {editor.options}
          </Header>
        }
      >
        <FormField errorText={fault} stretch>
          <ColumnLayout columns={2}>
            {Object.entries(editor.extensions).map(([tag, { label, hint }]) => (
              <FormField key={tag} label={label} description={hint} constraintText={tag}>
                <Extension
                  tag={tag}
                  label={label}
                  value={extensions[tag] ?? ''}
                  onChange={(value) => set(tag, value)}
                />
              </FormField>
            ))}
          </ColumnLayout>
        </FormField>
      </Container>
      <Container
        header={
          <Header variant="h2" description={editor.tagHint}>
            {editor.otherTags}
          </Header>
        }
      >
        <PairsEditor
          label={editor.otherTags}
          pairs={tags}
          onChange={(pairs) => {
            const isOwn = ({ key, value }: Pair): boolean =>
              key in editor.extensions && value !== '';
            onChange({
              tags: pairs.filter((pair) => !isOwn(pair)),
              extensions: {
                ...extensions,
                ...Object.fromEntries(pairs.filter(isOwn).map(({ key, value }) => [key, value])),
              },
            });
          }}
        />
      </Container>
    </SpaceBetween>
  );
}

function Extension(properties: {
  tag: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { tag, label, value, onChange } = properties;
  const { editor, shell } = useTexts();
  const choices = CHOICES[tag];
  if (choices) {
    const [byDefault, ...others] = choices;
    const options = [
      { value: '', label: editor.byDefault(byDefault!) },
      ...others.map((choice) => ({ value: choice, label: choice })),
    ];
    const isDefault = value === '' || value === byDefault;
    return (
      <Select
        selectedOption={
          isDefault ? options[0]! : (options.find((one) => one.value === value) ?? { value })
        }
        options={options}
        onChange={({ detail }) => onChange(detail.selectedOption.value!)}
      />
    );
  }
  if (TEXTS.has(tag))
    return <Input value={value} onChange={({ detail }) => onChange(detail.value.trim())} />;
  return (
    <Toggle
      ariaLabel={label}
      checked={value === 'true'}
      onChange={({ detail }) => onChange(detail.checked ? 'true' : '')}
    >
      {value === 'true' ? shell.on : shell.off}
    </Toggle>
  );
}

/** How many of them are switched on. */
export function countOptions({ extensions }: PipeDraft): number {
  return Object.keys(extensions).filter((tag) => tag.startsWith(EXTENSION_PREFIX)).length;
}
