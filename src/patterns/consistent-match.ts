import { plainObject } from '../lib/lazy-object.js';
import type { Alternative } from './alternatives.js';
import { asLeaf } from './leaf.js';
import type { Leaf } from './leaf.js';
import type { FieldTest } from './match-list.js';

// Matches a whole event where fields lie inside arrays. All fields that lie in one array must come from
// the same element of it. The fields are tried in the order of their paths, each consistent with the
// elements that those before it have chosen, `exists: false` included: that is the engine's way
// (recorded from event-ruler 2.0.1), and for `exists: false` the order shows.

/** Values nested deeper are not looked at (the engine's parser refuses such events). */
const MAX_DEPTH = 1000;

/** A place in an array: the element `index` of the array numbered `array`, inside `parent`'s element. */
interface Place {
  array: number;
  index: number;
  parent: Place | undefined;
  /** For each field what was found here; made when there is anything. */
  found: (Findings | undefined)[] | undefined;
}

/**
 * What is known of one field at one place and at those inside it. Only what can matter is kept: leaves that
 * match, and for a field that may be missing, that there are leaves.
 */
interface Findings {
  place: Place | undefined;
  present: boolean;
  matches: boolean;
  /** By array and element. */
  inside: Map<number, Map<number, Findings>> | undefined;
}

/** A field still on the way: `at` is where in its path the next name starts. */
interface Cursor {
  field: number;
  at: number;
}

interface Field extends FieldTest {
  path: string;
}

/** Which element of which array has been chosen. */
type Choice = ReadonlyMap<number, number>;

const NOTHING: NonNullable<Findings['inside']> = new Map();

/** All names that occur in the paths of a pattern: the engine does not look at others. */
export function namesIn(alternatives: readonly Alternative[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const alternative of alternatives) {
    for (const path of alternative.keys()) for (const name of javaSplit(path)) names.add(name);
  }
  return names;
}

/** Compiles the match of a whole event against one alternative of a pattern; `names` are the pattern's. */
export function compileConsistentMatch(
  alternative: Alternative,
  names: ReadonlySet<string>,
): (event: object) => boolean {
  const fields = Array.from(alternative, ([path, test]): Field => ({ path, ...test })).sort(
    (a, b) => (a.path < b.path ? -1 : 1),
  );
  return (event) => {
    const collector = new Collector(fields, names);
    collector.collect(event);
    return new Search(fields, collector).run();
  };
}

/** Splits at dots as Java does: empty parts at the end do not count, nor all of nothing but dots. */
function javaSplit(path: string): string[] {
  const named = path.replace(/\.+$/, '');
  return named === '' && path !== '' ? [] : named.split('.');
}

/** Finds what there is of all fields in one walk through an event. */
class Collector {
  readonly #fields: readonly Field[];
  /** {@link namesIn} the pattern. */
  readonly #names: ReadonlySet<string>;
  readonly roots: Findings[];
  /** For each array the last field of which anything was found in it. */
  readonly lastField: number[] = [];

  constructor(fields: readonly Field[], names: ReadonlySet<string>) {
    this.#fields = fields;
    this.#names = names;
    this.roots = fields.map(() => newFindings(undefined));
  }

