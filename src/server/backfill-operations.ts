import { AwsError } from '../lib/aws-error.js';
import type { BackfillRequest, Supervisor } from '../pipes/index.js';
import type { BackfillResource, PipeResource, State } from '../state/index.js';

/** Backfills, as Freshet's own API shows them. */
export interface BackfillOperations {
  /** `request`: `{segments?, rate?}`. */
  startBackfill(pipe: string, request: BackfillRequest): Promise<object>;
  showBackfill(pipe: string): Promise<object>;
  cancelBackfill(pipe: string): Promise<object>;
}

/** `pipeNamed` rejects when there is no such pipe; `notRunning` says so of one, and what to do then. */
export function backfillOperations({
  state,
  supervisor,
  pipeNamed,
  notRunning,
}: {
  state: State;
  supervisor: Supervisor;
  pipeNamed: (name: string) => Promise<PipeResource>;
  notRunning: (name: string, currentState: string, next: string) => AwsError;
}): BackfillOperations {
  const running = async (name: string, next: string) => {
    const { currentState } = await pipeNamed(name);
    const backfill = supervisor.backfill(name);
    if (backfill === undefined) throw notRunning(name, currentState, next);
    return backfill;
  };
  return {
    async startBackfill(name, request) {
      const backfill = await running(name, 'fill its target');
      return viewOf(await backfill.begin(request));
    },
    async showBackfill(name) {
      const { id } = await pipeNamed(name);
      const running = supervisor.backfill(name);
      const stored = running ? await running.view() : await state.backfills.get(name);
      if (stored?.pipeId === id) return viewOf(stored);
      throw new AwsError(
        'NotFound',
        `The pipe '${name}' had no backfill yet: 'freshet backfill ${name}' begins one.`,
        { status: 404 },
      );
    },
    async cancelBackfill(name) {
      const backfill = await running(name, 'cancel its backfill');
      return viewOf(await backfill.cancel());
    },
  };
}

function viewOf({ state, segments, counts, ...resource }: BackfillResource): object {
  const { stateReason, rate, about, startedAt, finishedAt } = resource;
  return {
    state,
    stateReason,
    about,
    ...counts,
    segments: segments.length,
    segmentsDone: segments.filter(({ done }) => done).length,
    rate,
    startedAt,
    finishedAt,
  };
}
