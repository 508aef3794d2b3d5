import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { putWebhook, type Webhook } from '../../api/webhooks';
import { useTexts } from '../../i18n/language';
import { Dialog } from '../../parts/dialog';
import { useNotices } from '../../parts/notices';

/** Makes a webhook, or points one elsewhere. */
export function WebhookDialog(properties: {
  cache: string;
  /** Undefined for a new one. */
  webhook: Webhook | undefined;
  onClose: () => void;
  onDone: () => void;
}) {
  const { cache, webhook, onClose, onDone } = properties;
  const { shell, webhooks } = useTexts();
  const notices = useNotices();
  const [name, setName] = useState(webhook?.name ?? '');
  const [topic, setTopic] = useState(webhook?.topic ?? '');
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [isTried, setTried] = useState(false);
  const isUrl = /^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '');
  const put = async (): Promise<void> => {
    setTried(true);
    if (name === '' || topic === '' || !isUrl) return;
    await putWebhook(cache, { name, topic, url });
    notices.done(webhook ? shell.saved(name) : shell.created(name));
    onDone();
  };
  return (
    <Dialog
      title={webhook ? webhooks.change(webhook.name) : webhooks.put}
      onClose={onClose}
      action={{ text: webhook ? shell.save : shell.create, run: put }}
    >
      {!webhook && (
        <FormField label={shell.name} errorText={isTried && name === '' && shell.required}>
          <Input value={name} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
      )}
      <FormField label={webhooks.topic} errorText={isTried && topic === '' && shell.required}>
        <Input value={topic} onChange={({ detail }) => setTopic(detail.value)} />
      </FormField>
      <FormField
        label={webhooks.url}
        constraintText={webhooks.urlHint}
        errorText={isTried && !isUrl && webhooks.noUrl}
      >
        <Input value={url} onChange={({ detail }) => setUrl(detail.value.trim())} />
      </FormField>
    </Dialog>
  );
}
