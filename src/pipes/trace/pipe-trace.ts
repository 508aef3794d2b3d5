import type { Attempt } from '../../destinations/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import { Fifo } from '../fifo.js';
import { showEntry, type ShownEntry } from './shown-entry.js';
import { TraceEntry } from './trace-entry.js';
import { TraceFeed } from './trace-feed.js';

/** Records that a trace keeps, the newest. */
export const TRACED_RECORDS = 200;
/** The same in bytes of records, requests and answers, as far as they are counted. */
const TRACED_BYTES = 8 * 1024 * 1024;
/** Who may listen at once. */
const MAX_FEEDS = 20;

/** What a trace answers to a question. */
export interface TracePage {
  /** Oldest change first. */
  records: ShownEntry[];
  /** To be given as `after` in order to get what changes from now on. */
  next: number;
}

/** What an enrichment answered for a record. */
export interface KnownAnswer {
  record: ChangeRecord;
  /** The answer's body. Not masked: not for people's eyes. */
  text: string;
  mask: Attempt['mask'];
}

/**
 * The last records of one pipe with every step, bounded in number and bytes. It keeps references and makes them readable
 * when somebody asks, so it may be on always.
 */
export class PipeTrace {
  readonly #entries = new Fifo<TraceEntry>();
  readonly #feeds = new Set<TraceFeed>();
  #bytes = 0;
  #ids = 0;
  #version = 0;
  #enrichment: string | undefined;
  /** The newest entry that is older than the enrichment. */
  #enrichedAfter = 0;

  /** A record begins its way: its first request is made. */
  begin(record: ChangeRecord, writtenAt: number, now: number): TraceEntry {
    this.#ids += 1;
    this.#version += 1;
    const entry = new TraceEntry(this, this.#ids, record, writtenAt, now);
    entry.version = this.#version;
    this.#list(entry);
    return entry;
  }

  /** A record whose way has ended before anything was sent. */
  note(
    outcome: 'filtered' | 'superseded',
    record: ChangeRecord,
    writtenAt: number,
    now: number,
  ): void {
    this.begin(record, writtenAt, now).become(outcome, now);
  }

  /** For entries: something has come of one. */
  changed(entry: TraceEntry): void {
    this.#version += 1;
    entry.version = this.#version;
    // One that waited for long may have been pushed out meanwhile; its end is news.
    if (!entry.isListed) this.#list(entry);
    for (const feed of this.#feeds) feed.add(entry);
  }

  /** For entries: a listed one keeps more. */
  grew(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > TRACED_BYTES) this.#trim();
  }

  /** The newest `limit` records among those that changed after version `after`. */
  list(limit: number, after = -1): TracePage {
    const changed = this.#entries
      .toArray()
      .filter(({ version }) => version > after)
      .sort((a, b) => a.version - b.version);
    return { records: changed.slice(-limit).map(showEntry), next: this.#version };
  }

  /** The last entry that was sent for an item, as far back as the trace goes. */
  lastSent(isItem: (record: ChangeRecord) => boolean): ShownEntry | undefined {
    const entry = this.#entries
      .toArray()
      .filter(({ outcome, record }) => outcome === 'delivered' && isItem(record))
      .sort((a, b) => a.version - b.version)
      .at(-1);
    return entry && showEntry(entry);
  }

  /** The records that the trace holds, oldest first. */
  get sample(): ChangeRecord[] {
    return this.#entries.toArray().map(({ record }) => record);
  }

  /** What the enrichment, as it is defined now, answered for records that the trace holds, oldest first. */
  get answers(): KnownAnswer[] {
    const answers: KnownAnswer[] = [];
    for (const { id, record, enriched } of this.#entries.toArray()) {
      if (id <= this.#enrichedAfter || enriched?.outcome !== 'delivered') continue;
      answers.push({ record, text: enriched.answer!, mask: enriched.mask });
    }
    return answers;
  }

  /** A pipe begins to run with this enrichment: what another one answered says nothing of it. */
  enrichedBy(enrichment: string | undefined): void {
    if (this.#enrichment !== enrichment) this.#enrichedAfter = this.#ids;
    this.#enrichment = enrichment;
  }

  /** What changes from now on; `onMore` is called soon after there is something. Undefined when too many listen. */
  listen(onMore: () => void): TraceFeed | undefined {
    if (this.#feeds.size >= MAX_FEEDS) return undefined;
    const feed = new TraceFeed(onMore, () => this.#feeds.delete(feed));
    this.#feeds.add(feed);
    return feed;
  }

  #list(entry: TraceEntry): void {
    entry.isListed = true;
    this.#entries.push(entry);
    this.#bytes += entry.size;
    if (this.#entries.length > TRACED_RECORDS || this.#bytes > TRACED_BYTES) this.#trim();
  }

  /** The newest stays, however large. */
  #trim(): void {
    while (
      this.#entries.length > TRACED_RECORDS ||
      (this.#bytes > TRACED_BYTES && this.#entries.length > 1)
    ) {
      const entry = this.#entries.shift()!;
      entry.isListed = false;
      this.#bytes -= entry.size;
    }
  }
}
