import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { exportPipe } from '../../api/freshet';
import { describePipe } from '../../api/pipes';
import { useTexts } from '../../i18n/language';
import { download } from '../../parts/download';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';

/** A pipe as DescribePipe tells it, and as a template that makes it anew. */
export function PipeDefinition({ name }: { name: string }) {
  const { pipes } = useTexts();
  const loaded = useLoaded(name, () => describePipe(name));
  return (
    <SpaceBetween size="l">
      <ErrorAlert error={loaded.error} onRetry={loaded.reload} />
      <Container header={<Header variant="h2">{pipes.definition}</Header>}>
        {loaded.value && (
          <pre className="value mono" tabIndex={0}>
            {JSON.stringify(loaded.value, null, 2)}
          </pre>
        )}
      </Container>
      <Template name={name} />
    </SpaceBetween>
  );
}

function Template({ name }: { name: string }) {
  const { shell, pipes } = useTexts();
  const loaded = useLoaded(name, () => exportPipe(name));
  const { template = '', secrets = [] } = loaded.value ?? {};
  return (
    <>
      <ErrorAlert error={loaded.error} onRetry={loaded.reload} />
      {loaded.value && (
        <Container
          header={
            <Header
              variant="h2"
              description={pipes.exportHint}
              actions={
                <SpaceBetween direction="horizontal" size="xs">
                  <CopyToClipboard
                    copyButtonText={shell.copy}
                    copySuccessText={shell.copied}
                    copyErrorText={shell.copyFailed}
                    textToCopy={template}
                  />
                  <Button
                    iconName="download"
                    onClick={() =>
                      download(`${name}.yaml`, new Blob([template], { type: 'application/yaml' }))
                    }
                  >
                    {pipes.download}
                  </Button>
                </SpaceBetween>
              }
            >
              {pipes.cloudformation}
            </Header>
          }
        >
          <SpaceBetween size="m">
            {secrets.length > 0 && (
              <Alert type="info">{pipes.secretsNeeded(secrets.join(', '))}</Alert>
            )}
            <pre className="value mono" tabIndex={0} data-testid="pipe-template">
              {template}
            </pre>
          </SpaceBetween>
        </Container>
      )}
    </>
  );
}
