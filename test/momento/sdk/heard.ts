import type { TopicDiscontinuity, TopicItem, TopicSubscribe } from '@gomomento/sdk';

/** What a subscriber was told, and waiting for it. */
export class Heard {
  readonly items: (string | Uint8Array)[] = [];
  readonly numbers: number[] = [];
  readonly errors: string[] = [];
  readonly discontinuities: TopicDiscontinuity[] = [];
  #changed: () => void = () => {};

  readonly callbacks = {
    onItem: (item: TopicItem): void => {
      this.items.push(item.value());
      this.numbers.push(item.sequenceNumber());
      this.#changed();
    },
    onError: (error: TopicSubscribe.Error): void => {
      this.errors.push(error.errorCode());
      this.#changed();
    },
    onDiscontinuity: (discontinuity: TopicDiscontinuity): void => {
      this.discontinuities.push(discontinuity);
      this.#changed();
    },
  };

  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) await new Promise<void>((resolve) => (this.#changed = resolve));
  }
}
