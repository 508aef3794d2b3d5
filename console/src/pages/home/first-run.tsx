import Alert from '@cloudscape-design/components/alert';
import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useEffect, useRef, useState } from 'react';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { navigate } from '../../router';
import { EXAMPLE, namesOf, PARTS, SetUp, type Plan } from './set-up';

/** Sets up a pipeline from a table to a cache in a few clicks; folded away where there are pipes. */
export function FirstRun({ isEmpty, onChange }: { isEmpty: boolean; onChange: () => void }) {
  const { home } = useTexts();
  // What was begun in the open stays open when its pipe appears above it.
  const [wasEmpty] = useState(isEmpty);
  if (!wasEmpty)
    return (
      <ExpandableSection variant="container" headerText={home.guided}>
        <Guide onChange={onChange} />
      </ExpandableSection>
    );
  return (
    <Container
      header={
        <Header variant="h2" description={home.welcomeHint}>
          {home.welcome}
        </Header>
      }
    >
      <Guide onChange={onChange} />
    </Container>
  );
}

function Guide({ onChange }: { onChange: () => void }) {
  const { shell, home } = useTexts();
  const [plan, setPlan] = useState<Plan>(EXAMPLE);
  const [made, setMade] = useState(0);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [setUp] = useState(() => new SetUp());
  const missing = (Object.keys(plan) as (keyof Plan)[]).filter((field) => plan[field] === '');
  const isDone = made === PARTS.length;
  const run = async (): Promise<void> => {
    if (missing.length > 0) return;
    setBusy(true);
    setError(undefined);
    try {
      for (let next = made; next < PARTS.length; next += 1) {
        await setUp.make(PARTS[next]!, plan);
        setMade(next + 1);
      }
      onChange();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  // The button that had the keys is gone by then.
  const next = useRef<ButtonProps.Ref>(null);
  useEffect(() => {
    if (isDone) next.current?.focus();
  }, [isDone]);
  const field = (name: keyof Plan, label: string, hint?: string) => (
    <FormField
      label={label}
      description={hint}
      errorText={plan[name] === '' && shell.required}
      stretch
    >
      <Input
        value={plan[name]}
        disabled={isBusy || isDone}
        onChange={({ detail }) => setPlan({ ...plan, [name]: detail.value })}
      />
    </FormField>
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void run();
      }}
    >
      <SpaceBetween size="l">
        <ColumnLayout columns={3}>
          {field('table', home.table)}
          {field('key', home.key)}
          {field('cache', home.cache)}
          {field('pipe', home.pipe)}
          {field('ttlSeconds', home.ttl)}
        </ColumnLayout>
        {field('attributes', home.attributes, home.attributesHint)}
        <Progress plan={plan} made={made} isBusy={isBusy} hasFailed={error !== undefined} />
        <ErrorAlert error={error} />
        {isDone ? (
          <Alert
            type="success"
            action={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  ref={next}
                  formAction="none"
                  onClick={() => navigate('tables', 'table', plan.table)}
                >
                  {home.writeItem}
                </Button>
                <Button formAction="none" onClick={() => navigate('caches', 'cache', plan.cache)}>
                  {home.lookUp}
                </Button>
              </SpaceBetween>
            }
          >
            {home.done}
          </Alert>
        ) : (
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" formAction="submit" loading={isBusy}>
              {error === undefined ? home.setUp : home.again}
            </Button>
            <Button formAction="none" onClick={() => navigate('tables', 'create')}>
              {home.byHand}
            </Button>
          </SpaceBetween>
        )}
      </SpaceBetween>
    </form>
  );
}

function Progress(properties: { plan: Plan; made: number; isBusy: boolean; hasFailed: boolean }) {
  const { plan, made, isBusy, hasFailed } = properties;
  const { home } = useTexts();
  const names = namesOf(plan);
  const stateOf = (index: number) => {
    if (index < made) return 'success' as const;
    if (index > made) return 'pending' as const;
    if (hasFailed) return 'error' as const;
    return isBusy ? ('in-progress' as const) : ('pending' as const);
  };
  return (
    <FormField label={home.steps} description={home.ids} stretch>
      <ol className="plain-list">
        {PARTS.map((part, index) => (
          <li key={part}>
            <StatusIndicator type={stateOf(index)}>
              {home.making[part](names[part])}
            </StatusIndicator>
          </li>
        ))}
      </ol>
    </FormField>
  );
}
