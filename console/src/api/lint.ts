import { freshet, pipePath } from './freshet';

/** What a pipe's definition probably gets wrong. */
export interface LintWarning {
  code: string;
  message: string;
  path?: string;
  suggestion?: string;
}

export const lintPipe = (pipe: string): Promise<{ samples: number; warnings: LintWarning[] }> =>
  freshet('GET', pipePath(pipe, '/lint'));
