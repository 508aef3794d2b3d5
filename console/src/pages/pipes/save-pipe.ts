import { createPipe, tagPipe, untagPipe, updatePipe, type Pipe } from '../../api/pipes';
import { definitionOf, tagsOf, updateOf, type PipeDraft } from './pipe-draft';

/** Creates the pipe of a draft; with `before`, changes that one, its tags after it. */
export async function savePipe(draft: PipeDraft, before: Pipe | undefined): Promise<void> {
  if (before === undefined) {
    await createPipe(draft.name, definitionOf(draft));
    return;
  }
  const tags = tagsOf(draft);
  const gone = Object.keys(before.Tags ?? {}).filter((name) => !(name in tags));
  const changed = Object.entries(tags).filter(([name, value]) => before.Tags?.[name] !== value);
  // What no longer fits the new definition goes first; what only it takes comes after it.
  if (gone.length > 0) await untagPipe(before.Arn, gone);
  await updatePipe(draft.name, updateOf(draft, before));
  if (changed.length > 0) await tagPipe(before.Arn, Object.fromEntries(changed));
}
