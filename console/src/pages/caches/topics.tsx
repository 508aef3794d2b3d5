import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { publish } from '../../api/momento';
import { useLanguage } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useNotices } from '../../parts/notices';
import { useTopic } from './use-topic';
import { bytesOf } from './value-forms';

/** Publishes on a cache's topics, and watches one. */
export function Topics({ cache }: { cache: string }) {
  const { language, texts } = useLanguage();
  const { shell, topics } = texts;
  const notices = useNotices();
  const [topic, setTopic] = useState('');
  const [message, setMessage] = useState('');
  const [form, setForm] = useState<'text' | 'base64'>('text');
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [watchedTopic, setWatchedTopic] = useState<string>();
  const watched = useTopic(cache, watchedTopic);
  const bytes = form === 'text' ? new TextEncoder().encode(message) : bytesOf(message);
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const number = new Intl.NumberFormat(language);
  const send = async (): Promise<void> => {
    setTried(true);
    if (topic === '' || bytes === undefined) return;
    setBusy(true);
    setError(undefined);
    try {
      await publish(cache, topic, bytes, form === 'text');
      notices.done(topics.published(topic));
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  const watch = (): void => {
    setTried(true);
    if (topic !== '') setWatchedTopic(topic);
  };
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header variant="h2" description={topics.hint}>
            {topics.tab}
          </Header>
        }
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <SpaceBetween size="l">
            <FormField label={topics.topic} errorText={isTried && topic === '' && shell.required}>
              <Input value={topic} onChange={({ detail }) => setTopic(detail.value)} />
            </FormField>
            <FormField
              label={topics.message}
              errorText={bytes === undefined && topics.notBase64}
              secondaryControl={
                <SegmentedControl
                  label={topics.form}
                  selectedId={form}
                  options={[
                    { id: 'text', text: topics.text },
                    { id: 'base64', text: topics.base64 },
                  ]}
                  onChange={({ detail }) => setForm(detail.selectedId as 'text' | 'base64')}
                />
              }
            >
              <div className="mono">
                <Textarea
                  ariaLabel={topics.message}
                  rows={3}
                  spellcheck={false}
                  value={message}
                  onChange={({ detail }) => setMessage(detail.value)}
                />
              </div>
            </FormField>
            <ErrorAlert error={error} />
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="primary" formAction="submit" loading={isBusy}>
                {topics.publish}
              </Button>
              {watchedTopic === undefined ? (
                <Button formAction="none" onClick={watch}>
                  {topics.watch}
                </Button>
              ) : (
                <Button formAction="none" onClick={() => setWatchedTopic(undefined)}>
                  {topics.stop}
                </Button>
              )}
            </SpaceBetween>
          </SpaceBetween>
        </form>
      </Container>
      <ErrorAlert error={watched.error} />
      {watched.isRestarted && (
        <Alert type="warning">
          {watched.missed > 0 ? topics.missed(number.format(watched.missed)) : topics.restarted}
        </Alert>
      )}
      <Table
        items={watched.messages}
        trackBy="id"
        wrapLines
        ariaLabels={{ tableLabel: topics.messages }}
        header={
          <Header
            variant="h2"
            counter={`(${number.format(watched.messages.length)})`}
            {...(watchedTopic !== undefined && { description: topics.watching(watchedTopic) })}
            actions={
              <Button disabled={watched.messages.length === 0} onClick={watched.clear}>
                {topics.clear}
              </Button>
            }
          >
            {topics.messages}
          </Header>
        }
        empty={
          <SpaceBetween size="s">
            <Box variant="strong">{topics.empty}</Box>
            <Box color="text-body-secondary">{topics.emptyHint}</Box>
          </SpaceBetween>
        }
        columnDefinitions={[
          {
            id: 'number',
            header: topics.number,
            width: 110,
            isRowHeader: true,
            cell: (one) => number.format(one.number),
          },
          {
            id: 'at',
            header: topics.at,
            width: 130,
            cell: ({ arrivedAt }) => time.format(new Date(arrivedAt)),
          },
          {
            id: 'message',
            header: topics.message,
            cell: ({ text, base64 }) => (
              <span className="mono">{text ?? `base64:${base64 ?? ''}`}</span>
            ),
          },
          {
            id: 'publisher',
            header: topics.publisher,
            width: 150,
            cell: ({ publisher }) => publisher ?? '-',
          },
        ]}
      />
    </SpaceBetween>
  );
}
