import { freshet, pipePath } from './freshet';

/** What a pipe's definition probably gets wrong. */
export interface LintWarning {
  code: string;
  message: string;
  path?: string;
  suggestion?: string;
}
export interface LintResult {
  /** How many records and items it was judged by. */
  samples: number;
  warnings: LintWarning[];
}

export const lintPipe = (pipe: string): Promise<LintResult> =>
  freshet('GET', pipePath(pipe, '/lint'));
