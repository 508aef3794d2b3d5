import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Textarea from '@cloudscape-design/components/textarea';
import { useTexts } from '../../i18n/language';
import { verdictOf } from './render';

const ONLY_WRITES = '{"eventName": ["INSERT", "MODIFY"]}';

/** The patterns that let records through, each with what it says of the sample. */
export function FilterStep(properties: {
  patterns: string[];
  sample: string;
  onChange: (patterns: string[]) => void;
}) {
  const { patterns, sample, onChange } = properties;
  const { shell, pipes } = useTexts();
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={pipes.filterHint}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" onClick={() => onChange([...patterns, ONLY_WRITES])}>
                {pipes.onlyWrites}
              </Button>
              <Button formAction="none" onClick={() => onChange([...patterns, ''])}>
                {pipes.addPattern}
              </Button>
            </SpaceBetween>
          }
        >
          {pipes.filter}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {patterns.length === 0 && shell.none}
        {patterns.map((pattern, index) => (
          <FormField
            key={index}
            stretch
            label={pipes.pattern(index + 1)}
            constraintText={<VerdictText pattern={pattern} sample={sample} />}
            secondaryControl={
              <Button
                formAction="none"
                ariaLabel={`${shell.remove} ${pipes.pattern(index + 1)}`}
                onClick={() => onChange(patterns.filter((_, at) => at !== index))}
              >
                {shell.remove}
              </Button>
            }
          >
            <div className="mono">
              <Textarea
                ariaLabel={pipes.pattern(index + 1)}
                rows={4}
                spellcheck={false}
                value={pattern}
                onChange={({ detail }) =>
                  onChange(patterns.map((one, at) => (at === index ? detail.value : one)))
                }
              />
            </div>
          </FormField>
        ))}
      </SpaceBetween>
    </Container>
  );
}

function VerdictText({ pattern, sample }: { pattern: string; sample: string }) {
  const { pipes } = useTexts();
  if (pattern.trim() === '') return null;
  const { matches, fault } = verdictOf(pattern, sample);
  if (fault !== undefined)
    return <StatusIndicator type="error">{pipes.badPattern(fault)}</StatusIndicator>;
  return matches ? (
    <StatusIndicator type="success">{pipes.matches}</StatusIndicator>
  ) : (
    <StatusIndicator type="stopped">{pipes.matchesNot}</StatusIndicator>
  );
}
