import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useMemo } from 'react';
import { useTexts } from '../../i18n/language';
import { CodeEditor } from './editor/code-editor';
import { completePattern } from './editor/completion';
import { countMatches, verdictOf } from './filter-match';
import type { Samples } from './samples';

const ONLY_WRITES = '{"eventName": ["INSERT", "MODIFY"]}';
const MAX_PATTERNS = 5;

/** The patterns that let records through, each with what it says of the sample. */
export function FilterStep(properties: {
  patterns: string[];
  samples: Samples;
  /** What is wrong with them, once it was tried to save. */
  problem: string | undefined;
  onChange: (patterns: string[]) => void;
}) {
  const { patterns, samples, problem, onChange } = properties;
  const { shell, pipes, editor } = useTexts();
  const isFull = patterns.length >= MAX_PATTERNS;
  const records = samples.record ? [samples.record, ...samples.records] : samples.records;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`${pipes.filterHint} ${editor.keys}`}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                formAction="none"
                disabled={isFull}
                onClick={() => onChange([...patterns, ONLY_WRITES])}
              >
                {pipes.onlyWrites}
              </Button>
              <Button
                formAction="none"
                disabled={isFull}
                onClick={() => onChange([...patterns, ''])}
              >
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
        {problem !== undefined && <StatusIndicator type="error">{problem}</StatusIndicator>}
        {patterns.length === 0 && shell.none}
        {patterns.map((pattern, index) => (
          <FormField
            key={index}
            stretch
            label={pipes.pattern(index + 1)}
            constraintText={<VerdictText pattern={pattern} samples={samples} />}
          >
            <SpaceBetween size="xs">
              <CodeEditor
                label={pipes.pattern(index + 1)}
                rows={5}
                value={pattern}
                complete={(text, caret, open) => completePattern(text, caret, records, open)}
                onChange={(value) =>
                  onChange(patterns.map((one, at) => (at === index ? value : one)))
                }
              />
              <Button
                formAction="none"
                ariaLabel={`${shell.remove} ${pipes.pattern(index + 1)}`}
                onClick={() => onChange(patterns.filter((_, at) => at !== index))}
              >
                {shell.remove}
              </Button>
            </SpaceBetween>
          </FormField>
        ))}
      </SpaceBetween>
    </Container>
  );
}

function VerdictText({ pattern, samples }: { pattern: string; samples: Samples }) {
  const { pipes, editor } = useTexts();
  const { matches, fault } = verdictOf(pattern, samples.text);
  const isSound = fault === undefined || samples.record === undefined;
  const matching = useMemo(
    () => (isSound && pattern.trim() !== '' ? countOrNone(pattern, samples.records) : undefined),
    [isSound, pattern, samples.records],
  );
  if (pattern.trim() === '') return null;
  if (fault !== undefined)
    return samples.record === undefined ? null : (
      <StatusIndicator type="error">{pipes.badPattern(fault)}</StatusIndicator>
    );
  return (
    <>
      <StatusIndicator type={matches ? 'success' : 'stopped'}>
        {matches ? pipes.matches : pipes.matchesNot}
      </StatusIndicator>
      {samples.records.length > 1 && matching !== undefined && (
        <> · {editor.matchesOf(matching, samples.records.length)}</>
      )}
    </>
  );
}

function countOrNone(pattern: string, records: readonly object[]): number | undefined {
  return verdictOf(pattern, '{}').fault === undefined ? countMatches(pattern, records) : undefined;
}
