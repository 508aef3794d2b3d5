import { AwsError } from '../lib/aws-error.js';
import { makeArn, type Scope } from '../lib/arn.js';
import { EXTENSION_PREFIX, readExtensions, type PipeResource, type State } from '../state/index.js';
import type { Checker, Members } from './checker.js';
import { checked, validation } from './pipe-errors.js';

const MAX_TAGS = 50;
/** Names that only AWS may give (documented; text as other services have it). */
const RESERVED = /^aws:/i;
const KEY = { min: 1, max: 128 };
const TAGS = { min: 1, max: MAX_TAGS, key: KEY, value: { min: 0, max: 256 } };

/**
 * Checks a map of tags (1 to 50; keys 1–128, values 0–256 characters). Those of Freshet's own must be known and say
 * what they may: AWS ignores them, but who writes one means something.
 */
export function checkTags(
  checker: Checker,
  owner: Members,
  name: string,
  at: string,
  required = false,
): Record<string, string> | undefined {
  const tags = checker.textMap(owner, name, at, { ...TAGS, required });
  for (const key of Object.keys(tags ?? {}))
    if (RESERVED.test(key))
      checker.refuse(
        validation('aws: prefixed tag key names are not allowed for external use.', [
          { name: at, message: `${key} begins with aws:.` },
        ]),
      );
  const extensions = readExtensions(tags ?? {});
  if (typeof extensions === 'string')
    checker.refuse(validation(extensions, [{ name: at, message: extensions }]));
  return tags;
}

/** Throws when tags ask for what a pipe to that target cannot do. */
export function checkFits(tags: Record<string, string>, target: string): void {
  const extensions = readExtensions(tags, target);
  if (typeof extensions === 'string')
    throw validation(extensions, [{ name: 'tags', message: extensions }]);
}

/** Tags of pipes by ARN. */
export class PipeTags {
  readonly #pipes: State['pipes'];
  readonly #prefix: string;

  constructor(state: Pick<State, 'pipes'>, scope: Scope) {
    this.#pipes = state.pipes;
    this.#prefix = makeArn(scope, 'pipes', 'pipe/');
  }

  async list(input: Members): Promise<Members> {
    const pipe = await this.#pipes.get(this.#nameOf(input));
    if (!pipe) throw this.#notFound(input);
    return { tags: pipe.tags };
  }

  async add(input: Members): Promise<Members> {
    const tags = checked((checker) => checkTags(checker, input, 'tags', 'tags', true));
    return this.#change(input, (before) => {
      const all = { ...before, ...tags };
      if (Object.keys(all).length > MAX_TAGS)
        throw validation(`A pipe has at most ${String(MAX_TAGS)} tags.`);
      return all;
    });
  }

  async remove(input: Members): Promise<Members> {
    const keys = checked((checker) =>
      checker
        .list(input, 'tagKeys', 'tagKeys', { required: true, max: MAX_TAGS })
        ?.map((key, index) =>
          checker.string({ key }, 'key', `tagKeys.${String(index + 1)}.member`, {
            ...KEY,
            required: true,
          }),
        ),
    )!;
    return this.#change(input, (before) =>
      Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key))),
    );
  }

  async #change(
    input: Members,
    change: (tags: Record<string, string>) => Record<string, string>,
  ): Promise<Members> {
    const changed = await this.#pipes.update(this.#nameOf(input), (pipe: PipeResource) => {
      const tags = change(pipe.tags);
      checkFits(tags, pipe.target);
      const isOther = extensions(tags) !== extensions(pipe.tags);
      return { ...pipe, tags, generation: pipe.generation + (isOther ? 1 : 0) };
    });
    if (!changed) throw this.#notFound(input);
    return {};
  }

  #nameOf(input: Members): string {
    const arn = input['resourceArn'];
    if (typeof arn !== 'string' || !arn.startsWith('arn:'))
      throw validation(`'${String(arn)}' is not the ARN of a pipe.`, [
        { name: 'resourceArn', message: 'Not an ARN.' },
      ]);
    if (!arn.startsWith(this.#prefix)) throw this.#notFound(input);
    return arn.slice(this.#prefix.length);
  }

  #notFound(input: Members): AwsError {
    return new AwsError(
      'NotFoundException',
      `Resource ${String(input['resourceArn'])} does not exist.`,
      { status: 404 },
    );
  }
}

/** The tags that a running pipe must be started anew for, as text to compare. */
function extensions(tags: Record<string, string>): string {
  return JSON.stringify(
    Object.entries(tags)
      .filter(([key]) => key.startsWith(EXTENSION_PREFIX))
      .sort(),
  );
}
