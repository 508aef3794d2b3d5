import type { Log } from '../lib/log.js';
import type { HealthEvent } from './health.js';
import type { ReadHealthEvent } from './read-health.js';

export interface ReasonOptions {
  pipeName: string;
  log: Log;
  /** Tells a persisting failure or a warning, and with undefined that there is none any more. */
  onReason: (reason: string | undefined) => void;
}

/**
 * Tells the log and the pipe's state how reads and deliveries do. Of two failures the state gives that of the
 * reads: it says why there are no deliveries. Without a failure it gives what the definition probably gets wrong.
 */
export class Reason {
  readonly #options: ReasonOptions;
  #reads: string | undefined;
  #deliveries: string | undefined;
  #definition: string | undefined;

  constructor(options: ReasonOptions) {
    this.#options = options;
  }

  tellReads(event: ReadHealthEvent): void {
    const { log, pipeName: pipe } = this.#options;
    switch (event.type) {
      case 'failing':
        log.warn('The source of a pipe cannot be read', { pipe, reason: event.text });
        this.#reads = event.text;
        break;
      case 'recovered':
        log.info('The source of a pipe can be read again', {
          pipe,
          failedForMs: event.failedForMs,
        });
        this.#reads = undefined;
    }
    this.#tell();
  }

  tellDeliveries(event: HealthEvent): void {
    const { log, pipeName: pipe } = this.#options;
    switch (event.type) {
      case 'failing':
        log.warn('Deliveries of a pipe fail', { pipe, reason: event.text });
        this.#deliveries = event.text;
        return this.#tell();
      case 'still failing':
        this.#deliveries = event.text;
        return this.#tell();
      case 'recovered':
        log.info('Deliveries of a pipe succeed again', { pipe, failedForMs: event.failedForMs });
        this.#deliveries = undefined;
        return this.#tell();
      case 'gave up':
        log.warn('Records were given up and are kept as dead letters', {
          pipe,
          records: event.records,
          reason: event.reason,
        });
    }
  }

  /** `warning` is undefined when the definition seems right. */
  tellDefinition(warning: string | undefined): void {
    if (warning === this.#definition) return;
    this.#definition = warning;
    this.#tell();
  }

  #tell(): void {
    this.#options.onReason(this.#reads ?? this.#deliveries ?? this.#definition);
  }
}
