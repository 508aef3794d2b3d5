/** Opened things, closed in the opposite order, whether the start succeeded or not. */
export class Closing {
  readonly #steps: (() => Promise<void>)[] = [];

  add<T extends { close(): Promise<void> }>(opened: T): T {
    this.#steps.push(() => opened.close());
    return opened;
  }

  async run(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) await step();
  }
}
