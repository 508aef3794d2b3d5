import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import FormField from '@cloudscape-design/components/form-field';
import { useState } from 'react';
import {
  describeTimeToLive,
  updateTable,
  updateTimeToLive,
  type TableDescription,
} from '../../api/dynamodb';
import { useLanguage, useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { useNotices } from '../../parts/notices';
import { State } from '../../parts/state';
import { keyOf } from './keys';

const VIEWS = ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'];

interface Properties {
  table: TableDescription;
  onChange: () => void;
}

/** What a table is, and what of it can be changed: stream and time to live. */
export function TableSettings({ table, onChange }: Properties) {
  const { language, texts } = useLanguage();
  const { shell, tables } = texts;
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{tables.settings}</Header>}>
        <KeyValuePairs
          columns={3}
          items={[
            { label: shell.status, value: <State state={table.TableStatus} /> },
            { label: tables.partitionKey, value: keyOf(table, 'HASH', tables) },
            { label: tables.sortKey, value: keyOf(table, 'RANGE', tables) },
            {
              label: tables.size,
              value: tables.bytes(new Intl.NumberFormat(language).format(table.TableSizeBytes)),
            },
            {
              label: tables.createdAt,
              value: date.format(new Date(table.CreationDateTime * 1000)),
            },
            {
              label: tables.indexes,
              value: indexes.map(({ IndexName }) => IndexName).join(', ') || '-',
            },
            { label: tables.arn, value: <span className="mono">{table.TableArn}</span> },
          ]}
        />
      </Container>
      <StreamSettings table={table} onChange={onChange} />
      <TimeToLive name={table.TableName} />
    </SpaceBetween>
  );
}

function StreamSettings({ table, onChange }: Properties) {
  const { shell, tables } = useTexts();
  const notices = useNotices();
  const [view, setView] = useState(VIEWS[0]!);
  const [isBusy, setBusy] = useState(false);
  const isOn = table.StreamSpecification?.StreamEnabled === true;
  const toggle = async (): Promise<void> => {
    setBusy(true);
    try {
      await updateTable({
        TableName: table.TableName,
        StreamSpecification: isOn
          ? { StreamEnabled: false }
          : { StreamEnabled: true, StreamViewType: view },
      });
      notices.done(shell.saved(table.TableName));
      onChange();
    } catch (error) {
      notices.failed(error);
    }
    setBusy(false);
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={isOn ? tables.streamOffHint : tables.streamHint}
          actions={
            <Button loading={isBusy} onClick={() => void toggle()}>
              {isOn ? tables.turnStreamOff : tables.turnStreamOn}
            </Button>
          }
        >
          {tables.stream}
        </Header>
      }
    >
      {isOn ? (
        <KeyValuePairs
          columns={2}
          items={[
            {
              label: tables.images,
              value: tables.views[table.StreamSpecification?.StreamViewType ?? ''] ?? '-',
            },
            {
              label: tables.streamArn,
              value: <span className="mono">{table.LatestStreamArn ?? '-'}</span>,
            },
          ]}
        />
      ) : (
        <FormField label={tables.images}>
          <Select
            selectedOption={{ value: view, label: tables.views[view]! }}
            options={VIEWS.map((value) => ({ value, label: tables.views[value]! }))}
            onChange={({ detail }) => setView(detail.selectedOption.value!)}
          />
        </FormField>
      )}
    </Container>
  );
}

function TimeToLive({ name }: { name: string }) {
  const { shell, tables } = useTexts();
  const notices = useNotices();
  const loaded = useLoaded(name, () => describeTimeToLive(name));
  const [attribute, setAttribute] = useState('');
  const [isBusy, setBusy] = useState(false);
  const ttl = loaded.value;
  const isOn = ttl?.TimeToLiveStatus === 'ENABLED';
  const toggle = async (): Promise<void> => {
    setBusy(true);
    try {
      await updateTimeToLive(name, isOn ? (ttl.AttributeName ?? '') : attribute, !isOn);
      notices.done(shell.saved(name));
      loaded.reload();
    } catch (error) {
      notices.failed(error);
    }
    setBusy(false);
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={tables.ttlHint}
          actions={
            <Button
              loading={isBusy}
              disabled={!ttl || (!isOn && attribute === '')}
              onClick={() => void toggle()}
            >
              {isOn ? tables.ttlOff : tables.ttlOn}
            </Button>
          }
        >
          {tables.ttl}
        </Header>
      }
    >
      <ErrorAlert error={loaded.error} onRetry={loaded.reload} />
      {ttl && isOn && (
        <SpaceBetween direction="horizontal" size="s">
          <State state={ttl.TimeToLiveStatus} />
          <span className="mono">{ttl.AttributeName}</span>
        </SpaceBetween>
      )}
      {ttl && !isOn && (
        <FormField label={tables.ttlAttribute}>
          <Input value={attribute} onChange={({ detail }) => setAttribute(detail.value.trim())} />
        </FormField>
      )}
    </Container>
  );
}
