import type { Segment } from './segment.js';
import { NONE } from './slots.js';

/** Segments are kept apart by how full they are, in so many classes. */
const FILL_CLASSES = 16;
/**
 * Segments of the classes below it are compacted rather than that anything is evicted: moving up to three
 * bytes wins at least one, also when packing the moved items loses an eighth.
 */
const COMPACTED_CLASSES = (FILL_CLASSES * 3) / 4;
/** Segments of which a smaller share lives are compacted. */
export const COMPACTED_SHARE = COMPACTED_CLASSES / FILL_CLASSES;

/** Segments by how full they are. */
export class FillClasses {
  readonly #classes = Array.from({ length: FILL_CLASSES }, () => new Set<Segment>());

  /** Puts a segment where it belongs now. */
  put(segment: Segment): void {
    const share = segment.live / segment.bytes.length;
    const fillClass = Math.min(Math.floor(share * FILL_CLASSES), FILL_CLASSES - 1);
    if (fillClass === segment.fillClass) return;
    this.remove(segment);
    this.#classes[fillClass]!.add(segment);
    segment.fillClass = fillClass;
  }

  remove(segment: Segment): void {
    if (segment.fillClass !== NONE) this.#classes[segment.fillClass]!.delete(segment);
    segment.fillClass = NONE;
  }

  /** The one with the fewest live bytes, if it is worth compacting. */
  sparsest(): Segment | undefined {
    for (let fill = 0; fill < COMPACTED_CLASSES; fill++)
      for (const segment of this.#classes[fill]!) return segment;
    return undefined;
  }
}
