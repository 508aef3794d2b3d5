import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/language';
import { ErrorAlert } from './error-alert';
import { focusWhenLost } from './focus';

const FIELDS =
  'input:not([disabled]):not([readonly]):not([type="file"]), textarea:not([disabled]):not([readonly])';

/** What a dialog is there to do: by its button, and by Enter in one of its fields. */
export interface DialogAction {
  text: string;
  /** What it rejects with is shown in the dialog, which stays. */
  run: () => Promise<void> | void;
  isDisabled?: boolean;
  /** While it goes on behind the promise, too. */
  isBusy?: boolean;
  testId?: string;
}

/**
 * The frame of every dialog. Keys begin at its first field, and go back to where they were once it is
 * closed, or to the page's heading when that is gone.
 */
export function Dialog(properties: {
  title: string;
  isLarge?: boolean;
  /** The button beside that leads out; "Cancel" when nothing else is said. */
  closeText?: string;
  action?: DialogAction | undefined;
  /** In the place of the action, e.g. what ends it while it runs. */
  otherAction?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  const { title, isLarge = false, closeText, action, otherAction, onClose, children } = properties;
  const { shell } = useTexts();
  const formId = useId();
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();
  const isBusy = isRunning || action?.isBusy === true;
  const run = async (): Promise<void> => {
    if (action === undefined || action.isDisabled === true || isBusy) return;
    setRunning(true);
    setError(undefined);
    try {
      await action.run();
    } catch (failure) {
      setError(failure);
    }
    setRunning(false);
  };
  useEffect(() => focusWhenLost, []);
  return (
    <Modal
      visible
      size={isLarge ? 'large' : 'medium'}
      header={title}
      closeAriaLabel={shell.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" onClick={onClose}>
              {closeText ?? shell.cancel}
            </Button>
            {otherAction}
            {action && (
              <Button
                variant="primary"
                form={formId}
                loading={isBusy}
                disabled={action.isDisabled ?? false}
                {...(action.testId !== undefined && { 'data-testid': action.testId })}
              >
                {action.text}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <FirstField>
          <SpaceBetween size="m">
            {children}
            <ErrorAlert error={error} />
          </SpaceBetween>
        </FirstField>
      </form>
    </Modal>
  );
}

/** Puts the keys into the first field, once the frame has taken them. */
function FirstField({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const frame = requestAnimationFrame(() =>
      place.current?.querySelector<HTMLElement>(FIELDS)?.focus(),
    );
    return () => cancelAnimationFrame(frame);
  }, []);
  return <div ref={place}>{children}</div>;
}
