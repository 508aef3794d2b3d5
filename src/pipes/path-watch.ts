import { plainObject } from '../lib/lazy-object.js';
import type { ChangeRecord } from '../streams/index.js';
import {
  compileDynamicValue,
  plainItem,
  RawEvent,
  type DynamicValue,
} from '../transformer/index.js';
import { nearestName } from '../lib/nearest-name.js';

/** So many records are looked at one after the other; a path in none of them is suspect. */
const FULLY_SAMPLED = 128;
/** After that, one in so many is, to see whether a suspect path occurs after all. */
const SAMPLE_EVERY = 64;
/** Enough records to judge by when fewer than FULLY_SAMPLED have come for a while. */
const ENOUGH_RECORDS = 20;
/** With so long no record, those that came are judged by, however few. */
const QUIET_MS = 5_000;

const NEW_IMAGE = /^(?:\$\.dynamodb\.NewImage|<freshet\.new-image)/;
const OLD_IMAGE = /^(?:\$\.dynamodb\.OldImage|<freshet\.old-image)/;
const ATTRIBUTE_TYPE = /^(?:S|N|B|BOOL|NULL|SS|NS|BS|L|M)$/;

/** What is there in place of a path. */
interface Hint {
  text: string;
  /** The name that was probably meant. */
  suggestion?: string;
}

/** A path that none of some records has. */
export interface MissingPath {
  path: string;
  /** Records that could have had it. */
  looked: number;
  /** For people. */
  hint: string | undefined;
  /** The whole path with the name that was probably meant. */
  suggestion: string | undefined;
}

/** An event that a stage gets, and the record that it began with: the same, unless an enrichment came between. */
export interface StageEvent {
  event: unknown;
  record: ChangeRecord;
}

/** Finds the paths that none of the events has. Those that none of them could have are not judged. */
export function missingPaths(
  paths: readonly string[],
  events: readonly StageEvent[],
): MissingPath[] {
  const missing: MissingPath[] = [];
  for (const path of paths) {
    if (isRare(path)) continue;
    const value = compileDynamicValue(path);
    const able = events.filter(({ record }) => mayHave(path, record));
    if (
      able.length === 0 ||
      able.some(({ event, record }) => value.resolve(event, record) !== undefined)
    )
      continue;
    const hints = able.map(({ event, record }) => hintFor(path, event, record));
    const hint = hints.find((one) => one !== undefined);
    missing.push({ path, looked: able.length, hint: hint?.text, suggestion: hint?.suggestion });
  }
  return missing;
}

/** A path that no record had yet. */
interface Unseen {
  readonly path: string;
  readonly value: DynamicValue;
  seen: boolean;
  /** Records looked at that could have had it. */
  looked: number;
  /** What one of them had instead; the first that tells something. */
  hint: Hint | undefined;
  warning: string | undefined;
}

/**
 * Finds misspelt paths. AWS renders a path that does not exist as an empty text, so a template with a
 * typing error delivers blanks for ever. A path is forgotten once one record had it, so that watching a
 * correct template costs nothing after its first records. Pure.
 */
export class PathWatch {
  #unseen: Unseen[];
  /** A path was seen for the first time since the last `tick`. */
  #cameUp = false;
  #records = 0;
  #firstAt = Infinity;
  #lastAt = -Infinity;

  constructor(paths: readonly string[]) {
    this.#unseen = paths
      .filter((path) => !isRare(path))
      .map((path) => ({
        path,
        value: compileDynamicValue(path),
        seen: false,
        looked: 0,
        hint: undefined,
        warning: undefined,
      }));
  }

  /** Whether records are still to be looked at. */
  get watching(): boolean {
    return this.#unseen.length > 0;
  }

  /** Whether `tick` has something to judge. */
  get active(): boolean {
    return (
      this.#cameUp ||
      this.#unseen.some(({ looked, warning }) => looked > 0 && warning === undefined)
    );
  }

