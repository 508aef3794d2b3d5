import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import type { ApiDestination } from '../../api/events';
import { sendTestRequest, type TestOutcome } from '../../api/test-request';
import { useLanguage, useTexts } from '../../i18n/language';
import { Dialog } from '../../parts/dialog';
import { PairsEditor, type Pair } from '../../parts/pairs-editor';

/** Sends one request with an API destination, and shows what came back. */
export function TestRequestModal({
  destination,
  onClose,
}: {
  destination: ApiDestination;
  onClose: () => void;
}) {
  const { shell, testRequest } = useTexts();
  const asterisks = destination.InvocationEndpoint.split('*').length - 1;
  const [path, setPath] = useState(() => Array.from({ length: asterisks }, () => ''));
  const [query, setQuery] = useState<Pair[]>([]);
  const [headers, setHeaders] = useState<Pair[]>([]);
  const [body, setBody] = useState('');
  const [outcome, setOutcome] = useState<TestOutcome>();
  const send = async (): Promise<void> => {
    setOutcome(undefined);
    setOutcome(
      await sendTestRequest(destination.Name, {
        pathParameters: path,
        queryStringParameters: objectOf(query),
        headerParameters: objectOf(headers),
        body,
      }),
    );
  };
  return (
    <Dialog
      isLarge
      title={testRequest.title(destination.Name)}
      closeText={shell.close}
      onClose={onClose}
      action={{ text: testRequest.send, run: send }}
    >
      <Box>
        <span className="mono">
          {destination.HttpMethod} {destination.InvocationEndpoint}
        </span>
        <Box color="text-body-secondary">{testRequest.hint}</Box>
      </Box>
      {path.map((value, index) => (
        <FormField key={index} label={testRequest.pathValue(index + 1)}>
          <Input
            value={value}
            onChange={({ detail }) =>
              setPath(path.map((one, at) => (at === index ? detail.value : one)))
            }
          />
        </FormField>
      ))}
      <FormField stretch label={testRequest.query}>
        <PairsEditor label={testRequest.query} pairs={query} onChange={setQuery} />
      </FormField>
      <FormField stretch label={testRequest.headers}>
        <PairsEditor label={testRequest.headers} pairs={headers} onChange={setHeaders} />
      </FormField>
      <FormField stretch label={testRequest.body}>
        <div className="mono">
          <Textarea
            ariaLabel={testRequest.body}
            rows={4}
            spellcheck={false}
            value={body}
            onChange={({ detail }) => setBody(detail.value)}
          />
        </div>
      </FormField>
      {outcome && <Outcome outcome={outcome} />}
    </Dialog>
  );
}

function Outcome({ outcome }: { outcome: TestOutcome }) {
  const { language, texts } = useLanguage();
  const { testRequest } = texts;
  const { request, response, reason, durationMs } = outcome;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const lines = Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  const body = request.body === undefined || request.body === '' ? [] : ['', request.body];
  return (
    <div data-testid="test-outcome">
      <SpaceBetween size="m">
        <StatusIndicator type={outcome.outcome === 'delivered' ? 'success' : 'error'}>
          {testRequest.outcomes[outcome.outcome] ?? outcome.outcome}
        </StatusIndicator>
        {reason !== undefined && <Box>{reason}</Box>}
        <KeyValuePairs
          columns={2}
          items={[
            { label: testRequest.status, value: response?.status ?? testRequest.noAnswer },
            { label: testRequest.took, value: testRequest.milliseconds(number.format(durationMs)) },
          ]}
        />
        {response && (
          <div>
            <Box variant="awsui-key-label">{testRequest.response}</Box>
            <pre className="value mono" tabIndex={0}>
              {response.body || testRequest.emptyBody}
            </pre>
          </div>
        )}
        <div>
          <Box variant="awsui-key-label">{testRequest.request}</Box>
          <pre className="value mono" tabIndex={0}>
            {[`${request.method} ${request.url}`, ...lines, ...body].join('\n')}
          </pre>
        </div>
      </SpaceBetween>
    </div>
  );
}

function objectOf(pairs: Pair[]): Record<string, string> {
  return Object.fromEntries(
    pairs.filter(({ key }) => key !== '').map(({ key, value }) => [key, value]),
  );
}
