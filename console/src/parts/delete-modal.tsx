import Box from '@cloudscape-design/components/box';
import { useTexts } from '../i18n/language';
import { Dialog } from './dialog';
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
  return (
    <Dialog
      title={shell.deleteTitle(name)}
      onClose={onClose}
      action={{
        text: shell.delete,
        testId: 'confirm-delete',
        run: async () => {
          await remove();
          notices.done(shell.deleted(name));
          onDone();
        },
      }}
    >
      <Box>{hint ?? shell.deleteHint}</Box>
    </Dialog>
  );
}
