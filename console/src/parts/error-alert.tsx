import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { ApiError } from '../api/http';
import { useTexts } from '../i18n/language';
import type { Texts } from '../i18n/texts';

/** What an error says to people: its name, and what happened and what to do. */
export function wordsOf(error: unknown, texts: Texts): { title: string; message: string } {
  if (error instanceof ApiError)
    return {
      title: texts.shell.errorTitle(error.code),
      message:
        error.code === 'Unreachable' ? texts.shell.unreachable(location.origin) : error.message,
    };
  return {
    title: texts.shell.crashTitle,
    message: error instanceof Error ? error.message : String(error),
  };
}

/** Shows an error in its place; nothing when there is none. */
export function ErrorAlert({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const texts = useTexts();
  if (error === undefined) return null;
  const { title, message } = wordsOf(error, texts);
  return (
    <Alert
      type="error"
      header={title}
      action={onRetry && <Button onClick={onRetry}>{texts.shell.retry}</Button>}
    >
      {message}
    </Alert>
  );
}
