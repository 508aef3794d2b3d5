import { exampleOf, type Known } from './known-values.js';

/** What can be put in at the caret. */
export interface Completion {
  /** The part of the text that a choice takes the place of. */
  from: number;
  to: number;
  options: Option[];
}

export interface Option {
  /** What is shown. */
  label: string;
  /** What it is in the sample. */
  example: string;
  /** What is written in the place. */
  insert: string;
  /** How far from the place's beginning the caret comes to stand; at its end when undefined. */
  caret?: number;
}

/** Longer lists are narrowed by typing on. */
const MAX_OPTIONS = 50;

/** Completes a placeholder of an input template that is begun before the caret; `open`: also without one. */
export function completeTemplate(
  text: string,
  caret: number,
  known: readonly Known[],
  open = false,
): Completion | undefined {
  const begun = /<([^<>\s"\\]*)$/.exec(text.slice(0, caret));
  if (!begun && !open) return undefined;
  const typed = begun?.[1] ?? '';
  const rest = begun ? /^[\w./$*[\]-]*>?/.exec(text.slice(caret))![0] : '';
  return chosen(
    caret - (begun ? begun[0].length : 0),
    caret + rest.length,
    typed,
    known,
    (one) => ({
      label: one.text,
      example: one.example,
      insert: `<${one.text}>`,
    }),
  );
}

/** A choice among what fits what is typed; undefined when nothing does, or it is there already. */
function chosen(
  from: number,
  to: number,
  typed: string,
  known: readonly Known[],
  optionOf: (one: Known) => Option,
): Completion | undefined {
  const options = fitting(typed, known).map(optionOf);
  return options.length === 0 ? undefined : { from, to, options };
}

/** Those that begin with what is typed before those of which a part does, before those that hold it. */
export function fitting(typed: string, known: readonly Known[]): Known[] {
  const wanted = typed.toLowerCase();
  const rankOf = (text: string): number =>
    text.startsWith(wanted) ? 0 : text.includes(`.${wanted}`) ? 1 : 2;
  return known
    .map((one) => ({ one, text: one.text.toLowerCase() }))
    .filter(({ text }) => text.includes(wanted))
    .sort((one, other) => rankOf(one.text) - rankOf(other.text))
    .slice(0, MAX_OPTIONS)
    .map(({ one }) => one);
}

/** What a pattern may ask of a value beside being one of a list. */
const MATCHERS: readonly { name: string; insert: string; caret: number }[] = [
  { name: 'prefix', insert: '{"prefix": ""}', caret: 12 },
  { name: 'suffix', insert: '{"suffix": ""}', caret: 12 },
  { name: 'anything-but', insert: '{"anything-but": [""]}', caret: 19 },
  { name: 'exists', insert: '{"exists": true}', caret: 16 },
  { name: 'numeric', insert: '{"numeric": [">", 0]}', caret: 19 },
  { name: 'equals-ignore-case', insert: '{"equals-ignore-case": ""}', caret: 24 },
  { name: 'wildcard', insert: '{"wildcard": "*"}', caret: 15 },
];
/** A list of patterns, not of values. */
const OR = '$or';
const EVENTS = ['INSERT', 'MODIFY', 'REMOVE'];

/**
 * Completes a filter pattern: names of members where the records have some, values of records where a list of them is
 * begun, and what else can be asked of a value.
 */
export function completePattern(
  text: string,
  caret: number,
  records: readonly unknown[],
  open = false,
): Completion | undefined {
  const place = placeAt(text, caret);
  if (!place || (!open && place.from === caret)) return undefined;
  const { path, from, typed, isName, isInMatcher } = place;
  if (isInMatcher) return undefined;
  const owners = path.reduce<unknown[]>(
    (values, name) => values.flatMap((value) => innerOf(value, name)),
    [...records],
  );
  const rest = from === caret ? '' : /^[^"\n{}[\]]*"?/.exec(text.slice(caret))![0];
  const to = caret + rest.length;
  if (isName) {
    const names = new Map<string, unknown>();
    for (const owner of owners)
      if (typeof owner === 'object' && owner !== null && !Array.isArray(owner))
        for (const [name, value] of Object.entries(owner))
          if (!names.has(name)) names.set(name, value);
    const known = [...names].map(([name, value]) => ({
      text: name,
      example: isLeaf(value) ? exampleOf(value) : '',
    }));
    const hasColon = /^\s*:/.test(text.slice(to));
    return chosen(from, to, typed, known, ({ text: name, example }) => {
      const isInner = !isLeaf(names.get(name));
      const [before, after] = isInner ? ['{"', '"}'] : ['["', '"]'];
      const quoted = JSON.stringify(name);
      if (hasColon) return { label: name, example, insert: quoted };
      const insert = `${quoted}: ${before}`;
      return { label: name, example, insert: insert + after, caret: insert.length };
    });
  }
  const values = new Set(path.at(-1) === 'eventName' && path.length === 1 ? EVENTS : []);
  for (const value of owners) if (typeof value === 'string') values.add(value);
  const known = [...values].map((value) => ({ text: value, example: '' }));
  const found = fitting(typed, known).map(({ text: value }) => ({
    label: value,
    example: '',
    insert: JSON.stringify(value),
  }));
  const matchers = MATCHERS.filter(({ name }) => name.includes(typed.toLowerCase())).map(
    ({ name, insert, caret: at }) => ({ label: name, example: insert, insert, caret: at }),
  );
  const options = [...found, ...matchers];
  return options.length === 0 ? undefined : { from, to, options };
}

function innerOf(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((one) => innerOf(one, name));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [];
  return [(value as Record<string, unknown>)[name]];
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

interface Place {
  /** Names of the members that lead there. */
  path: string[];
  /** Where what is typed begins, its quotation mark included. */
  from: number;
  typed: string;
  /** Whether the name of a member is to stand there; else a value of a list. */
  isName: boolean;
  /** Whether it is inside of what is asked of a value. */
  isInMatcher: boolean;
}

/** Where in a JSON text that may be half written a position is; undefined where nothing can be named. */
function placeAt(text: string, caret: number): Place | undefined {
  const open: { kind: '{' | '['; name: string | undefined }[] = [];
  let name: string | undefined;
  /** Whether a name, rather than what follows its colon, comes next. */
  let wantsName = false;
  let at = 0;
  while (at < caret) {
    const char = text[at]!;
    if (char === '"') {
      const end = endOfString(text, at);
      if (end === undefined || end > caret) return placeOf(at, text.slice(at + 1, caret));
      if (wantsName) name = contentOf(text.slice(at, end));
      at = end;
      continue;
    }
    if (char === '{' || char === '[') {
      open.push({ kind: char, name });
      name = undefined;
      wantsName = char === '{';
    } else if (char === '}' || char === ']') {
      open.pop();
      wantsName = false;
    } else if (char === ':') wantsName = false;
    else if (char === ',') wantsName = open.at(-1)?.kind === '{';
    at += 1;
  }
  const before = text.slice(0, caret).trimEnd().at(-1) ?? '';
  return /[{[,]/.test(before) ? placeOf(caret, '') : undefined;

  function placeOf(from: number, typed: string): Place | undefined {
    const inner = open.at(-1);
    if (inner === undefined) return undefined;
    const isName = inner.kind === '{' && wantsName;
    if (!isName && inner.kind !== '[') return undefined;
    const listed = open.findIndex(({ kind }) => kind === '[');
    return {
      path: open.flatMap(({ name: one }) => (one === undefined || one === OR ? [] : [one])),
      from,
      typed,
      isName,
      isInMatcher: listed >= 0 && listed < open.length - 1 && open[listed]!.name !== OR,
    };
  }
}

/** The position behind a string that begins at `at`; undefined when it does not end on its line. */
function endOfString(text: string, at: number): number | undefined {
  const found = /^"(?:[^"\\\n]|\\.)*"/.exec(text.slice(at));
  return found ? at + found[0].length : undefined;
}

function contentOf(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return quoted.slice(1, -1);
  }
}
