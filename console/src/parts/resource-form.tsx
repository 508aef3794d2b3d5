import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/language';
import { ErrorAlert } from './error-alert';

/** A form that saves something: what the server says against it stays beside it. */
export function ResourceForm(properties: {
  submitText: string;
  /** Undefined when what is typed is not complete: it then is not sent. */
  save: () => Promise<void> | undefined;
  onCancel: () => void;
  children: ReactNode;
}) {
  const { submitText, save, onCancel, children } = properties;
  const { shell } = useTexts();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const submit = async (): Promise<void> => {
    setError(undefined);
    const saving = save();
    if (!saving) return;
    setBusy(true);
    try {
      await saving;
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={onCancel}>
              {shell.cancel}
            </Button>
            <Button variant="primary" formAction="submit" loading={isBusy}>
              {submitText}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          {children}
          <ErrorAlert error={error} />
        </SpaceBetween>
      </Form>
    </form>
  );
}
