import { AwsError } from '../lib/aws-error.js';
import type { FreshetOperations } from '../gateway/index.js';
import type { CacheStore } from '../momento/index.js';
import type { Supervisor } from '../pipes/index.js';
import type { PipeResource, State } from '../state/index.js';

/** Dead letters of one page, when the caller does not say. */
const DEFAULT_PAGE = 100;

/** What Freshet's own API does, in terms of the rooms. */
export function freshetOperations(options: {
  state: State;
  store: CacheStore;
  supervisor: Supervisor;
  isReady: () => boolean;
}): FreshetOperations {
  const { state, store, supervisor, isReady } = options;
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
    async listCaches() {
      const names = await store.listCaches();
      return { caches: names.map((name) => ({ name, ...store.statistics(name) })) };
    },
    async createCache(name) {
      if (!(await store.createCache(name)))
        throw new AwsError('AlreadyExists', `The cache '${name}' exists already.`, { status: 409 });
      return { name };
    },
    async deleteCache(name) {
      if (!(await store.deleteCache(name)))
        throw new AwsError(
          'NotFound',
          `There is no cache '${name}'; 'freshet caches list' shows what there is.`,
          { status: 404 },
        );
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
    async listDeadLetters(name, page) {
      await pipeNamed(name);
      const deadLetters = await state.deadLetters.list(name, { limit: DEFAULT_PAGE, ...page });
      return { deadLetters };
    },
  };
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
