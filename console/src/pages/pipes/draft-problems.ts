import type { Texts } from '../../i18n/texts';
import { isPatternSound } from './filter-match';
import type { Step } from './flow-steps';
import type { PipeDraft } from './pipe-draft';

/** What is missing or wrong in what was typed, by its place; nothing is sent while there is some. */
export type Problems = Partial<Record<ProblemPlace, string>>;
export type ProblemPlace =
  | 'name'
  | 'source'
  | 'batchSize'
  | 'window'
  | 'retries'
  | 'maximumAge'
  | 'deadLetterQueue'
  | 'patterns'
  | 'target'
  | 'targetPath'
  | 'enrichmentPath';

/** The step at which each is mended; the name stands above all. */
const STEP_OF: Partial<Record<ProblemPlace, Step>> = {
  source: 'source',
  batchSize: 'source',
  window: 'source',
  retries: 'source',
  maximumAge: 'source',
  deadLetterQueue: 'source',
  patterns: 'filter',
  enrichmentPath: 'enrichment',
  target: 'target',
  targetPath: 'target',
};
/** Limits of the service. */
const NUMBERS = {
  batchSize: [1, 10_000],
  window: [0, 300],
  retries: [-1, 10_000],
  maximumAge: [-1, 604_800],
} as const;
const MAX_PATTERNS = 5;

/** `asterisks`: how many the endpoints have, each of which needs a value. */
export function problemsOf(
  draft: PipeDraft,
  asterisks: { enrichment: number; target: number },
  { shell, editor }: Texts,
): Problems {
  const problems: Problems = {};
  if (draft.name === '') problems.name = shell.required;
  else if (!/^[\w.-]{1,64}$/.test(draft.name)) problems.name = editor.badName;
  if (draft.source === '') problems.source = shell.required;
  else if (!/^arn:[^:]+:[^:]+:/.test(draft.source)) problems.source = editor.badArn;
  for (const [name, [least, most]] of Object.entries(NUMBERS)) {
    const text = draft[name as keyof typeof NUMBERS];
    const isFine = /^-?\d+$/.test(text) && Number(text) >= least && Number(text) <= most;
    if (!isFine) problems[name as keyof typeof NUMBERS] = editor.badNumber(least, most);
  }
  if (draft.deadLetterQueue !== '' && !draft.deadLetterQueue.startsWith('arn:'))
    problems.deadLetterQueue = editor.badArn;
  if (draft.patterns.length > MAX_PATTERNS) problems.patterns = editor.tooManyPatterns;
  else if (draft.patterns.some((pattern) => pattern.trim() === ''))
    problems.patterns = editor.emptyPattern;
  else if (!draft.patterns.every(isPatternSound)) problems.patterns = editor.badPatterns;
  if (draft.target.destination === '') problems.target = shell.required;
  else if (!/^arn:[^:]+:[^:]+:/.test(draft.target.destination)) problems.target = editor.badArn;
  for (const kind of ['enrichment', 'target'] as const) {
    const values = Array.from({ length: asterisks[kind] }, (_, at) => draft[kind].pathValues[at]);
    if (values.some((value) => (value ?? '') === '')) problems[`${kind}Path`] = editor.emptyPath;
  }
  return problems;
}

/** The step where the first of them is mended. */
export function stepOf(problems: Problems): Step | undefined {
  const [first] = Object.keys(STEP_OF).filter((place) => place in problems);
  return STEP_OF[first as ProblemPlace];
}
