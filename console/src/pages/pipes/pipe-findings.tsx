import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { lintPipe } from '../../api/lint';
import { describePipe, tagPipe, updatePipe } from '../../api/pipes';
import { useTexts } from '../../i18n/language';
import { useLoaded } from '../../parts/loaded';
import { useNotices } from '../../parts/notices';
import { fixesOf, type Fix } from './lint-fixes';

/** What the definition probably gets wrong, judged now by recent records and items; what can be mended is, with a click. */
export function PipeFindings({ name }: { name: string }) {
  const { pipes, lint } = useTexts();
  const notices = useNotices();
  const loaded = useLoaded(name, async () => {
    const [{ warnings }, pipe] = await Promise.all([lintPipe(name), describePipe(name)]);
    return { warnings, pipe };
  });
  const [isBusy, setBusy] = useState(false);
  const mend = async ({ input, tags }: Fix): Promise<void> => {
    setBusy(true);
    try {
      if (input) await updatePipe(name, { RoleArn: loaded.value!.pipe.RoleArn, ...input });
      if (tags) await tagPipe(loaded.value!.pipe.Arn, tags);
      notices.done(lint.mended);
    } catch (error) {
      notices.failed(error);
    }
    setBusy(false);
    loaded.reload();
  };
  // Lint is advice: where it cannot be had, the page says what counts.
  if (!loaded.value) return null;
  const { warnings, pipe } = loaded.value;
  if (warnings.length === 0) return null;
  return (
    <SpaceBetween size="s">
      {warnings.map((warning) => (
        <Alert
          key={`${warning.code} ${warning.path ?? ''}`}
          type="warning"
          header={pipes.warnings}
          action={
            <SpaceBetween direction="horizontal" size="xs">
              {fixesOf(warning, pipe).map((fix) => (
                <Button key={fix.kind} disabled={isBusy} onClick={() => void mend(fix)}>
                  {fix.kind === 'path' ? lint.fixes.path(fix.with!) : lint.fixes[fix.kind]}
                </Button>
              ))}
            </SpaceBetween>
          }
        >
          {lint.says(warning)}
        </Alert>
      ))}
    </SpaceBetween>
  );
}
