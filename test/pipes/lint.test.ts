import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/lib/clock.js';
import { lintPipe } from '../../src/pipes/lint/lint.js';
import { DefinitionError } from '../../src/pipes/index.js';
import type { PipeHttpParameters, PipeResource } from '../../src/state/index.js';
import type { ChangeRecord } from '../../src/streams/index.js';
import cases from '../vectors/pipes/lint.json' with { type: 'json' };
import { pipeResource, ScriptedDestinations, STREAM_ARN } from './harness.js';
import { MemoryLogs, MemoryQueues } from './memory-rooms.js';

const ROOMS = {
  destinations: new ScriptedDestinations(),
  queues: new MemoryQueues(),
  logs: new MemoryLogs(),
  clock: systemClock,
};

function sample(at: number): ChangeRecord {
  const id = { S: String(at) };
  return {
    eventID: `e${String(at)}`,
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: 0,
      Keys: { id },
      NewImage: {
        id,
        name: { S: 'Ann' },
        last_purchased_at: { S: '2025-01-01' },
        address: { M: { city: { S: 'Kyoto' } } },
        empty: { S: '' },
      },
      SequenceNumber: String(at),
      SizeBytes: 10,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: STREAM_ARN,
  };
}

interface Case {
  name: string;
  template: string;
  path?: string[];
  query?: Record<string, string>;
  filters?: string[];
  tags?: Record<string, string>;
  /** Samples; 3 when absent. */
  copies?: number;
  warnings: { code: string; path?: string; suggestion?: string }[];
}

function pipeOf({ template, path, query, filters, tags = {} }: Case): PipeResource {
  const HttpParameters: PipeHttpParameters = {
    ...(path && { PathParameterValues: path }),
    ...(query && { QueryStringParameters: query }),
  };
  const { sourceParameters } = pipeResource();
  return pipeResource({
    tags,
    sourceParameters: {
      ...sourceParameters,
      ...(filters && { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } }),
    },
    targetParameters: { InputTemplate: template, HttpParameters },
  });
}

describe('lint', () => {
  for (const one of cases as Case[])
    it(`${one.warnings.length === 0 ? 'has nothing against' : 'finds'} ${one.name}`, () => {
      const samples = Array.from({ length: one.copies ?? 3 }, (_, at) => sample(at));
      const warnings = lintPipe(pipeOf(one), samples, ROOMS);
      assert.deepEqual(
        warnings.map(({ message: _message, ...rest }) =>
          one.warnings.some(({ path }) => path !== undefined) ? rest : { code: rest.code },
        ),
        one.warnings,
        JSON.stringify(warnings),
      );
      for (const { message } of warnings) assert.match(message, /[a-z]/);
    });

  it('says what cannot run at all', () => {
    const pipe = pipeOf({ name: '', template: '<aws.pipes.nope>', warnings: [] });
    assert.throws(() => lintPipe(pipe, [], ROOMS), DefinitionError);
  });
});
