import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import { createTable } from '../../api/dynamodb';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useNotices } from '../../parts/notices';
import { Page } from '../../parts/page';
import { navigate } from '../../router';

type KeyType = 'S' | 'N' | 'B';
const KEY_TYPES: KeyType[] = ['S', 'N', 'B'];
const VIEWS = ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'];

/** Name, keys and stream of a new table. */
export function CreateTable() {
  const { shell, tables } = useTexts();
  const notices = useNotices();
  const [name, setName] = useState('');
  const [partition, setPartition] = useState({ name: '', type: 'S' as KeyType });
  const [sort, setSort] = useState({ name: '', type: 'S' as KeyType });
  const [hasStream, setHasStream] = useState(true);
  const [view, setView] = useState(VIEWS[0]!);
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const submit = async (): Promise<void> => {
    setTried(true);
    if (name === '' || partition.name === '') return;
    setBusy(true);
    const keys = [partition, ...(sort.name === '' ? [] : [sort])];
    try {
      await createTable({
        TableName: name,
        KeySchema: keys.map((key, index) => ({
          AttributeName: key.name,
          KeyType: index === 0 ? 'HASH' : 'RANGE',
        })),
        AttributeDefinitions: keys.map((key) => ({
          AttributeName: key.name,
          AttributeType: key.type,
        })),
        BillingMode: 'PAY_PER_REQUEST',
        ...(hasStream && { StreamSpecification: { StreamEnabled: true, StreamViewType: view } }),
      });
      notices.done(shell.created(name));
      navigate('tables', 'table', name);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };

  const keyFields = (
    label: string,
    key: { name: string; type: KeyType },
    setKey: (key: { name: string; type: KeyType }) => void,
    isRequired: boolean,
  ) => (
    <ColumnLayout columns={2}>
      <FormField
        label={isRequired ? label : `${label} - ${shell.optional}`}
        errorText={isRequired && isTried && key.name === '' && shell.required}
      >
        <Input
          value={key.name}
          onChange={({ detail }) => setKey({ ...key, name: detail.value.trim() })}
        />
      </FormField>
      <FormField label={tables.keyType(label)}>
        <Select
          selectedOption={{ value: key.type, label: tables.keyTypes[key.type] }}
          options={KEY_TYPES.map((value) => ({ value, label: tables.keyTypes[value] }))}
          onChange={({ detail }) =>
            setKey({ ...key, type: detail.selectedOption.value as KeyType })
          }
        />
      </FormField>
    </ColumnLayout>
  );

  return (
    <Page title={tables.createTitle} trail={[{ text: shell.tables, route: ['tables'] }]}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={() => navigate('tables')}>
                {shell.cancel}
              </Button>
              <Button variant="primary" formAction="submit" loading={isBusy}>
                {tables.create}
              </Button>
            </SpaceBetween>
          }
        >
          <Container>
            <SpaceBetween size="l">
              <FormField label={shell.name} errorText={isTried && name === '' && shell.required}>
                <Input
                  value={name}
                  autoFocus
                  onChange={({ detail }) => setName(detail.value.trim())}
                />
              </FormField>
              {keyFields(tables.partitionKey, partition, setPartition, true)}
              {keyFields(tables.sortKey, sort, setSort, false)}
              <FormField label={tables.stream} description={tables.streamHint}>
                <Toggle checked={hasStream} onChange={({ detail }) => setHasStream(detail.checked)}>
                  {hasStream ? shell.on : shell.off}
                </Toggle>
              </FormField>
              {hasStream && (
                <FormField label={tables.images}>
                  <Select
                    selectedOption={{ value: view, label: tables.views[view]! }}
                    options={VIEWS.map((value) => ({ value, label: tables.views[value]! }))}
                    onChange={({ detail }) => setView(detail.selectedOption.value!)}
                  />
                </FormField>
              )}
              <ErrorAlert error={error} />
            </SpaceBetween>
          </Container>
        </Form>
      </form>
    </Page>
  );
}
