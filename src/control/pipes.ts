import { randomUUID } from 'node:crypto';
import { makeArn, parseArn, type Scope } from '../lib/arn.js';
import { AwsError } from '../lib/aws-error.js';
import type { Clock } from '../lib/clock.js';
import type { PipeResource, State } from '../state/index.js';
import { requestMembers, type Checker, type Members } from './checker.js';
import { pageOf } from './page.js';
import { checked, conflict, pipeNotFound, validation } from './pipe-errors.js';
import {
  newSourceParameters,
  targetParameters,
  updatedSourceParameters,
} from './pipe-parameters.js';
import { checkTags, PipeTags } from './pipe-tags.js';
import { describePipe, listedPipe, pipeSummary } from './pipe-view.js';

const NAME = { required: true, min: 1, max: 64, pattern: '[\\.\\-_A-Za-z0-9]+' };
const ROLE = {
  min: 1,
  max: 1600,
  pattern: 'arn:(aws|aws-us-gov|aws-cn):iam::\\d{12}:role/?[a-zA-Z0-9+=,.@\\-_/]+',
};
const ARN = { min: 1, max: 1600 };
const CURRENT_STATES = [
  'RUNNING',
  'STOPPED',
  'CREATING',
  'UPDATING',
  'DELETING',
  'STARTING',
  'STOPPING',
  'CREATE_FAILED',
  'UPDATE_FAILED',
  'START_FAILED',
  'STOP_FAILED',
  'DELETE_FAILED',
  'CREATE_ROLLBACK_FAILED',
  'DELETE_ROLLBACK_FAILED',
  'UPDATE_ROLLBACK_FAILED',
];
/** While a pipe is in one of these, it takes no other change. */
const TRANSITIONAL = new Set(['CREATING', 'UPDATING', 'DELETING', 'STARTING', 'STOPPING']);
const USER_INITIATED = 'USER_INITIATED';

export interface PipesOptions {
  state: Pick<State, 'pipes' | 'apiDestinations'>;
  scope: Scope;
  clock: Clock;
  /** Whether a stream can be read. */
  sourceExists: (streamArn: string) => Promise<boolean>;
}

type Operation = (input: Members) => Promise<Members>;

/**
 * The API of EventBridge Pipes. It only writes what is wanted, with the transitional state; the supervisor
 * of the pipes settles it.
 */
export class PipesControl {
  readonly #options: PipesOptions;
  readonly #operations: ReadonlyMap<string, Operation>;