  collect(event: object): void {
    this.#object(
      event as Record<string, unknown>,
      this.#fields.map((_, field) => ({ field, at: 0 })),
      undefined,
      0,
    );
  }

  #value(
    value: unknown,
    cursors: readonly Cursor[],
    place: Place | undefined,
    depth: number,
  ): void {
    if (depth > MAX_DEPTH) return;
    const leaf = asLeaf(value);
    if (leaf !== undefined) this.#leaf(leaf, cursors, place);
    else if (Array.isArray(value)) this.#array(value, cursors, place, depth);
    else if (typeof value === 'object') {
      this.#object(value as Record<string, unknown>, cursors, place, depth);
    }
  }

  #leaf(leaf: Leaf, cursors: readonly Cursor[], place: Place | undefined): void {
    for (const { field, at } of cursors) {
      const { path, test, absent } = this.#fields[field]!;
      if (at <= path.length) continue;
      const matches = test(leaf);
      if (!matches && !absent) continue;
      const findings = this.#findingsAt(place, field);
      findings.present = true;
      if (matches) findings.matches = true;
    }
  }

  #array(
    elements: readonly unknown[],
    cursors: readonly Cursor[],
    parent: Place | undefined,
    depth: number,
  ): void {
    const array = this.lastField.push(-1) - 1;
    elements.forEach((element, index) => {
      const leaf = asLeaf(element);
      // Values that are no objects do not bind other fields to their place.
      if (leaf !== undefined) this.#leaf(leaf, cursors, parent);
      else this.#value(element, cursors, { array, index, parent, found: undefined }, depth + 1);
    });
  }

  #object(
    object: Record<string, unknown>,
    cursors: readonly Cursor[],
    place: Place | undefined,
    depth: number,
  ): void {
    // What is read is read of the object itself: of a lazy one only what the patterns name is worked out.
    for (const name of Object.keys(plainObject(object))) {
      const inside: Cursor[] = [];
      for (const { field, at } of cursors) {
        const { path } = this.#fields[field]!;
        const end = at + name.length;
        if (
          path.startsWith(name, at) &&
          (end === path.length || path[end] === '.') &&
          at <= path.length
        ) {
          inside.push({ field, at: end + 1 });
        }
      }
      if (inside.length > 0 && this.#isUsed(name)) {
        this.#value(object[name], inside, place, depth + 1);
      }
    }
  }

  #isUsed(name: string): boolean {
    return (
      this.#names.has(name) ||
      (name.includes('.') && javaSplit(name).every((part) => this.#names.has(part)))
    );
  }

  #findingsAt(place: Place | undefined, field: number): Findings {
    if (place === undefined) return this.roots[field]!;
    const known = place.found?.[field];
    if (known !== undefined) return known;
    const findings = newFindings(place);
    place.found ??= [];
    place.found[field] = findings;
    this.lastField[place.array] = Math.max(this.lastField[place.array]!, field);
    const around = this.#findingsAt(place.parent, field);
    around.inside ??= new Map<number, Map<number, Findings>>();
    let elements = around.inside.get(place.array);
    if (elements === undefined) {
      elements = new Map<number, Findings>();
      around.inside.set(place.array, elements);
    }
    elements.set(place.index, findings);
    return findings;
  }
}

function newFindings(place: Place | undefined): Findings {
  return { place, present: false, matches: false, inside: undefined };
}

/** Looks for leaves that satisfy all fields and lie consistently. */
class Search {
  readonly #fields: readonly Field[];
  readonly #roots: readonly Findings[];
  readonly #lastField: readonly number[];
  /** Choices that are known to lead nowhere: without them, sibling arrays would multiply. */
  readonly #deadEnds = new Set<string>();

  constructor(fields: readonly Field[], collector: Collector) {
    this.#fields = fields;
    this.#roots = collector.roots;
    this.#lastField = collector.lastField;
  }

  run(): boolean {
    return this.#from(0, new Map());
  }

  #from(index: number, choice: Choice): boolean {
    const field = this.#fields[index];
    if (field === undefined) return true;
    const key = this.#keyOf(index, choice);
    if (this.#deadEnds.has(key)) return false;
    const root = this.#roots[index]!;
    const matches =
      (field.absent && !isPresent(root, choice) && this.#from(index + 1, choice)) ||
      this.#within(root, index, choice);
    if (!matches) this.#deadEnds.add(key);
    return matches;
  }

  /** Tries what was found at and inside one place. */
  #within(findings: Findings, index: number, choice: Choice): boolean {
    if (findings.matches && this.#from(index + 1, choose(findings.place, choice))) return true;
    for (const [array, elements] of findings.inside ?? NOTHING) {
      const chosen = choice.get(array);
      if (chosen === undefined) {
        for (const element of elements.values()) {
          if (this.#within(element, index, choice)) return true;
        }
      } else {
        const element = elements.get(chosen);
        if (element !== undefined && this.#within(element, index, choice)) return true;
      }
    }
    return false;
  }

  /** Says which field comes next and what matters of the choice to it and those after it. */
  #keyOf(index: number, choice: Choice): string {
    let key = String(index);
    for (const [array, element] of choice) {
      if (this.#lastField[array]! >= index) key += `,${array}:${element}`;
    }
    return key;
  }
}

function choose(place: Place | undefined, choice: Choice): Choice {
  if (place === undefined || choice.get(place.array) !== undefined) return choice;
  const extended = new Map(choice);
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) {
    extended.set(at.array, at.index);
  }
  return extended;
}

/** Whether there is any leaf that agrees with the choice, of a field that may be missing. */
function isPresent(findings: Findings, choice: Choice): boolean {
  if (findings.present) return true;
  for (const [array, elements] of findings.inside ?? NOTHING) {
    const chosen = choice.get(array);
    // Elements are only kept for leaves: some of them has one.
    if (chosen === undefined) return true;
    const element = elements.get(chosen);
    if (element !== undefined && isPresent(element, choice)) return true;
  }
  return false;
}
