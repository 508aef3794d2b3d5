import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useState } from 'react';
import {
  createConnection,
  updateConnection,
  type AuthorizationType,
  type ConnectionDetails,
} from '../../api/events';
import { createKey } from '../../api/freshet';
import { useTexts } from '../../i18n/language';
import { useNotices } from '../../parts/notices';
import { Page } from '../../parts/page';
import { ResourceForm } from '../../parts/resource-form';
import { navigate } from '../../router';
import {
  draftOf,
  inputOf,
  missingFields,
  untypedSecret,
  type ConnectionDraft,
} from './connection-input';
import { ParametersEditor } from './parameters';

const TYPES: AuthorizationType[] = ['API_KEY', 'BASIC', 'OAUTH_CLIENT_CREDENTIALS'];
const METHODS = ['POST', 'GET', 'PUT'];

type TextField = Exclude<keyof ConnectionDraft, 'type' | 'parameters' | 'oauthParameters'>;

/** Creates a connection, or changes one. */
export function ConnectionForm({ before }: { before?: ConnectionDetails }) {
  const { shell, destinations } = useTexts();
  const notices = useNotices();
  const [start] = useState(() => draftOf(before));
  const [draft, setDraft] = useState(start);
  const [isTried, setTried] = useState(false);
  const set = (changed: Partial<ConnectionDraft>): void => setDraft({ ...draft, ...changed });
  const missing = missingFields(draft, before);
  const secret = untypedSecret(draft, start);

  const save = (): Promise<void> | undefined => {
    setTried(true);
    if (missing.size > 0 || secret !== undefined) return undefined;
    return (before ? updateConnection : createConnection)(inputOf(draft, start)).then(() => {
      notices.done(before ? shell.saved(draft.name) : shell.created(draft.name));
      navigate('connections');
    });
  };
  const makeKey = async (): Promise<void> => {
    try {
      const { key } = await createKey({
        role: 'readwrite',
        description: `connection ${draft.name}`.trim(),
      });
      set({ keyValue: key, keyName: draft.keyName === '' ? 'Authorization' : draft.keyName });
      notices.done(destinations.madeKey);
    } catch (error) {
      notices.failed(error);
    }
  };

  const field = (name: TextField, label: string, isSecret = false, description?: string) => (
    <FormField
      label={label}
      description={description}
      constraintText={isSecret && before && destinations.kept}
      errorText={isTried && missing.has(name) && shell.required}
    >
      <Input
        value={draft[name]}
        type={isSecret ? 'password' : 'text'}
        autoComplete={false}
        disabled={name === 'name' && before !== undefined}
        onChange={({ detail }) => set({ [name]: detail.value })}
      />
    </FormField>
  );
  return (
    <Page
      title={before ? destinations.editConnection(before.Name) : destinations.createConnection}
      trail={[{ text: shell.connections, route: ['connections'] }]}
    >
      <ResourceForm
        submitText={before ? shell.save : destinations.createConnection}
        save={save}
        onCancel={() => navigate('connections')}
      >
        <Container>
          <SpaceBetween size="l">
            {field('name', shell.name)}
            {field('description', `${shell.description} - ${shell.optional}`)}
          </SpaceBetween>
        </Container>
        <Container header={<Header variant="h2">{destinations.authorization}</Header>}>
          <SpaceBetween size="l">
            <Tiles
              ariaLabel={destinations.authorization}
              value={draft.type}
              columns={3}
              items={TYPES.map((value) => ({ value, label: destinations.types[value] }))}
              onChange={({ detail }) => set({ type: detail.value as AuthorizationType })}
            />
            {draft.type === 'API_KEY' && (
              <SpaceBetween size="l">
                {field('keyName', destinations.keyName, false, destinations.keyNameHint)}
                {field('keyValue', destinations.keyValue, true)}
                <Button formAction="none" onClick={() => void makeKey()}>
                  {destinations.makeKey}
                </Button>
              </SpaceBetween>
            )}
            {draft.type === 'BASIC' && (
              <SpaceBetween size="l">
                {field('username', destinations.username)}
                {field('password', destinations.password, true)}
              </SpaceBetween>
            )}
            {draft.type === 'OAUTH_CLIENT_CREDENTIALS' && (
              <SpaceBetween size="l">
                {field('endpoint', destinations.tokenEndpoint)}
                <FormField label={destinations.tokenMethod}>
                  <Select
                    selectedOption={{ value: draft.method, label: draft.method }}
                    options={METHODS.map((value) => ({ value, label: value }))}
                    onChange={({ detail }) => set({ method: detail.selectedOption.value! })}
                  />
                </FormField>
                {field('clientId', destinations.clientId)}
                {field('clientSecret', destinations.clientSecret, true)}
                <FormField label={destinations.oauthParameters} stretch>
                  <ParametersEditor
                    parameters={draft.oauthParameters}
                    onChange={(oauthParameters) => set({ oauthParameters })}
                  />
                </FormField>
              </SpaceBetween>
            )}
          </SpaceBetween>
        </Container>
        <Container header={<Header variant="h2">{destinations.invocationParameters}</Header>}>
          <ParametersEditor
            parameters={draft.parameters}
            onChange={(parameters) => set({ parameters })}
          />
        </Container>
        {isTried && secret !== undefined && (
          <Alert type="error">{destinations.secretAgain(secret)}</Alert>
        )}
      </ResourceForm>
    </Page>
  );
}