  constructor(options: PipesOptions) {
    this.#options = options;
    const tags = new PipeTags(options.state, options.scope);
    this.#operations = new Map<string, Operation>([
      ['CreatePipe', (input) => this.#create(input)],
      ['DescribePipe', async (input) => describePipe(await this.#named(input))],
      ['UpdatePipe', (input) => this.#update(input)],
      ['DeletePipe', (input) => this.#delete(input)],
      ['StartPipe', (input) => this.#turn(input, 'RUNNING')],
      ['StopPipe', (input) => this.#turn(input, 'STOPPED')],
      ['ListPipes', (input) => this.#list(input)],
      ['ListTagsForResource', (input) => tags.list(input)],
      ['TagResource', (input) => tags.add(input)],
      ['UntagResource', (input) => tags.remove(input)],
    ]);
  }

  /** Runs one operation; `input` holds the members of body, path and query string together. */
  async invoke(operation: string, input: unknown): Promise<Members> {
    const run = this.#operations.get(operation);
    if (!run)
      throw new AwsError(
        'UnknownOperationException',
        `${operation} is not an operation of EventBridge Pipes.`,
        { status: 404 },
      );
    return run(requestMembers(input));
  }

  async #create(input: Members): Promise<Members> {
    const { state, scope, clock } = this.#options;
    const definition = checked((checker) => {
      const name = checker.string(input, 'Name', 'name', NAME);
      const source = checker.string(input, 'Source', 'source', { required: true, ...ARN });
      const target = checker.string(input, 'Target', 'target', { required: true, ...ARN });
      const roleArn = checker.string(input, 'RoleArn', 'roleArn', { required: true, ...ROLE });
      const common = this.#common(checker, input);
      const tags = checkTags(checker, input, 'Tags', 'tags');
      checker.finish(); // what follows takes the members above for granted
      checkSource(source!);
      const sourceParameters = newSourceParameters(checker, input);
      return {
        name: name!,
        source: source!,
        target: target!,
        roleArn: roleArn!,
        ...common,
        tags,
        sourceParameters,
        targetParameters: targetParameters(checker, input),
      };
    });
    if (await state.pipes.get(definition.name))
      throw conflict(definition.name, `Pipe ${definition.name} already exists.`);
    await this.#checkEnds(definition.source, definition.target);
    const now = clock.now();
    const pipe: PipeResource = {
      ...withoutUndefined(definition),
      arn: makeArn(scope, 'pipes', `pipe/${definition.name}`),
      id: randomUUID(),
      generation: 1,
      desiredState: definition.desiredState ?? 'RUNNING',
      currentState: 'CREATING',
      stateReason: USER_INITIATED,
      tags: definition.tags ?? {},
      creationTime: now,
      lastModifiedTime: now,
    };
    if (!(await state.pipes.create(pipe)))
      throw conflict(pipe.name, `Pipe ${pipe.name} already exists.`);
    return pipeSummary(pipe);
  }

  async #update(input: Members): Promise<Members> {
    const before = await this.#named(input);
    const update = checked((checker) => {
      const roleArn = checker.string(input, 'RoleArn', 'roleArn', { required: true, ...ROLE });
      const target = checker.string(input, 'Target', 'target', ARN) ?? before.target;
      return {
        roleArn: roleArn!,
        target,
        ...this.#common(checker, input),
        sourceParameters: updatedSourceParameters(checker, input, before.sourceParameters),
        targetParameters: targetParameters(checker, input, before.targetParameters),
      };
    });
    await this.#checkEnds(before.source, update.target);
    return this.#change(before, (pipe) => ({
      ...pipe,
      ...withoutUndefined(update),
      generation: pipe.generation + 1,
      currentState: 'UPDATING',
      stateReason: USER_INITIATED,
      lastModifiedTime: this.#options.clock.now(),
    }));
  }

  async #turn(input: Members, desiredState: 'RUNNING' | 'STOPPED'): Promise<Members> {
    const before = await this.#named(input);
    return this.#change(before, (pipe) => ({
      ...pipe,
      desiredState,
      currentState: desiredState === 'RUNNING' ? 'STARTING' : 'STOPPING',
      stateReason: USER_INITIATED,
      lastModifiedTime: this.#options.clock.now(),
    }));
  }

  async #delete(input: Members): Promise<Members> {
    const before = await this.#named(input);
    const pipe = await this.#options.state.pipes.update(before.name, (current) =>
      current.currentState === 'DELETING'
        ? undefined
        : {
            ...current,
            desiredState: 'DELETED',
            currentState: 'DELETING',
            stateReason: USER_INITIATED,
            lastModifiedTime: this.#options.clock.now(),
          },
    );
    if (!pipe) throw pipeNotFound(before.name);
    return pipeSummary(pipe);
  }

  async #list(input: Members): Promise<Members> {
    const { state, clock } = this.#options;
    const query = checked((checker) => ({
      namePrefix: checker.string(input, 'NamePrefix', 'namePrefix', { ...NAME, required: false }),
      desiredState: checker.string(input, 'DesiredState', 'desiredState', {
        values: ['RUNNING', 'STOPPED'],
      }),
      currentState: checker.string(input, 'CurrentState', 'currentState', {
        values: CURRENT_STATES,
      }),
      sourcePrefix: checker.string(input, 'SourcePrefix', 'sourcePrefix', ARN),
      targetPrefix: checker.string(input, 'TargetPrefix', 'targetPrefix', ARN),
    }));
    const { limit, nextToken } = checked((checker) => ({
      limit: checker.integer(input, 'Limit', 'limit', { min: 1, max: 100 }),
      nextToken: checker.string(input, 'NextToken', 'nextToken', { min: 1, max: 2048 }),
    }));
    const page = await pageOf({
      list: (options) => state.pipes.list(options),
      prefix: query.namePrefix,
      keep: (pipe) =>
        (query.desiredState === undefined || pipe.desiredState === query.desiredState) &&
        (query.currentState === undefined || pipe.currentState === query.currentState) &&
        pipe.source.startsWith(query.sourcePrefix ?? '') &&
        pipe.target.startsWith(query.targetPrefix ?? ''),
      limit,
      nextToken,
      query,
      now: clock.now(),
    });
    return {
      Pipes: page.resources.map(listedPipe),
      ...(page.nextToken !== undefined && { NextToken: page.nextToken }),
    };
  }

  /** Members that create and update have in common, undefined where not given. */
  #common(
    checker: Checker,
    input: Members,
  ): Pick<Partial<PipeResource>, 'description' | 'logConfiguration' | 'kmsKeyIdentifier'> & {
    desiredState: 'RUNNING' | 'STOPPED' | undefined;
  } {
    const enrichment = checker.string(input, 'Enrichment', 'enrichment', { max: 1600 });
    if (enrichment)
      throw validation(
        'Enrichment is not supported yet: leave it out, or let the target look up what it needs.',
        [{ name: 'Enrichment', message: 'Not supported.' }],
      );
    const description = checker.string(input, 'Description', 'description', { max: 512 });
    const desiredState = checker.string(input, 'DesiredState', 'desiredState', {
      values: ['RUNNING', 'STOPPED'],
    });
    const kmsKeyIdentifier = checker.string(input, 'KmsKeyIdentifier', 'kmsKeyIdentifier', {
      max: 2048,
    });
    const logConfiguration = checker.structure(input, 'LogConfiguration', 'logConfiguration');
    return {
      desiredState: desiredState as 'RUNNING' | 'STOPPED' | undefined,
      ...(description !== undefined && { description }),
      ...(kmsKeyIdentifier !== undefined && { kmsKeyIdentifier }),
      ...(logConfiguration && { logConfiguration }),
    };
  }

  /** Both ends must be there: AWS checks the source at create time; for the target it is a kindness. */
  async #checkEnds(source: string, target: string): Promise<void> {
    if (!(await this.#options.sourceExists(source)))
      throw validation(
        `The source stream ${source} does not exist. DescribeTable names the table's stream in LatestStreamArn.`,
        [{ name: 'Source', message: 'Stream not found.' }],
      );
    const arn = parseArn(target);
    const name = /^api-destination\/([^/]+)\//.exec(arn?.resource ?? '')?.[1];
    if (arn?.service !== 'events' || name === undefined)
      throw validation(
        `The target ${target} is not supported: give the ARN of an API destination.`,
        [{ name: 'Target', message: 'Not supported.' }],
      );
    const destination = await this.#options.state.apiDestinations.get(name);
    if (destination?.arn !== target)
      throw validation(
        `The API destination ${target} does not exist. DescribeApiDestination names its ARN; one that was deleted and made again has a new one.`,
        [{ name: 'Target', message: 'API destination not found.' }],
      );
  }

  async #named(input: Members): Promise<PipeResource> {
    const name = checked((checker) => checker.string(input, 'Name', 'name', NAME))!;
    const pipe = await this.#options.state.pipes.get(name);
    if (!pipe) throw pipeNotFound(name);
    return pipe;
  }

  /** Writes a change, unless the pipe is between two states: then it is a conflict. */
  async #change(
    { name }: PipeResource,
    change: (pipe: PipeResource) => PipeResource,
  ): Promise<Members> {
    const changed = await this.#options.state.pipes.update(name, (pipe) => {
      if (TRANSITIONAL.has(pipe.currentState))
        throw conflict(
          name,
          `Pipe ${name} is in the state ${pipe.currentState}; try again when it has settled.`,
        );
      return change(pipe);
    });
    if (!changed) throw pipeNotFound(name);
    return pipeSummary(changed);
  }
}

function checkSource(source: string): void {
  const arn = parseArn(source);
  if (arn?.service === 'dynamodb' && /^table\/[^/]+\/stream\/.+$/.test(arn.resource)) return;
  throw validation(
    `The source ${source} is not supported: give the ARN of a DynamoDB stream (LatestStreamArn of DescribeTable).`,
    [{ name: 'Source', message: 'Not supported.' }],
  );
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
