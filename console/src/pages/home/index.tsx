import { listTableNames } from '../../api/dynamodb';
import { listCaches, listPipeStates } from '../../api/freshet';
import { describePipe } from '../../api/pipes';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { FirstRun } from './first-run';
import { FlowView } from './flow-view';
import { useRates } from './rates';

const REFRESH_MS = 2_000;
/** Definitions change seldom. */
const DEFINITIONS_MS = 10_000;

/** The flow as it runs, and a way to set one up. */
export default function Home() {
  const { shell, home } = useTexts();
  const running = useLoaded('running', loadRunning, REFRESH_MS);
  const names = (running.value?.pipes ?? []).map(({ name }) => name);
  const definitions = useLoaded(
    names.join(' '),
    () => Promise.all(names.map(describePipe)),
    DEFINITIONS_MS,
  );
  const rates = useRates(running.value?.pipes);
  return (
    <Page title={shell.home} description={home.intro}>
      <ErrorAlert error={running.error} onRetry={running.reload} />
      {running.value && running.value.pipes.length > 0 && (
        <FlowView {...running.value} definitions={definitions.value ?? []} rates={rates} />
      )}
      {running.value && (
        <FirstRun isEmpty={running.value.pipes.length === 0} onChange={running.reload} />
      )}
    </Page>
  );
}

async function loadRunning() {
  const [tables, pipes, caches] = await Promise.all([
    listTableNames(),
    listPipeStates(),
    listCaches(),
  ]);
  return { tables, pipes, caches };
}
