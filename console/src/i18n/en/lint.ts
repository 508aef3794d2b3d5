import type { LintWarning } from '../../api/lint';

/** What a pipe's definition probably gets wrong. */
export const lint = {
  mended: 'The pipe is changed; it takes a moment until it runs again.',
  /** The server's own words. */
  says: ({ message }: LintWarning): string => message,
  fixes: {
    path: (path: string) => `Use ${path}`,
    quotes: 'Remove the quotes',
    delete: 'Delete at the target, too',
    skip: 'Leave deletions out',
    filter: 'Let only new and changed items through',
  },
};
