import { RenderError, TemplateError } from './errors.js';
import { jsonFault } from './json-fault.js';
import type { ImageSource } from './images.js';
import { droppables, withMissing, type Droppable, type MissingValues } from './missing-values.js';
import { splitTemplate } from './placeholder.js';
import type { Piece, Placeholder } from './placeholder.js';
import {
  compact,
  isJson,
  placeInJson,
  placeInStrings,
  placeInText,
  skeleton,
} from './placement.js';
import type { Places } from './placement.js';
import { valueWriter } from './value-text.js';
import type { ContainersInText, ValueWriter } from './value-text.js';
import type { PipeVariables, ValueReader } from './variables.js';

/** Longest template in characters (documented). */
const MAX_LENGTH = 8192;
/** Characters shown on either side of a fault. */
const SHOWN_AROUND_FAULT = 12;

/** A compiled input template. */
export interface InputTemplate {
  /**
   * Renders the payload of an event, which came of the record: images are the record's. Throws a RenderError when no
   * valid payload comes of this event (an object inside quotes; a template that is not JSON, see `problem`; a missing
   * value that is to fail).
   */
  readonly render: (event: unknown, variables: PipeVariables, record?: ImageSource) => string;
  /** The `$.…` paths that it reads, as written, and its image variables with their brackets, each once. */
  readonly paths: readonly string[];
  /** Those of `paths` at which the event or the record has no value. */
  readonly missingPaths: (event: unknown, record?: ImageSource) => string[];
  /** Why `render` fails for every event; undefined when it does not. AWS takes such templates. */
  readonly problem: string | undefined;
}

export interface TemplateOptions {
  /**
   * AWS's way (documented for rules): inside quotes values are put as they are, objects and arrays of a JSON
   * template as JSON. What comes of a JSON template must be JSON, else `render` throws; string and text templates
   * are sent as they come out (recorded for rules). By default a value is escaped once for each JSON string that
   * its placeholder stands in, so that the output is valid whatever the data.
   */
  strict?: boolean;
  /** Default: `empty`, AWS's way. */
  missing?: MissingValues;
}

/** What a part of a template is compiled for. */
type Mode = Required<TemplateOptions>;

/**
 * Compiles an input template of a pipe. Throws a TemplateError for syntax that can never work: a template
 * too long, an unknown `<aws.pipes.…>` or `<freshet.…>`. Source: documented, and recorded from EventBridge; escaping is ours.
 */
export function compileTemplate(text: string, options: TemplateOptions = {}): InputTemplate {
  if (text.length > MAX_LENGTH) {
    throw new TemplateError(
      `The template has ${text.length} characters; at most ${MAX_LENGTH} are allowed`,
    );
  }
  const pieces = splitTemplate(text);
  const placeholders = pieces.filter((piece) => typeof piece !== 'string');
  const readers = new Map(
    placeholders.flatMap(({ path, read }) => (path === undefined ? [] : [[path, read] as const])),
  );
  const mode: Mode = { strict: options.strict ?? false, missing: options.missing ?? 'empty' };
  const { render, problem } = compilePieces(text, pieces, mode);
  return {
    render,
    problem,
    paths: [...readers.keys()],
    missingPaths: (event, record) => {
      const missing: string[] = [];
      for (const [path, read] of readers) {
        if (read(event, NO_VARIABLES, record) === undefined) missing.push(path);
      }
      return missing;
    },
  };
}

/** Paths do not look at them. */
const NO_VARIABLES: PipeVariables = {
  pipeArn: '',
  pipeName: '',
  sourceArn: '',
  targetArn: '',
  ingestionTime: '',
};

type Render = InputTemplate['render'];

interface Compiled {
  render: Render;
  problem: string | undefined;
}

/** The kind of a template shows in its first character. */
function compilePieces(text: string, pieces: readonly Piece[], mode: Mode): Compiled {
  const first = text.trimStart()[0];
  if (first === '{' || first === '[') return compileJson(text, pieces, mode);
  const bare = pieces.filter((piece) => typeof piece !== 'string' || piece.trim() !== '');
  if (bare.length === 1 && typeof bare[0] !== 'string') {
    return { render: joined(bare, placeInJson(bare), 'refused', mode), problem: undefined };
  }
  const places = first === '"' ? placeInStrings(pieces) : placeInText(pieces);
  return {
    render: joined(pieces, mode.strict ? unescaped(places) : places, 'without-quotes', mode),
    problem: undefined,
  };
}

