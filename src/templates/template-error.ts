/** Problems that one message names; more are counted. */
const MAX_SHOWN = 20;

/**
 * One thing that is wrong, thrown or collected where it is found. It knows its path in the template; the
 * {@link TemplateError} that leaves this room adds file, line and column.
 */
export class TemplateProblem extends Error {
  override readonly name = 'TemplateProblem';
  /** Path in the template, e.g. `Resources.UserTable.Properties.KeySchema[0]`; empty: all of it. */
  readonly at: string;

  constructor(at: string, text: string) {
    super(text);
    this.at = at;
  }
}

/** Where a path of the template stands in its file: both count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** What is wrong with a template, where, and what to do about it. The message is complete and for people. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly problems: readonly (Partial<Position> & { at: string; text: string })[];

  constructor(
    fileName: string,
    problems: readonly TemplateProblem[],
    locate: (at: string) => Position | undefined,
  ) {
    const found = problems.map(({ at, message }) => ({ ...locate(at), at, text: message }));
    const lines = found.map(({ line, column, at, text }) =>
      [
        line === undefined ? fileName : `${fileName}:${String(line)}:${String(column)}`,
        ...(at === '' ? [] : [at]),
        text,
      ].join(': '),
    );
    const more = lines.length - MAX_SHOWN;
    super(
      [...lines.slice(0, MAX_SHOWN), ...(more > 0 ? [`and ${String(more)} more`] : [])].join('\n'),
    );
    this.problems = found;
  }
}
