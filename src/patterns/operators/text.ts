import type { LeafTest } from '../leaf.js';

// The engine compares strings with their JSON quotes on. So a prefix that ends in a quote also matches
// the whole string before it, and a suffix that starts with one the whole string behind it (recorded
// from event-ruler 2.0.1).

/** `{"prefix": "…"}` */
export function prefixTest(prefix: string): LeafTest {
  const starts: LeafTest = (leaf) => typeof leaf === 'string' && leaf.startsWith(prefix);
  if (!prefix.endsWith('"')) return starts;
  const whole = prefix.slice(0, -1);
  return (leaf) => leaf === whole || starts(leaf);
}

/** `{"suffix": "…"}` */
export function suffixTest(suffix: string): LeafTest {
  const ends: LeafTest = (leaf) => typeof leaf === 'string' && leaf.endsWith(suffix);
  if (!suffix.startsWith('"')) return ends;
  const whole = suffix.slice(1);
  return (leaf) => leaf === whole || ends(leaf);
}

/** The two ways in which one character of the pattern may stand in the event. */
type Cases = readonly [lower: string, upper: string];

/**
 * Upper and lower case of each UTF-16 unit, one by one: not every pair of strings that differ in case
 * only matches (`"straße"` matches `"STRASSE"`, the reverse does not), and characters beyond the basic
 * plane are seen as question marks. Both recorded from event-ruler 2.0.1.
 */
function casesOf(text: string): Cases[] {
  return Array.from({ length: text.length }, (_, index): Cases => {
    const unit = text.charAt(index);
    if (unit >= '\ud800' && unit <= '\udfff') return ['?', '?'];
    return [unit.toLowerCase(), unit.toUpperCase()];
  });
}

/** Where the cases, laid from `from` on, end in `text`; -1 when they do not fit. */
function matchForward(cases: readonly Cases[], text: string, from: number): number {
  let at = from;
  for (const [lower, upper] of cases) {
    if (text.startsWith(lower, at)) at += lower.length;
    else if (text.startsWith(upper, at)) at += upper.length;
    else return -1;
  }
  return at;
}

/** Where the cases, laid backwards from the end, begin in `text`; -1 when they do not fit. */
function matchBackward(cases: readonly Cases[], text: string): number {
  let at = text.length;
  for (let index = cases.length - 1; index >= 0; index -= 1) {
    const [lower, upper] = cases[index]!;
    if (text.endsWith(lower, at) && lower.length <= at) at -= lower.length;
    else if (text.endsWith(upper, at) && upper.length <= at) at -= upper.length;
    else return -1;
  }
  return at;
}

/** `{"equals-ignore-case": "…"}` */
export function equalsIgnoreCaseTest(text: string): LeafTest {
  const cases = casesOf(text);
  return (leaf) => typeof leaf === 'string' && matchForward(cases, leaf, 0) === leaf.length;
}

/** `{"prefix": {"equals-ignore-case": "…"}}` */
export function prefixIgnoreCaseTest(prefix: string): LeafTest {
  const cases = casesOf(prefix);
  const starts: LeafTest = (leaf) => typeof leaf === 'string' && matchForward(cases, leaf, 0) >= 0;
  if (!prefix.endsWith('"')) return starts;
  const whole = equalsIgnoreCaseTest(prefix.slice(0, -1));
  return (leaf) => whole(leaf) || starts(leaf);
}

/** `{"suffix": {"equals-ignore-case": "…"}}` */
export function suffixIgnoreCaseTest(suffix: string): LeafTest {
  const cases = casesOf(suffix);
  const ends: LeafTest = (leaf) => typeof leaf === 'string' && matchBackward(cases, leaf) >= 0;
  if (!suffix.startsWith('"')) return ends;
  const whole = equalsIgnoreCaseTest(suffix.slice(1));
  return (leaf) => whole(leaf) || ends(leaf);
}
