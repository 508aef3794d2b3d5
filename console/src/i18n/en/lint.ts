/** What a pipe's definition probably gets wrong. */
export const lint = {
  mended: 'The pipe is changed; it takes a moment until it runs again.',
  fixes: {
    path: (path: string) => `Use ${path}`,
    quotes: 'Remove the quotes',
    delete: 'Delete at the target, too',
    skip: 'Leave deletions out',
  },
};
