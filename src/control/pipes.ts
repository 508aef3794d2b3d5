import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { makeArn, type Scope } from '../lib/arn.js';
import { AwsError } from '../lib/aws-error.js';
import type { Clock } from '../lib/clock.js';
import type { PipeResource, State } from '../state/index.js';
import { given, requestMembers, type Members } from './checker.js';
import { pageOf } from './page.js';
import { pipeExtensions } from './pipe-extensions.js';
import { readDefinition, type Definition } from './pipe-definition.js';
import {
  checked,
  conflict,
  outOfRange,
  pipeNotFound,
  tooManyPipes,
  validation,
} from './pipe-errors.js';
import { CURRENT_STATES, DESIRED_STATES, NAME, PREFIX } from './pipe-members.js';
import { apiDestinationName } from './pipe-target-kinds.js';
import { checkFits, checkTags, PipeTags } from './pipe-tags.js';
import { describePipe, listedPipe, pipeSummary } from './pipe-view.js';

/** While a pipe is in one of these, it takes no other change. */
const TRANSITIONAL = new Set(['CREATING', 'UPDATING', 'DELETING', 'STARTING', 'STOPPING']);
const MAX_PAGE = 100;
/** Pipes of an account and region (documented quota). */
const MAX_PIPES = 1000;
/** The reason AWS gives for a state that the user asked for (reported). */
const USER_INITIATED = 'USER_INITIATED';

export interface PipesOptions {
  state: Pick<State, 'pipes' | 'apiDestinations'>;
  scope: Scope;
  clock: Clock;
  /** Whether a stream can be read. */
  sourceExists: (streamArn: string) => Promise<boolean>;
}

/** What a draft need not say yet. */
const DRAFT_DEFAULTS = { Name: 'draft', RoleArn: 'arn:aws:iam::000000000000:role/draft' };

