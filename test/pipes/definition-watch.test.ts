import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PipeDefinition } from '../../src/pipes/definition.js';
import { DefinitionWatch } from '../../src/pipes/definition-watch.js';
import type { LintWarning } from '../../src/pipes/lint/lint-warning.js';
import { systemClock } from '../../src/lib/clock.js';
import type { ChangeRecord } from '../../src/streams/index.js';
import { pipeResource, ScriptedDestinations, STREAM_ARN } from './harness.js';
import { MemoryLogs, MemoryQueues } from './memory-rooms.js';

const PATH = '$.dynamodb.NewImage.last_purchesed_at.S';

function watch(): DefinitionWatch {
  const rooms = {
    destinations: new ScriptedDestinations(),
    queues: new MemoryQueues(),
    logs: new MemoryLogs(),
    clock: systemClock,
  };
  const pipe = pipeResource({ targetParameters: { InputTemplate: `{"at": <${PATH}>}` } });
  return new DefinitionWatch('ddb2momento', new PipeDefinition(pipe, rooms));
}

function record(attribute: string): ChangeRecord {
  return {
    eventID: 'e1',
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: 0,
      Keys: { id: { S: '001' } },
      NewImage: { id: { S: '001' }, [attribute]: { S: '2023-12-01' } },
      SequenceNumber: '1',
      SizeBytes: 10,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: STREAM_ARN,
  };
}

const MISSING: LintWarning = { code: 'PathMissing', path: PATH, message: 'No item has it' };
const BLANKS: LintWarning = { code: 'RemoveBlanks', message: 'REMOVE has no new image' };
const KEY: LintWarning = { code: 'KeyEmpty', message: 'The key is empty' };

describe('the reason that a running pipe gives for its definition', () => {
  it('is none when nothing seems wrong, or only what AWS does with removed items', () => {
    const definition = watch();
    assert.equal(definition.reason, undefined);
    definition.judged([BLANKS]);
    assert.equal(definition.reason, undefined);
  });

  it('is the first finding, with the number of others and where they are told', () => {
    const definition = watch();
    definition.judged([MISSING]);
    assert.equal(definition.reason, 'Running with a warning: No item has it');
    definition.judged([MISSING, BLANKS, KEY]);
    assert.equal(
      definition.reason,
      'Running with a warning: No item has it; 1 more: freshet pipes show ddb2momento',
    );
  });

  it('tells a path once, by the records when they lack it as the items do', () => {
    const definition = watch();
    definition.judged([MISSING]);
    definition.paths.observe(record('last_purchased_at'), 0);
    definition.tick(60_000);
    assert.match(definition.reason ?? '', /warning: .*last_purchased_at/);
    assert.doesNotMatch(definition.reason ?? '', /more/);
  });

  it('goes when a record has the path after all', () => {
    const definition = watch();
    definition.judged([MISSING]);
    definition.paths.observe(record('last_purchesed_at'), 0);
    assert.equal(definition.reason, undefined);
  });

  it('has at most 512 characters', () => {
    const definition = watch();
    definition.judged([{ ...KEY, message: 'x'.repeat(600) }, MISSING]);
    assert.equal(definition.reason?.length, 512);
    assert.match(definition.reason, /…; 1 more: freshet pipes show ddb2momento$/);
  });
});
