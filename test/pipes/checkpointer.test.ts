import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog } from '../../src/lib/log.js';
import { CheckpointTracker } from '../../src/pipes/checkpoint-tracker.js';
import { Checkpointer, SHARD_END } from '../../src/pipes/checkpointer.js';
import type { Checkpoint, Checkpoints } from '../../src/state/index.js';

/** Notes all writes; `onSave` is called amidst each. */
class NotedCheckpoints implements Checkpoints {
  readonly stored = new Map<string, Checkpoint>();
  readonly writes: string[] = [];
  onSave: (shardId: string) => void = () => undefined;

  async list(): Promise<Map<string, Checkpoint>> {
    return new Map(this.stored);
  }

  async save(_owner: string, shardId: string, checkpoint: Checkpoint): Promise<boolean> {
    this.onSave(shardId);
    this.stored.set(shardId, checkpoint);
    this.writes.push(`${shardId} ${checkpoint.sequenceNumber ?? 'begun'}`);
    return true;
  }

  async delete(_owner: string, shardId: string): Promise<boolean> {
    this.stored.delete(shardId);
    this.writes.push(`${shardId} deleted`);
    return true;
  }

  async deleteAll(): Promise<void> {
    throw new Error('not used here');
  }
}

describe('the checkpoints of shards that follow each other', () => {
  it('are saved parents first; a finished one is deleted when its children have theirs', async () => {
    const checkpoints = new NotedCheckpoints();
    const checkpointer = new Checkpointer(checkpoints, 'p1', silentLog);
    await checkpointer.load();
    checkpointer.follow('parent', new CheckpointTracker('5'));
    checkpointer.end('parent');
    checkpointer.follow('left', new CheckpointTracker(undefined));
    checkpointer.follow('right', new CheckpointTracker('9'));
    checkpointer.replaced('parent');
    await checkpointer.close();
    assert.deepEqual(checkpoints.writes, [
      `parent ${SHARD_END}`,
      'left begun',
      'right 9',
      'parent deleted',
    ]);
  });

  it('are not saved ahead of the end of the parent, when that comes while it is saved', async () => {
    const checkpoints = new NotedCheckpoints();
    const checkpointer = new Checkpointer(checkpoints, 'p1', silentLog);
    await checkpointer.load();
    checkpointer.follow('parent', new CheckpointTracker('5'));
    checkpoints.onSave = () => {
      checkpoints.onSave = () => undefined;
      checkpointer.end('parent');
      checkpointer.follow('child', new CheckpointTracker('9'));
      checkpointer.replaced('parent');
    };
    await checkpointer.close();
    assert.deepEqual(checkpoints.writes, ['parent 5']);
  });
});
