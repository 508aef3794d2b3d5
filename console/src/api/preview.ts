import { freshet, pipePath } from './freshet';

/** A stage's request as it would be, or why there is none. */
export interface PreviewedStage {
  rendered?: string;
  request?: { method: string; url: string; headers: Record<string, string>; body: string };
  problem?: string;
}
export interface Preview {
  filter: 'passed' | 'filtered';
  enrichment?: PreviewedStage;
  target?: PreviewedStage;
}

/** What the pipe would send for a record, as the server works it out. */
export async function previewRecord(pipe: string, record: object): Promise<Preview | undefined> {
  const { previews } = await freshet<{ previews: Preview[] }>('POST', pipePath(pipe, '/preview'), {
    record,
  });
  return previews[0];
}
