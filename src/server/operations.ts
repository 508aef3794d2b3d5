import { AwsError } from '../lib/aws-error.js';
import type { PipesControl } from '../control/index.js';
import type { Destinations } from '../destinations/index.js';
import type { FreshetOperations } from '../gateway/index.js';
import type { Clock } from '../lib/clock.js';
import type { ApiKeys, Caches, Webhooks } from '../momento/index.js';
import { backfillOperations } from './backfill-operations.js';
import { cacheOperations } from './cache-operations.js';
import { DEFAULT_PAGE, deadLetterOperations } from './dead-letter-operations.js';
import { destinationOperations } from './destination-operations.js';
import { elementOperations } from './element-operations.js';
import { keyOperations } from './key-operations.js';
import { webhookOperations } from './webhook-operations.js';
import { traceFeed } from './trace-feed.js';
import { draftOf, keysFrom, previewRequest, withDefinition } from './preview-request.js';
import { exportPipe } from '../templates/index.js';
import { DefinitionError, type Supervisor } from '../pipes/index.js';
import type { PipeResource, State } from '../state/index.js';

const DEFAULT_METRIC_MINUTES = 60;

/** What Freshet's own API does, in terms of the rooms. */
export function freshetOperations(options: {
  state: State;
  store: Caches;
  keys: ApiKeys;
  webhooks: Webhooks;
  /** Host and port under which clients find the server. */
  address: () => string;
  supervisor: Supervisor;
  destinations: Destinations;
  pipes: PipesControl;
  /** The operations that describe what a pipe needs. */
  resources: Parameters<typeof exportPipe>[0];
  clock: Clock;
  isReady: () => boolean;
}): FreshetOperations {
  const { state, store, supervisor, pipes, clock, isReady } = options;
  const showPipe = async (pipe: PipeResource): Promise<object> => ({
    name: pipe.name,
    arn: pipe.arn,
    desiredState: pipe.desiredState,
    currentState: pipe.currentState,
    stateReason: pipe.stateReason,
    source: pipe.source,
    target: pipe.target,
    endpoint: await endpointOf(state, pipe.target),
    status: supervisor.status(pipe.name),
  });
  const pipeNamed = async (name: string): Promise<PipeResource> => {
    const pipe = await state.pipes.get(name);
    if (pipe) return pipe;
    throw new AwsError(
      'NotFound',
      `There is no pipe '${name}'; 'freshet pipes list' shows what there is.`,
      { status: 404 },
    );
  };
  return {
    isReady,
    ...keyOperations(options.keys, options.address),
    ...cacheOperations(store),
    ...elementOperations(store),
    ...webhookOperations(options.webhooks),
    ...destinationOperations(state, options.destinations),
    ...backfillOperations({ state, supervisor, pipeNamed, notRunning }),
    ...deadLetterOperations({ state, supervisor, pipeNamed, notRunning }),
    async previewDraft(request) {
      const { definition, ...asked } = request as Record<string, unknown>;
      const pipe = await pipes.draft(draftOf(definition));
      const previews = await runnable(() => supervisor.preview(pipe, previewRequest(asked)));
      return { previews };
    },
    async lintDraft(request) {
      const { definition } = request as Record<string, unknown>;
      const pipe = await pipes.draft(draftOf(definition));
      return runnable(() => supervisor.lint(pipe));
    },
    async listPipes() {
      const pipes = await state.pipes.list();
      return { pipes: await Promise.all(pipes.map(showPipe)) };
    },
    async showPipe(name) {
      const pipe = await pipeNamed(name);
      const deadLetters = await state.deadLetters.list(name, { limit: DEFAULT_PAGE });
      return { ...(await showPipe(pipe)), recentDeadLetters: deadLetters.map(withoutRecord) };
    },
    showExtensions: (name) => pipes.invoke('GetPipeExtensions', { Name: name }),
    setExtensions: (name, extensions) =>
      pipes.invoke('PutPipeExtensions', { Name: name, Freshet: extensions }),
    async exportPipe(name) {
      await pipeNamed(name);
      return exportPipe(options.resources, name);
    },
    async pipeMetrics(name, minutes = DEFAULT_METRIC_MINUTES) {
      await pipeNamed(name);
      return { metrics: supervisor.metrics(name, clock.now() - minutes * 60_000) ?? [] };
    },
    async settlePipe(name, options) {
      const { currentState } = await pipeNamed(name);
      const { result, ...outcome } = await supervisor.settled(name, options);
      if (result === 'not running') throw notRunning(name, currentState, 'wait for it');
      return { result, ...outcome };
    },
    async previewPipe(name, request) {
      const { definition, ...asked } = request as Record<string, unknown>;
      const pipe = withDefinition(await pipeNamed(name), definition);
      const previews = await runnable(() => supervisor.preview(pipe, previewRequest(asked)));
      return { previews };
    },
    async lintPipe(name) {
      const pipe = await pipeNamed(name);
      return runnable(() => supervisor.lint(pipe));
    },
    async showItem(name, keys, signal) {
      const pipe = await pipeNamed(name);
      const item = keysFrom(keys);
      return runnable(() => supervisor.item(pipe, item, signal));
    },
    async tracePipe(name, { limit = DEFAULT_PAGE, after }) {
      await pipeNamed(name);
      return supervisor.trace(name)?.list(limit, after) ?? { records: [], next: 0 };
    },
    async watchPipe(name) {
      const { currentState } = await pipeNamed(name);
      const trace = supervisor.trace(name);
      if (trace === undefined) throw notRunning(name, currentState, 'watch it');
      return (onMore) => traceFeed(trace, onMore);
    },
    async *verifyPipe(name, request) {
      const { currentState } = await pipeNamed(name);
      const verify = supervisor.verify(name);
      if (verify === undefined) throw notRunning(name, currentState, 'verify it');
      yield* verify.run(request);
    },
  };
}

/** A definition that cannot run is the caller's to mend. */
async function runnable<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof DefinitionError) throw new AwsError('InvalidDefinition', error.message);
    throw error;
  }
}

function notRunning(name: string, currentState: string, next: string): AwsError {
  return new AwsError(
    'PipeNotRunning',
    `The pipe '${name}' is ${currentState}: start it, then ${next}.`,
    { status: 409 },
  );
}

function withoutRecord<T extends { record: unknown }>({
  record: _record,
  ...rest
}: T): Omit<T, 'record'> {
  return rest;
}

/** Method and endpoint of an API destination, for people; undefined when it is gone. */
export async function endpointOf(
  state: State,
  destinationArn: string,
): Promise<string | undefined> {
  const name = /:api-destination\/([^/]+)\//.exec(destinationArn)?.[1];
  const destination = name === undefined ? undefined : await state.apiDestinations.get(name);
  return destination?.arn === destinationArn
    ? `${destination.httpMethod} ${destination.invocationEndpoint}`
    : undefined;
}
