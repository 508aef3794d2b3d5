import type { PipeResource } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import type { Rooms } from '../rooms.js';
import type { SourceTables } from '../source-table.js';
import type { PipeTrace } from '../trace/pipe-trace.js';
import { lintPipe, type LintWarning } from './lint.js';
import { previewRecord, type Answered, type Preview } from './preview.js';
import { sampleRecords } from './samples.js';

/** Records that are shown when nobody says how many. */
const DEFAULT_LAST = 1;

/** What is to be shown of a pipe. */
export interface PreviewRequest {
  /** A record to be taken; when undefined, the last ones that came, or items of the table as if they came now. */
  record?: ChangeRecord;
  last?: number;
  /** What the enrichment is taken to answer. */
  answered?: Answered;
}

/** What a definition probably gets wrong. */
export interface LintResult {
  /** Records and items that were looked at. */
  samples: number;
  warnings: LintWarning[];
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
    { record, last = DEFAULT_LAST, answered }: PreviewRequest,
  ): Promise<Preview[]> {
    const records = record ? [record] : (await this.#sample(pipe, trace)).slice(-last);
    const previews: Preview[] = [];
    for (const one of records) previews.push(await previewRecord(pipe, one, this.#rooms, answered));
    return previews;
  }

  /** Throws DefinitionError. */
  async lint(pipe: PipeResource, trace: PipeTrace | undefined): Promise<LintResult> {
    const samples = await this.#sample(pipe, trace);
    return { samples: samples.length, warnings: lintPipe(pipe, samples, this.#rooms) };
  }

  #sample(pipe: PipeResource, trace: PipeTrace | undefined): Promise<ChangeRecord[]> {
    return sampleRecords(pipe, trace, { tables: this.#tables, clock: this.#rooms.clock });
  }
}
