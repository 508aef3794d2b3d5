import { freshet, pipePath } from './freshet';
import type { LintResult } from './lint';

/** A stage's request as it would be, or why there is none. */
export interface PreviewedStage {
  rendered?: string;
  request?: { method: string; url: string; headers: Record<string, string>; body: string };
  problem?: string;
}
export interface Preview {
  filter: 'passed' | 'filtered';
  enrichment?: PreviewedStage;
  /** Absent when what the enrichment answers is not given. */
  target?: PreviewedStage;
}

/** What the pipe would send for a record, as the server works it out. */
export async function previewRecord(pipe: string, record: object): Promise<Preview | undefined> {
  const { previews } = await freshet<{ previews: Preview[] }>('POST', pipePath(pipe, '/preview'), {
    record,
  });
  return previews[0];
}

/**
 * What a pipe that is not saved would send for a record. `definition` is CreatePipe's input; `enriched` is what the
 * enrichment is taken to answer.
 */
export async function previewDraft(
  definition: object,
  record: object,
  enriched?: unknown,
): Promise<Preview | undefined> {
  const { previews } = await freshet<{ previews: Preview[] }>('POST', 'preview', {
    definition,
    record,
    ...(enriched !== undefined && { enrichmentResponse: JSON.stringify(enriched) }),
  });
  return previews[0];
}

/** What such a pipe probably gets wrong. */
export const lintDraft = (definition: object): Promise<LintResult> =>
  freshet('POST', 'lint', { definition });
