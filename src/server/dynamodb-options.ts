import { nearestName } from '../lib/nearest-name.js';
import type { StartDynamoDbOptions } from './dynamodb.js';

const MAX_PORT = 65_535;
const MAX_SHARDS = 128;

interface Rule {
  holds: (value: unknown) => boolean;
  /** What is allowed, for the message. */
  allowed: string;
}

const text: Rule = {
  holds: (value) => typeof value === 'string' && value !== '',
  allowed: 'a text',
};
/** An object that has members of that type. */
function objectWith(type: 'function' | 'string', names: readonly string[]): Rule {
  return {
    holds: (value) =>
      isObject(value) && names.every((name) => typeof value[name] === type && value[name] !== ''),
    allowed: `an object with the ${type === 'function' ? 'functions' : 'texts'} ${names.join(', ')}`,
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function whole(min: number, max: number): Rule {
  return {
    holds: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
    allowed:
      max === Infinity
        ? `a whole number of at least ${String(min)}`
        : `a whole number from ${String(min)} to ${String(max)}`,
  };
}

const RULES: Readonly<Record<keyof StartDynamoDbOptions, Rule>> = {
  path: text,
  region: text,
  accountId: {
    holds: (value) => typeof value === 'string' && /^\d{12}$/.test(value),
    allowed: 'a text of twelve digits',
  },
  durability: {
    holds: (value) => value === 'strict' || value === 'relaxed',
    allowed: "'strict' or 'relaxed'",
  },
  clock: objectWith('function', ['now', 'monotonic']),
  log: objectWith('function', ['debug', 'info', 'warn', 'error']),
  streamShards: whole(1, MAX_SHARDS),
  shardMaxAgeMs: whole(1, Infinity),
  shardMaxRecords: whole(1, Infinity),
  host: text,
  port: whole(0, MAX_PORT),
  credentials: objectWith('string', ['accessKeyId', 'secretAccessKey']),
  allowedHosts: {
    holds: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
    allowed: 'a list of texts',
  },
};

/**
 * Refuses options that are misspelt or out of range, which would otherwise have another effect than the one
 * that was meant: without `path`, say, everything is in memory. Throws a TypeError.
 */
export function checkOptions(options: object): void {
  if (!isObject(options))
    throw new TypeError("The options must be an object, such as { path: './tables' }.");
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(RULES, name)) {
      const near = nearestName(name, Object.keys(RULES));
      throw new TypeError(
        `There is no option '${name}'${near === undefined ? '.' : `: did you mean '${near}'?`} The options are ${Object.keys(RULES).join(', ')}.`,
      );
    }
    const { holds, allowed } = RULES[name as keyof StartDynamoDbOptions];
    if (value !== undefined && !holds(value))
      throw new TypeError(`The option '${name}' must be ${allowed}.`);
  }
}
