import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { plainText } from '../tables/item-json';
import type { Samples } from './samples';

/** Chooses and edits the record with which filter and templates are tried. */
export function SamplePanel({ samples }: { samples: Samples }) {
  const { shell, pipes } = useTexts();
  const options = samples.records.map((record, index) => ({
    value: String(index),
    label: pipes.sampleOf(record.eventName, plainText(record.dynamodb.Keys)),
  }));
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={samples.isMadeUp ? pipes.noSample : pipes.sampleHint}
          actions={
            <Button iconName="refresh" formAction="none" onClick={samples.load}>
              {pipes.loadSamples}
            </Button>
          }
        >
          {pipes.sample}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ErrorAlert error={samples.error} onRetry={samples.load} />
        {options.length > 0 && (
          <Select
            ariaLabel={pipes.sample}
            placeholder={shell.select}
            selectedOption={null}
            options={options}
            filteringType="auto"
            onChange={({ detail }) => samples.choose(Number(detail.selectedOption.value))}
          />
        )}
        <FormField stretch>
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
      </SpaceBetween>
    </Container>
  );
}
