import type { PipeDefinition } from './definition.js';
import type { LintWarning } from './lint/lint-warning.js';
import { PathWatch } from './path-watch.js';
import { MAX_REASON_CHARACTERS, shortened } from './state-reason.js';

/**
 * What a pipe's definition probably gets wrong: as it was judged when the pipe began to run, and by the records
 * that came since. A path that came after all is no longer warned of. Pure.
 */
export class DefinitionWatch {
  /** Of the first stage's events. */
  readonly paths: PathWatch;
  /** Of the events that an enrichment hands to the target. */
  readonly targetPaths: PathWatch;
  readonly #pipeName: string;
  #lint: readonly LintWarning[] = [];

  constructor(pipeName: string, { enrichment, target }: PipeDefinition) {
    this.#pipeName = pipeName;
    this.paths = new PathWatch((enrichment ?? target).paths);
    this.targetPaths = new PathWatch(enrichment === undefined ? [] : target.paths);
  }

  /** The definition was judged; see `lintPipe`. */
  judged(warnings: readonly LintWarning[]): void {
    this.#lint = warnings;
  }

  get lint(): LintWarning[] {
    return this.#lint.filter(
      ({ code, path }) =>
        code !== 'PathMissing' ||
        path === undefined ||
        !(this.paths.hasSeen(path) && this.targetPaths.hasSeen(path)),
    );
  }

  /** Of paths that records lack. */
  get warnings(): string[] {
    return [...this.paths.warnings.values(), ...this.targetPaths.warnings.values()];
  }

  /** Whether `tick` has something to judge. */
  get active(): boolean {
    return this.paths.active || this.targetPaths.active;
  }

  /** Judges the paths by what came until `now`; returns new warnings. */
  tick(now: number): string[] {
    return [...this.paths.tick(now), ...this.targetPaths.tick(now)];
  }

  /**
   * Faults in one text, for the pipe's description; undefined when nothing seems wrong. Blanks for removed items
   * are no fault of the definition but what AWS does: lint and log tell them.
   */
  get reason(): string | undefined {
    const warned = [...this.paths.warnings, ...this.targetPaths.warnings];
    const linted = this.lint.filter(
      ({ code, path }) => code !== 'RemoveBlanks' && !warned.some(([one]) => one === path),
    );
    const [first, ...more] = [
      ...warned.map(([, warning]) => warning),
      ...linted.map(({ message }) => message),
    ];
    if (first === undefined) return undefined;
    const head = 'Running with a warning: ';
    const rest =
      more.length === 0
        ? ''
        : `; ${String(more.length)} more: freshet pipes show ${this.#pipeName}`;
    return `${head}${shortened(first, MAX_REASON_CHARACTERS - head.length - rest.length)}${rest}`;
  }
}
