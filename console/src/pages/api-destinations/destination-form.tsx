import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import {
  createApiDestination,
  listConnections,
  updateApiDestination,
  type ApiDestination,
} from '../../api/events';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { useNotices } from '../../parts/notices';
import { Page } from '../../parts/page';
import { ResourceForm } from '../../parts/resource-form';
import { href, navigate } from '../../router';
import { connectionName } from './connection-name';

const METHODS = ['PUT', 'POST', 'GET', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
/** AWS's default and highest (documented). */
const DEFAULT_RATE = 300;

/** Creates an API destination, or changes one. */
export function DestinationForm({ before }: { before?: ApiDestination }) {
  const { shell, destinations } = useTexts();
  const notices = useNotices();
  const connections = useLoaded('connections', listConnections);
  const [name, setName] = useState(before?.Name ?? '');
  const [description, setDescription] = useState(before?.Description ?? '');
  const [endpoint, setEndpoint] = useState(before?.InvocationEndpoint ?? '');
  const [method, setMethod] = useState(before?.HttpMethod ?? METHODS[0]!);
  const [rate, setRate] = useState(String(before?.InvocationRateLimitPerSecond ?? DEFAULT_RATE));
  const [chosen, setConnection] = useState(before?.ConnectionArn);
  const [isTried, setTried] = useState(false);
  const connection = chosen ?? connections.value?.[0]?.ConnectionArn;
  const rateNumber = Number(rate);
  const isRate = Number.isInteger(rateNumber) && rateNumber >= 1 && rateNumber <= DEFAULT_RATE;

  const save = (): Promise<void> | undefined => {
    setTried(true);
    if (name === '' || endpoint === '' || connection === undefined || !isRate) return undefined;
    return (before ? updateApiDestination : createApiDestination)({
      Name: name,
      Description: description,
      ConnectionArn: connection,
      InvocationEndpoint: endpoint,
      HttpMethod: method,
      InvocationRateLimitPerSecond: rateNumber,
    }).then(() => {
      notices.done(before ? shell.saved(name) : shell.created(name));
      navigate('api-destinations');
    });
  };
  const options = (connections.value ?? []).map(({ Name, ConnectionArn }) => ({
    value: ConnectionArn,
    label: Name,
  }));
  return (
    <Page
      title={before ? destinations.editConnection(before.Name) : destinations.createDestination}
      trail={[{ text: shell.apiDestinations, route: ['api-destinations'] }]}
    >
      <ErrorAlert error={connections.error} onRetry={connections.reload} />
      <ResourceForm
        submitText={before ? shell.save : destinations.createDestination}
        save={save}
        onCancel={() => navigate('api-destinations')}
      >
        <Container>
          <SpaceBetween size="l">
            <FormField label={shell.name} errorText={isTried && name === '' && shell.required}>
              <Input
                value={name}
                disabled={before !== undefined}
                onChange={({ detail }) => setName(detail.value.trim())}
              />
            </FormField>
            <FormField label={`${shell.description} - ${shell.optional}`}>
              <Input value={description} onChange={({ detail }) => setDescription(detail.value)} />
            </FormField>
            <FormField
              label={destinations.endpoint}
              description={destinations.endpointHint}
              errorText={isTried && endpoint === '' && shell.required}
              secondaryControl={
                <Button formAction="none" onClick={() => setEndpoint(`${location.origin}/cache/*`)}>
                  {destinations.ownCache}
                </Button>
              }
            >
              <Input
                value={endpoint}
                inputMode="url"
                onChange={({ detail }) => setEndpoint(detail.value.trim())}
              />
            </FormField>
            <FormField label={destinations.method}>
              <Select
                selectedOption={{ value: method, label: method }}
                options={METHODS.map((value) => ({ value, label: value }))}
                onChange={({ detail }) => setMethod(detail.selectedOption.value!)}
              />
            </FormField>
            <FormField
              label={destinations.rate}
              errorText={isTried && !isRate && destinations.rateHint}
              constraintText={destinations.rateHint}
            >
              <Input
                value={rate}
                inputMode="numeric"
                onChange={({ detail }) => setRate(detail.value)}
              />
            </FormField>
            <FormField
              label={destinations.connection}
              errorText={isTried && connection === undefined && shell.required}
              constraintText={
                connections.value?.length === 0 && (
                  <>
                    {destinations.noSuchConnection}{' '}
                    <Link href={href('connections', 'create')}>
                      {destinations.createConnection}
                    </Link>
                  </>
                )
              }
            >
              <Select
                placeholder={shell.select}
                selectedOption={
                  connection === undefined
                    ? null
                    : (options.find(({ value }) => value === connection) ?? {
                        value: connection,
                        label: connectionName(connection),
                      })
                }
                options={options}
                onChange={({ detail }) => setConnection(detail.selectedOption.value)}
              />
            </FormField>
          </SpaceBetween>
        </Container>
      </ResourceForm>
    </Page>
  );
}
