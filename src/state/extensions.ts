import { nearestName } from '../lib/nearest-name.js';
import type { MissingValues } from '../transformer/index.js';

/** Tags of this prefix change what a pipe does. AWS ignores them, so a pipe without them is the same here and there. */
export const EXTENSION_PREFIX = 'freshet:';

const API_DESTINATION = /^arn:[^:]+:events:[^:]*:[^:]*:api-destination\//;

/** What a tag may say. */
interface Rule<T> {
  /** The values, for people. */
  readonly values: string;
  /** Without the tag. */
  readonly byDefault: T;
  /** Undefined when it may not say that. */
  readonly parse: (text: string) => T | undefined;
}

function oneOf<const T extends string>(byDefault: T, ...others: T[]): Rule<T> {
  const values = [byDefault, ...others];
  return {
    values: listed(values, 'or'),
    byDefault,
    parse: (text) => values.find((value) => value === text),
  };
}

const isTrue = (value: unknown): boolean => value === true;

const FLAG: Rule<boolean> = {
  values: 'true or false',
  byDefault: false,
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

/** Longest time limit in seconds: a request holds its place among those in flight for as long. */
const MAX_TIMEOUT_SECONDS = 300;

const SECONDS: Rule<number | undefined> = {
  values: `a whole number of seconds from 1 to ${String(MAX_TIMEOUT_SECONDS)}`,
  byDefault: undefined,
  parse: (text) => {
    const seconds = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : Infinity;
    return seconds <= MAX_TIMEOUT_SECONDS ? seconds : undefined;
  },
};

/** Commas, which tags on AWS cannot have, may stand between them too. */
const STATUSES: Rule<readonly number[]> = {
  values: 'HTTP statuses from 400 to 599 with spaces between them',
  byDefault: [],
  parse: (text) =>
    /^[45]\d\d(?:[ ,]+[45]\d\d)*$/.test(text) ? text.split(/[ ,]+/).map(Number) : undefined,
};

/** Every extension by the name that the code has for it: the tag, and what it may say. Sorted by tag. */
const TAGS = {
  backfill: { tag: 'freshet:backfill', ...FLAG },
  coalesce: { tag: 'freshet:coalesce', ...oneOf('none', 'latest-per-item') },
  idempotencyKey: { tag: 'freshet:idempotency-key', ...FLAG, isForHttp: isTrue },
  missingValues: {
    tag: 'freshet:missing-values',
    ...oneOf<MissingValues>('empty', 'null', 'drop-key', 'fail'),
  },
  onRemove: {
    tag: 'freshet:on-remove',
    ...oneOf('SEND', 'SKIP', 'DELETE'),
    isForHttp: (value: unknown) => value === 'DELETE',
  },
  refreshTokenStatuses: {
    tag: 'freshet:refresh-token-statuses',
    ...STATUSES,
    isForHttp: (value: unknown) => value !== STATUSES.byDefault,
  },
  strictTemplate: { tag: 'freshet:strict-template', ...FLAG },
  timeoutSeconds: {
    tag: 'freshet:timeout-seconds',
    ...SECONDS,
    isForHttp: (value: unknown) => value !== SECONDS.byDefault,
  },
  traceContext: { tag: 'freshet:trace-context', ...FLAG, isForHttp: isTrue },
};

type Tags = typeof TAGS;

/** What a pipe's tags ask for beyond AWS. */
export type Extensions = { readonly [Name in keyof Tags]: Tags[Name]['byDefault'] };

interface Entry extends Rule<unknown> {
  readonly tag: string;
  /** Whether what it says means something for API destinations only. */
  readonly isForHttp?: (value: unknown) => boolean;
}

const ENTRIES = Object.entries(TAGS) as [keyof Tags, Entry][];

/**
 * Reads the tags of a pipe; a text instead says what is wrong with one of them. With `target`, the pipe's, also whether it
 * can do what they ask for.
 */
export function readExtensions(
  tags: Readonly<Record<string, string>>,
  target?: string,
): Extensions | string {
  for (const tag of Object.keys(tags))
    if (tag.startsWith(EXTENSION_PREFIX) && ENTRIES.every(([, known]) => known.tag !== tag))
      return unknownTag(tag);
  const extensions: Record<string, unknown> = {};
  const isHttp = target === undefined || API_DESTINATION.test(target);
  for (const [name, { tag, values, byDefault, parse, isForHttp }] of ENTRIES) {
    const text = tags[tag];
    const value = text === undefined ? byDefault : parse(text);
    if (value === undefined && text !== undefined)
      return `The tag ${tag} must be ${values}, not ${JSON.stringify(text)}.`;
    if (!isHttp && isForHttp?.(value))
      return `The tag ${tag} may be ${JSON.stringify(text)} only where the target is an API destination.`;
    extensions[name] = value;
  }
  return extensions as Extensions;
}

function unknownTag(tag: string): string {
  const known = ENTRIES.map(([, one]) => one.tag);
  const nearest = nearestName(tag, known);
  const guess = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `${tag} is no tag that Freshet knows.${guess} There are ${listed(known, 'and')}; tags with another prefix mean nothing to it.`;
}

/** `a, b or c`. */
function listed(values: readonly string[], conjunction: 'or' | 'and'): string {
  return values.join(', ').replace(/, (?=[^,]*$)/, ` ${conjunction} `);
}
