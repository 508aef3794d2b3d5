import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ApiDestination } from '../../api/events';
import { useTexts } from '../../i18n/language';
import type { PipeDraft, SendDraft } from './pipe-draft';
import { likelyPath, pathsOf, previewOf } from './render';

/** The request that the sample would become, and what is wrong with it. */
export function PreviewPanel(properties: {
  send: SendDraft;
  destination: ApiDestination;
  sample: string;
  draft: PipeDraft;
  onChange: (send: SendDraft) => void;
}) {
  const { send, destination, sample, draft, onChange } = properties;
  const { pipes } = useTexts();
  const preview = previewOf(send, destination.InvocationEndpoint, sample, draft);
  const paths = pathsOf(sample);
  return (
    <Container
      header={
        <Header variant="h2" description={pipes.previewHint}>
          {pipes.preview}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {preview.fault !== undefined && (
          <Alert type="error">{pipes.badTemplate(preview.fault)}</Alert>
        )}
        {preview.missing.map((path) => {
          const right = likelyPath(path, paths);
          return (
            <Alert
              key={path}
              type="warning"
              action={
                right !== undefined && (
                  <Button formAction="none" onClick={() => onChange(replaced(send, path, right))}>
                    {pipes.apply}
                  </Button>
                )
              }
            >
              {pipes.missing(path)} {right !== undefined && pipes.didYouMean(path, right)}
            </Alert>
          );
        })}
        <pre className="value mono" tabIndex={0} data-testid="preview">
          {[
            `${destination.HttpMethod} ${preview.target}`,
            ...preview.headers.map(([name, value]) => `${name}: ${value}`),
            '',
            preview.body,
          ].join('\n')}
        </pre>
      </SpaceBetween>
    </Container>
  );
}

/** The draft with a path put right wherever it stands. */
function replaced(send: SendDraft, wrong: string, right: string): SendDraft {
  const mend = (value: string): string => (value === wrong ? right : value);
  return {
    ...send,
    template: send.template.replaceAll(`<${wrong}>`, `<${right}>`),
    pathValues: send.pathValues.map(mend),
    headers: send.headers.map(({ key, value }) => ({ key, value: mend(value) })),
    query: send.query.map(({ key, value }) => ({ key, value: mend(value) })),
  };
}
