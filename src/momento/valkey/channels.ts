import type { Client } from './connection.js';
import { toMomentoError } from './errors.js';

/** Whatever became of a message or of a connection, listeners are asked to look again so often. */
const SWEEP_MS = 5_000;

/**
 * Publish and subscribe of a Valkey or Redis server, as a bell: it rings when there may be news. What is
 * said while there is no connection is lost, so it rings after each reconnection, too.
 */
export class Channels {
  readonly #newClient: () => Client;
  readonly #listeners = new Map<string, () => void>();
  #client: Client | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor(newClient: () => Client) {
    this.#newClient = newClient;
  }

  /** Calls `listener` when there may be news on a channel; resolves when none that come can be missed. */
  async listen(channel: string, listener: () => void): Promise<void> {
    this.#listeners.set(channel, listener);
    await this.#subscribe([channel]);
  }

  unlisten(channel: string): void {
    if (!this.#listeners.delete(channel)) return;
    // A bell that still rings is not heard.
    this.#client?.unsubscribe(channel).catch(() => {});
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#client?.disconnect();
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    try {
      await this.#open().subscribe(...channels);
    } catch (error) {
      throw toMomentoError(error);
    }
  }

  #open(): Client {
    if (this.#client !== undefined) return this.#client;
    const client = this.#newClient();
    client.on('message', (channel: string) => this.#listeners.get(channel)?.());
    const resume = (): void => {
      const channels = [...this.#listeners.keys()];
      if (channels.length === 0) return;
      this.#subscribe(channels).then(
        () => {
          for (const channel of channels) this.#listeners.get(channel)?.();
        },
        () => {}, // The next sweep tries again.
      );
    };
    client.on('ready', resume);
    this.#sweep = setInterval(resume, SWEEP_MS).unref();
    return (this.#client = client);
  }
}