function compileJson(text: string, pieces: readonly Piece[], mode: Mode): Compiled {
  // Right with a string in each value's place, it is right with any value.
  const fitsAny = isJson(skeleton(pieces, '""'));
  // A template without placeholders is a constant, sent as it is; others lose their white space.
  if (fitsAny && pieces.every((piece) => typeof piece === 'string')) {
    return { render: () => text, problem: undefined };
  }
  // With a number it may be right, as in {"ms": <$.seconds>000}: then it depends on the values.
  if (!fitsAny && !isJson(skeleton(pieces, '1'))) {
    const problem = describeFault(text, pieces);
    return {
      problem,
      render: () => {
        throw new RenderError(problem);
      },
    };
  }
  const places = placeInJson(pieces);
  const written = fitsAny ? merged(compact(pieces)) : pieces;
  const dropped = fitsAny && mode.missing === 'drop-key' ? droppables(written, places) : undefined;
  const join = dropped === undefined ? joined : joinedWithout(dropped);
  if (mode.strict) {
    const render = join(written, unescaped(places), 'as-json', mode);
    const quoted = Array.from(places.values()).some(({ depth }) => depth > 0);
    const safe = fitsAny && !quoted;
    return {
      render: safe ? render : checked(render, ', which are not escaped,'),
      problem: undefined,
    };
  }
  const render = join(written, places, 'refused', mode);
  return { render: fitsAny ? render : checked(render, ''), problem: undefined };
}

/** The places with all escaping left out. */
function unescaped(places: Places): Places {
  return new Map(
    Array.from(places, ([placeholder, { kind, depth }]) => [
      placeholder,
      depth === 0 ? { kind, depth } : { kind: 'text', depth: 0 },
    ]),
  );
}

/** The pieces with texts that follow each other as one. */
function merged(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') result.splice(-1, 1, last + piece);
    else result.push(piece);
  }
  return result;
}

type Join = (
  pieces: readonly Piece[],
  places: Places,
  containers: ContainersInText,
  mode: Mode,
) => Render;

/** A placeholder with the text up to the next one. */
interface Part {
  placeholder: Placeholder;
  read: ValueReader;
  write: ValueWriter;
  tail: string;
}

function partsOf(...[pieces, places, containers, mode]: Parameters<Join>): [string, Part[]] {
  let head = '';
  const parts: Part[] = [];
  for (const piece of pieces) {
    const last = parts.at(-1);
    if (typeof piece !== 'string') {
      const place = places.get(piece)!;
      const write = withMissing(valueWriter(piece, place, containers), piece, place, mode.missing);
      parts.push({ placeholder: piece, read: piece.read, write, tail: '' });
    } else if (last) last.tail += piece;
    else head += piece;
  }
  return [head, parts];
}

/** Renders piece by piece. */
const joined: Join = (...input) => {
  const [head, parts] = partsOf(...input);
  return (event, variables, record) => {
    let text = head;
    for (const { read, write, tail } of parts) text += write(read(event, variables, record)) + tail;
    return text;
  };
};

/** Renders piece by piece without the members whose value is missing, each with one comma beside it. */
function joinedWithout(dropped: ReadonlyMap<Placeholder, Droppable>): Join {
  return (...input) => {
    const [head, parts] = partsOf(...input);
    return (event, variables, record) => {
      let text = head;
      for (const { placeholder, read, write, tail } of parts) {
        const value = read(event, variables, record);
        const member = value === undefined ? dropped.get(placeholder) : undefined;
        if (member === undefined) {
          text += write(value) + tail;
          continue;
        }
        const before = text.slice(0, text.length - member.label.length);
        const after = tail.slice(member.close.length);
        if (before.endsWith(',')) text = before.slice(0, -1) + after;
        else text = before + (after.startsWith(',') ? after.slice(1) : after);
      }
      return text;
    };
  };
}

/** Lets only JSON through; `values` says in a fault which values they were. */
function checked(render: Render, values: string): Render {
  return (event, variables, record) => {
    const text = render(event, variables, record);
    if (isJson(text)) return text;
    throw new RenderError(
      `With the values of this record${values} the template is not valid JSON: let each placeholder stand alone, without quotes, where JSON wants a value`,
    );
  };
}

/** Says where a JSON template is not JSON, in characters of the template. */
function describeFault(text: string, pieces: readonly Piece[]): string {
  const at = jsonFault(skeleton(pieces, '""', { aligned: true })) ?? text.length;
  if (at >= text.length) return 'The template is not valid JSON: it ends too early';
  const around = text.slice(Math.max(0, at - SHOWN_AROUND_FAULT), at + SHOWN_AROUND_FAULT);
  return `The template is not valid JSON at character ${at + 1}, near ${JSON.stringify(around)}`;
}
