import type { PipeResource } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import type { Rooms } from '../rooms.js';
import type { SourceTables } from '../source-table.js';
import type { KnownAnswer, PipeTrace } from '../trace/pipe-trace.js';
import { enrichedEvents } from './enriched-events.js';
import { lintPipe } from './lint.js';
import type { LintWarning } from './lint-warning.js';
import { notesOn } from './notes.js';
import { previewRecord, type Preview } from './preview.js';
import { sampleRecords } from './samples.js';

/** Records that are shown when nobody says how many. */
const DEFAULT_LAST = 1;

/** What is to be shown of a pipe. */
export interface PreviewRequest {
  /** A record to be taken; when undefined, the last ones that came, or items of the table as if they came now. */
  record?: ChangeRecord;
  last?: number;
  /** What the enrichment is taken to answer: the body. When undefined, what it answered last. */
  enrichmentResponse?: string;
}

/** What a definition probably gets wrong. */
export interface LintResult {
  /** Records and items that were looked at. */
  samples: number;
  /** Answers of the enrichment by which the target's template was judged; absent when the pipe has none. */
  answers?: number;
  warnings: LintWarning[];
  /** What is no fault, but worth knowing. */
  notes: string[];
}

/** Looks at definitions, stored or not, without running them. */
export class Inspector {
  readonly #rooms: Rooms;
  readonly #tables: SourceTables;

  constructor(rooms: Rooms, tables: SourceTables) {
    this.#rooms = rooms;
    this.#tables = tables;
  }

  /** Newest last; empty when nothing has come and the table is empty, or lies elsewhere. Throws DefinitionError. */
  async preview(
    pipe: PipeResource,
    trace: PipeTrace | undefined,
    { record, last = DEFAULT_LAST, enrichmentResponse: text }: PreviewRequest,
  ): Promise<Preview[]> {
    const records = record ? [record] : (await this.#sample(pipe, trace)).slice(-last);
    const answers = trace?.answers ?? [];
    const answerFor = ({ eventID }: ChangeRecord): KnownAnswer | undefined =>
      answers.findLast((one) => one.record.eventID === eventID) ?? answers.at(-1);
    const previews: Preview[] = [];
    for (const one of records) {
      const answer =
        text === undefined ? answerFor(one) : { record: undefined, text, mask: undefined };
      previews.push(await previewRecord(pipe, one, this.#rooms, answer));
    }
    return previews;
  }

  /** Throws DefinitionError. */
  async lint(pipe: PipeResource, trace: PipeTrace | undefined): Promise<LintResult> {
    const samples = await this.#sample(pipe, trace);
    const answers = pipe.enrichment ? enrichedEvents(trace?.answers ?? []) : undefined;
    return {
      samples: samples.length,
      ...(answers && { answers: answers.length }),
      warnings: lintPipe(pipe, samples, answers ?? [], this.#rooms),
      notes: notesOn(pipe, answers?.length),
    };
  }

  #sample(pipe: PipeResource, trace: PipeTrace | undefined): Promise<ChangeRecord[]> {
    return sampleRecords(pipe, trace, { tables: this.#tables, clock: this.#rooms.clock });
  }
}
