import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { listCaches } from '../api/freshet';
import { ApiError } from '../api/http';
import { signIn, signOut } from '../api/session';
import { useTexts } from '../i18n/language';
import { ErrorAlert } from '../parts/error-alert';

/** Asks for the key pair of a server that is not on loopback, and tries it before it lets in. */
export function SignIn({ onDone }: { onDone: () => void }) {
  const { shell } = useTexts();
  const [accessKeyId, setAccessKeyId] = useState('');
  const [secretAccessKey, setSecretAccessKey] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    signIn({ accessKeyId: accessKeyId.trim(), secretAccessKey: secretAccessKey.trim() });
    try {
      await listCaches();
      onDone();
    } catch (failure) {
      signOut();
      setBusy(false);
      const isRefused = failure instanceof ApiError && failure.status > 0 && failure.status < 500;
      setError(
        isRefused ? new ApiError(failure.code, shell.signInFailed, failure.status) : failure,
      );
    }
  };
  return (
    <Box padding="xxl">
      <div className="narrow">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <Form
            actions={
              <Button
                variant="primary"
                formAction="submit"
                loading={isBusy}
                disabled={!isSecureContext || accessKeyId === '' || secretAccessKey === ''}
              >
                {shell.signIn}
              </Button>
            }
          >
            <Container header={<Header variant="h1">{shell.signInTitle}</Header>}>
              <SpaceBetween size="l">
                <Box>{shell.signInHint}</Box>
                {!isSecureContext && <Alert type="warning">{shell.insecure}</Alert>}
                <FormField label={shell.accessKeyId}>
                  <Input
                    value={accessKeyId}
                    autoFocus
                    onChange={({ detail }) => setAccessKeyId(detail.value)}
                  />
                </FormField>
                <FormField label={shell.secretAccessKey}>
                  <Input
                    type="password"
                    value={secretAccessKey}
                    onChange={({ detail }) => setSecretAccessKey(detail.value)}
                  />
                </FormField>
                <ErrorAlert error={error} />
              </SpaceBetween>
            </Container>
          </Form>
        </form>
      </div>
    </Box>
  );
}
