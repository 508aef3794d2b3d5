import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Textarea from '@cloudscape-design/components/textarea';
import { useEffect, useState } from 'react';
import { replayDeadLetters, type DeadLetter } from '../../api/freshet';
import { previewRecord, type Preview } from '../../api/preview';
import { useTexts } from '../../i18n/language';
import { Dialog } from '../../parts/dialog';
import { useNotices } from '../../parts/notices';

const PREVIEW_AFTER_MS = 300;

/** A failed record, to be edited and sent. */
export function EditLetter({
  pipe,
  letter,
  isForced,
  onClose,
}: {
  pipe: string;
  letter: DeadLetter;
  /** Whether it is sent even if its item has changed since. */
  isForced: boolean;
  onClose: (isSent: boolean) => void;
}) {
  const { pipes, mend } = useTexts();
  const notices = useNotices();
  const [text, setText] = useState(() => JSON.stringify(letter.record, null, 2));
  const [refusal, setRefusal] = useState<string>();
  const { record, fault } = parsed(text);
  const preview = usePreview(pipe, text, record);
  const send = async (): Promise<void> => {
    setRefusal(undefined);
    const [outcome] = await replayDeadLetters(pipe, [letter.id], isForced, record);
    const { result, reason } = outcome!;
    if (result === 'delivered') {
      notices.done(pipes.replayed(pipes.results.delivered));
      onClose(true);
      return;
    }
    setRefusal(`${pipes.results[result]}${reason === undefined ? '' : `: ${reason}`}`);
  };
  const target = preview?.target;
  return (
    <Dialog
      isLarge
      title={mend.title}
      onClose={() => onClose(false)}
      action={{ text: mend.send, isDisabled: !record, run: send }}
    >
      <FormField
        stretch
        label={mend.record}
        description={mend.recordHint}
        errorText={fault !== undefined && mend.notJson(fault)}
      >
        <div className="mono">
          <Textarea
            ariaLabel={mend.record}
            rows={16}
            spellcheck={false}
            value={text}
            onChange={({ detail }) => setText(detail.value)}
          />
        </div>
      </FormField>
      {preview?.filter === 'filtered' && <Alert type="info">{mend.filtered}</Alert>}
      {target && (
        <div data-testid="edited-request">
          <Box variant="awsui-key-label">{mend.preview}</Box>
          <pre className="value mono" tabIndex={0}>
            {target.request
              ? `${target.request.method} ${target.request.url}\n\n${target.request.body}`
              : target.problem}
          </pre>
        </div>
      )}
      {refusal !== undefined && <Alert type="warning">{refusal}</Alert>}
    </Dialog>
  );
}

/** What the pipe would send, a moment after the last key. */
function usePreview(pipe: string, text: string, record: object | undefined): Preview | undefined {
  const [preview, setPreview] = useState<Preview>();
  useEffect(() => {
    if (record === undefined) return undefined;
    let isWanted = true;
    const show = (found: Preview | undefined): void => {
      if (isWanted) setPreview(found);
    };
    const timer = setTimeout(() => {
      // What is no record is said when it is sent.
      previewRecord(pipe, record).then(show, () => show(undefined));
    }, PREVIEW_AFTER_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
    // The record is another object each time; the text tells whether it is another one.
  }, [pipe, text]);
  return preview;
}

function parsed(text: string): { record?: object; fault?: string } {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null) return { record: document };
    return { fault: text.slice(0, 40) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { fault: error.message };
  }
}
