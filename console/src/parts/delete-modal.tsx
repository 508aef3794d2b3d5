import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTexts } from '../i18n/language';
import { ErrorAlert } from './error-alert';
import { useNotices } from './notices';

/** Asks before something is deleted, and deletes it. */
export function DeleteModal(properties: {
  name: string;
  hint?: string;
  remove: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
}) {
  const { name, hint, remove, onDone, onClose } = properties;
  const { shell } = useTexts();
  const notices = useNotices();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const run = async (): Promise<void> => {
    setBusy(true);
    try {
      await remove();
      notices.done(shell.deleted(name));
      onDone();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Modal
      visible
      header={shell.deleteTitle(name)}
      closeAriaLabel={shell.close}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {shell.cancel}
            </Button>
            <Button
              variant="primary"
              loading={isBusy}
              onClick={() => void run()}
              data-testid="confirm-delete"
            >
              {shell.delete}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>{hint ?? shell.deleteHint}</Box>
        <ErrorAlert error={error} />
      </SpaceBetween>
    </Modal>
  );
}
