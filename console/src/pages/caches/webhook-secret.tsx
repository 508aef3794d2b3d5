import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useState } from 'react';
import { rotateWebhookSecret, webhookSecret } from '../../api/webhooks';
import { useTexts } from '../../i18n/language';
import { Dialog } from '../../parts/dialog';
import { ShownSecret } from '../../parts/shown-secret';

/** Shows a webhook's secret when it is asked for, or makes another one. */
export function WebhookSecret(properties: {
  cache: string;
  name: string;
  isRotated: boolean;
  onClose: () => void;
}) {
  const { cache, name, isRotated, onClose } = properties;
  const { shell, webhooks } = useTexts();
  const [secret, setSecret] = useState<string>();
  const get = isRotated ? rotateWebhookSecret : webhookSecret;
  return (
    <Dialog
      title={isRotated ? webhooks.rotateTitle(name) : webhooks.secretOf(name)}
      closeText={secret === undefined ? shell.cancel : shell.close}
      onClose={onClose}
      action={
        secret === undefined
          ? {
              text: isRotated ? webhooks.rotate : webhooks.secret,
              run: async () => setSecret(await get(cache, name)),
            }
          : undefined
      }
    >
      <Box>{isRotated && secret === undefined ? webhooks.rotateHint : webhooks.secretHint}</Box>
      {secret !== undefined && (
        <>
          {isRotated && <Alert type="success">{webhooks.rotated}</Alert>}
          <ShownSecret secret={secret} />
        </>
      )}
    </Dialog>
  );
}
