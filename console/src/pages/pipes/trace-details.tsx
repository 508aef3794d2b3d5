import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TracedRecord, TraceStep } from '../../api/trace';
import { useLanguage, useTexts } from '../../i18n/language';

/** A record's way: record, filter, and each attempt with its requests and answers. */
export function TraceDetails({ record }: { record: TracedRecord }) {
  const { trace } = useTexts();
  return (
    <Container
      header={
        <Header variant="h2">
          {record.eventName} {JSON.stringify(record.keys)}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <ExpandableSection headerText={trace.record}>
          <pre className="value mono" tabIndex={0}>
            {indented(record.record.text)}
          </pre>
        </ExpandableSection>
        <div>
          <Box variant="awsui-key-label">{trace.filter}</Box>
          {record.filter === 'passed' ? trace.passed : trace.filteredOut}
        </div>
        {record.attempts.map(({ number, steps }) => (
          <SpaceBetween size="xs" key={number}>
            <Box variant="h3">{trace.attempt(number)}</Box>
            {steps.map((step) => (
              <Step key={step.stage} step={step} />
            ))}
          </SpaceBetween>
        ))}
      </SpaceBetween>
    </Container>
  );
}

function Step({ step }: { step: TraceStep }) {
  const { language, texts } = useLanguage();
  const { trace } = texts;
  const { stage, tookMs, exchangeMs, reason, request, response } = step;
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return (
    <SpaceBetween size="xs">
      <Box variant="awsui-key-label">
        {trace.stages[stage] ?? stage}:{' '}
        {exchangeMs === undefined
          ? trace.milliseconds(format.format(tookMs))
          : trace.exchange(format.format(tookMs), format.format(exchangeMs))}
      </Box>
      {reason !== undefined && (
        <Alert type="warning" header={trace.reason}>
          {reason}
        </Alert>
      )}
      {request && (
        <>
          <Box variant="awsui-key-label">{trace.request}</Box>
          <pre className="value mono" tabIndex={0} data-testid="trace-request">
            {[
              `${request.method} ${request.url}`,
              ...Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
              '',
              request.body?.text ?? '',
            ].join('\n')}
          </pre>
        </>
      )}
      {response && (
        <>
          <Box variant="awsui-key-label">{trace.response}</Box>
          <pre
            className="value mono"
            tabIndex={0}
          >{`${String(response.status)}\n${response.body}`}</pre>
        </>
      )}
    </SpaceBetween>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    // A long one is cut, and is no JSON any more.
    if (!(error instanceof SyntaxError)) throw error;
    return text;
  }
}