  /** The paths that are warned of, with the warnings. */
  get warnings(): ReadonlyMap<string, string> {
    return new Map(
      this.#unseen.flatMap(({ path, warning }) =>
        warning === undefined ? [] : [[path, warning] as const],
      ),
    );
  }

  /** Whether a record had the path, or it is none that is watched. */
  hasSeen(path: string): boolean {
    return !this.#unseen.some((unseen) => unseen.path === path);
  }

  /**
   * Looks at an event that is about to be rendered, at `now` (any clock, milliseconds): the record, or what
   * an enrichment made of it.
   */
  observe(record: ChangeRecord, now: number, event: unknown = record): void {
    this.#records += 1;
    this.#lastAt = now;
    if (this.#firstAt === Infinity) this.#firstAt = now;
    if (this.#records > FULLY_SAMPLED && this.#records % SAMPLE_EVERY !== 0) return;
    let found = false;
    for (const unseen of this.#unseen) {
      if (!mayHave(unseen.path, record)) continue;
      if (unseen.value.resolve(event, record) === undefined) {
        unseen.looked += 1;
        unseen.hint ??= hintFor(unseen.path, event, record);
      } else {
        unseen.seen = true;
        found = true;
      }
    }
    if (!found) return;
    this.#unseen = this.#unseen.filter(({ seen }) => !seen);
    this.#cameUp = true;
  }

  /** Judges the paths if enough is known by `now`; returns new warnings. */
  tick(now: number): string[] {
    this.#cameUp = false;
    if (now - this.#firstAt < QUIET_MS && this.#records < FULLY_SAMPLED) return [];
    const quiet = now - this.#lastAt >= QUIET_MS;
    const warnings: string[] = [];
    for (const unseen of this.#unseen) {
      if (unseen.warning !== undefined || unseen.looked === 0) continue;
      if (unseen.looked < ENOUGH_RECORDS && !quiet) continue;
      unseen.warning = describe(unseen);
      warnings.push(unseen.warning);
    }
    return warnings;
  }
}

/** Paths that are rightly missing from nearly all records: only deletions by time to live have them. */
function isRare(path: string): boolean {
  return path.startsWith('$.userIdentity');
}

/** Whether a record of this kind can have the path: an INSERT has no old image, a REMOVE no new one. */
function mayHave(path: string, { eventName }: ChangeRecord): boolean {
  if (NEW_IMAGE.test(path)) return eventName !== 'REMOVE';
  if (OLD_IMAGE.test(path)) return eventName !== 'INSERT';
  return true;
}

function describe({ path, looked, hint }: Unseen): string {
  const records = looked === 1 ? '1 record' : `${looked} records`;
  return `\`${path}\` was in 0 of ${records}${hint === undefined ? '' : `; ${hint.text}`}`;
}

function hintFor(path: string, event: unknown, record: ChangeRecord): Hint | undefined {
  if (path.startsWith('<')) return hintForImage(path, record);
  if (event instanceof RawEvent) return { text: "the enrichment's answer is not JSON" };
  let value = event;
  for (const name of path.match(/[\w/-]+/g) ?? []) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (!Object.hasOwn(plainObject(value), name)) return hintForName(path, name, value, record);
    value = (value as Record<string, unknown>)[name];
  }
  return undefined;
}

function hintForName(
  path: string,
  name: string,
  parent: object,
  record: ChangeRecord,
): Hint | undefined {
  if (parent === record.dynamodb && (name === 'NewImage' || name === 'OldImage'))
    return hintForView(name, record);
  if (Array.isArray(parent)) return undefined;
  const names = Object.keys(plainObject(parent));
  const type = names.length === 1 ? names[0]! : '';
  if (ATTRIBUTE_TYPE.test(type)) return retyped(path, name, type);
  return hintForSpelling(path, name, names);
}

/** `path` is an image variable, e.g. `<freshet.new-image.address.city>`. */
function hintForImage(path: string, record: ChangeRecord): Hint | undefined {
  const member = path.startsWith('<freshet.keys')
    ? 'Keys'
    : NEW_IMAGE.test(path)
      ? 'NewImage'
      : 'OldImage';
  const image = record.dynamodb[member];
  if (image === undefined) return hintForView(member, record);
  let value: unknown = plainItem(image);
  const [, , ...names] = path.match(/[\w/-]+/g) ?? [];
  for (const name of names) {
    if (typeof value !== 'object' || value === null)
      return ATTRIBUTE_TYPE.test(name)
        ? { text: `images have no types: leave out \`${name}\`` }
        : undefined;
    if (Array.isArray(value)) return undefined;
    if (!Object.hasOwn(value, name)) return hintForSpelling(path, name, Object.keys(value));
    value = (value as Record<string, unknown>)[name];
  }
  return undefined;
}

function hintForView(image: string, { dynamodb }: ChangeRecord): Hint {
  return { text: `the stream's view type is ${dynamodb.StreamViewType}, which has no ${image}` };
}

function retyped(path: string, name: string, type: string): Hint {
  const text = `the attribute is of type ${type}`;
  return ATTRIBUTE_TYPE.test(name) ? { text, suggestion: renamed(path, name, type) } : { text };
}

function renamed(path: string, name: string, to: string): string {
  const at = path.lastIndexOf(name);
  return path.slice(0, at) + to + path.slice(at + name.length);
}

function hintForSpelling(path: string, name: string, names: readonly string[]): Hint | undefined {
  const nearest = nearestName(name, names);
  return nearest === undefined
    ? undefined
    : { text: `did you mean \`${nearest}\`?`, suggestion: renamed(path, name, nearest) };
}
