/** What kind of fault it probably is. Codes stay the same; words may become better. */
export type LintCode =
  | 'ExistsOnAttribute'
  | 'FilterMatchesNothing'
  | 'KeyEmpty'
  | 'NumericOnText'
  | 'ObjectInQuotes'
  | 'PathMissing'
  | 'RemoveBlanks'
  | 'TemplateFails';

/** What a definition probably gets wrong. */
export interface LintWarning {
  code: LintCode;
  /** What is wrong, and what to do. */
  message: string;
  /** Where it is: a path, a placeholder or a pattern. */
  path?: string;
  /** What probably was meant in its place. */
  suggestion?: string;
}

/** Fewer samples prove nothing about a path or filter unless a name like it is there. */
export const ENOUGH_SAMPLES = 20;