type NewPipe = Definition & Pick<PipeResource, 'name' | 'tags'>;

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
      ['GetPipeExtensions', async (input) => ({ ...(await this.#named(input)).extensions })],
      ['PutPipeExtensions', (input) => this.#extend(input)],
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

  /**
   * Freshet's own: the pipe that CreatePipe would make of its input, also under the name of one that there is. Nothing
   * is kept. Name and RoleArn may be left out. Throws what CreatePipe throws.
   */
  async draft(input: unknown): Promise<PipeResource> {
    const members = requestMembers(input);
    const definition = readNew({ ...DRAFT_DEFAULTS, ...members });
    return this.#newPipe(definition);
  }

  async #create(input: Members): Promise<Members> {
    const { state } = this.#options;
    const definition = readNew(input);
    if (await state.pipes.get(definition.name))
      throw conflict(definition.name, `Pipe ${definition.name} already exists.`);
    if ((await state.pipes.list({ limit: MAX_PIPES })).length >= MAX_PIPES)
      throw tooManyPipes(definition.name, MAX_PIPES);
    const pipe = await this.#newPipe(definition);
    if (!(await state.pipes.create(pipe)))
      throw conflict(pipe.name, `Pipe ${pipe.name} already exists.`);
    return pipeSummary(pipe);
  }

  /** A new pipe, once what it connects is there. */
  async #newPipe(definition: NewPipe): Promise<PipeResource> {
    await this.#checkSourceExists(definition.source);
    await this.#checkDestination('Target', definition.target);
    await this.#checkDestination('Enrichment', definition.enrichment);
    const { scope, clock } = this.#options;
    const now = clock.now();
    return {
      ...given(definition),
      arn: makeArn(scope, 'pipes', `pipe/${definition.name}`),
      id: randomUUID(),
      generation: 1,
      desiredState: definition.desiredState ?? 'RUNNING',
      currentState: 'CREATING',
      stateReason: USER_INITIATED,
      creationTime: now,
      lastModifiedTime: now,
    };
  }

  async #update(input: Members): Promise<Members> {
    const before = await this.#named(input);
    const definitionFor = (pipe: PipeResource): Definition =>
      checked((checker) => readDefinition(checker, input, pipe));
    const { target, enrichment } = definitionFor(before); // what is wrong with the request is said first
    checkFits(before.tags, target);
    await this.#checkSourceExists(before.source);
    if ((input['Target'] ?? undefined) !== undefined)
      await this.#checkDestination('Target', target);
    if ((input['Enrichment'] ?? undefined) !== undefined)
      await this.#checkDestination('Enrichment', enrichment);
    return this.#change(before, (pipe) =>
      given({ ...this.#updated(pipe), ...definitionFor(pipe) }),
    );
  }

  /** Freshet's own: replaces the extensions, `Freshet` in the input, as an update does, and answers them. */
  async #extend(input: Members): Promise<Members> {
    const before = await this.#named(input);
    const extensions = checked((checker) => pipeExtensions(checker, input, before.extensions));
    if (!isDeepStrictEqual(before.extensions, extensions))
      await this.#change(before, (pipe) => given({ ...this.#updated(pipe), extensions }));
    return { ...extensions };
  }

  /** A pipe that is given another definition. */
  #updated(pipe: PipeResource): PipeResource {
    return {
      ...pipe,
      generation: pipe.generation + 1,
      currentState: 'UPDATING',
      stateReason: USER_INITIATED,
      lastModifiedTime: this.#options.clock.now(),
    };
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
    const { limit, nextToken, ...query } = checked((checker) => ({
      namePrefix: checker.string(input, 'NamePrefix', 'namePrefix', { ...NAME, required: false }),
      desiredState: checker.string(input, 'DesiredState', 'desiredState', DESIRED_STATES),
      currentState: checker.string(input, 'CurrentState', 'currentState', CURRENT_STATES),
      sourcePrefix: checker.string(input, 'SourcePrefix', 'sourcePrefix', PREFIX),
      targetPrefix: checker.string(input, 'TargetPrefix', 'targetPrefix', PREFIX),
      nextToken: checker.string(input, 'NextToken', 'nextToken', { min: 1, max: 2048 }),
      limit: checker.integer(input, 'Limit', 'limit', {}),
    }));
    if (limit !== undefined && (limit < 1 || limit > MAX_PAGE))
      throw outOfRange([{ name: 'Limit', value: limit, min: 1, max: MAX_PAGE }]);
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
      refusal: (message) => validation(message, [{ name: 'NextToken', message }]),
    });
    return {
      Pipes: page.resources.map(listedPipe),
      ...(page.nextToken !== undefined && { NextToken: page.nextToken }),
    };
  }

  /** AWS checks the source when a pipe is made or changed (documented); its error text is not known. */
  async #checkSourceExists(source: string): Promise<void> {
    if (await this.#options.sourceExists(source)) return;
    throw validation(
      `The source stream ${source} does not exist. DescribeTable names the table's stream in LatestStreamArn; a stream elsewhere needs a server with --source-endpoint.`,
      [{ name: 'Source', message: 'Stream not found.' }],
    );
  }

  /**
   * AWS does not look for target and enrichment (documented). A pipe to an API destination that is not there
   * helps nobody, so we do.
   */
  async #checkDestination(member: 'Target' | 'Enrichment', arn: string | undefined): Promise<void> {
    const name = arn === undefined ? undefined : apiDestinationName(arn);
    if (name === undefined) return;
    const destination = await this.#options.state.apiDestinations.get(name);
    if (destination?.arn === arn) return;
    throw validation(
      `The API destination ${arn!} does not exist. DescribeApiDestination names its ARN; one that was deleted and made again has a new one.`,
      [{ name: member, message: 'API destination not found.' }],
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

/** Reads the input of CreatePipe. Throws ValidationException. */
function readNew(input: Members): NewPipe {
  const definition = checked((checker) => ({
    name: checker.string(input, 'Name', 'name', NAME)!,
    ...readDefinition(checker, input),
    tags: checkTags(checker, input, 'Tags', 'tags') ?? {},
  }));
  checkFits(definition.tags, definition.target);
  return definition;
}
