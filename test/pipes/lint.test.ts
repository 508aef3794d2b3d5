import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/lib/clock.js';
import { enrichedEvents } from '../../src/pipes/lint/enriched-events.js';
import { lintPipe } from '../../src/pipes/lint/lint.js';
import { notesOn } from '../../src/pipes/lint/notes.js';
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
      const warnings = lintPipe(pipeOf(one), samples, [], ROOMS);
      assert.deepEqual(
        warnings.map(({ message: _message, ...rest }) =>
          one.warnings.some(({ path }) => path !== undefined) ? rest : { code: rest.code },
        ),
        one.warnings,
        JSON.stringify(warnings),
      );
      for (const { message } of warnings) assert.match(message, /[a-z]/);
    });

  describe('behind an enrichment', () => {
    const enriched = (target: object, answers: string[]) => {
      const pipe = pipeResource({
        enrichment: 'arn:aws:events:us-east-1:000000000000:api-destination/profiles/1',
        enrichmentParameters: { InputTemplate: '{"user": <$.dynamodb.Keys.id.S>}' },
        targetParameters: target,
      });
      const known = answers.map((text, at) => ({ record: sample(at), text, mask: undefined }));
      const warnings = lintPipe(pipe, [sample(0)], enrichedEvents(known), ROOMS);
      return warnings.map(({ code, path, suggestion }) => [code, path, suggestion]);
    };
    const profile = '{"profile": {"id": 7, "name": "Hanako", "tags": []}}';
    const key = { HttpParameters: { QueryStringParameters: { key: '$.profile.id' } } };

    it('judges the target by what the enrichment answered', () => {
      const template = '{"n": "<$.profile.nmae>", "t": "<$.profile.tags>"}';
      assert.deepEqual(enriched({ InputTemplate: template, ...key }, [profile]), [
        ['PathMissing', '$.profile.nmae', '$.profile.name'],
        ['ObjectInQuotes', '$.profile.tags', undefined],
      ]);
      assert.deepEqual(enriched({ InputTemplate: '<$.profile.name>', ...key }, ['no JSON']), [
        ['PathMissing', '$.profile.name', undefined],
        ['PathMissing', '$.profile.id', undefined],
      ]);
      assert.deepEqual(enriched(key, [profile, '{"profile": {"id": ""}}']), [
        ['KeyEmpty', '$.profile.id', undefined],
      ]);
    });

    it('has nothing against a target without fault, and does not judge what nothing is known of', () => {
      const fine = { InputTemplate: '{"n": "<$.profile.name>"}', ...key };
      assert.deepEqual(enriched(fine, [profile, '{}', '[]', '', '[1,2]']), []);
      assert.deepEqual(enriched({ InputTemplate: '<$.profile.nmae>' }, []), []);
      // A name of the enrichment's own is no image.
      const echo = { InputTemplate: '<$.dynamodb.NewImage.id.S>' };
      assert.deepEqual(enriched(echo, [JSON.stringify(sample(0))]), []);
    });

    it('says that an image is blank for removed items', () => {
      assert.deepEqual(enriched({ InputTemplate: '<freshet.new-image.name>' }, [profile]), [
        ['RemoveBlanks', '<freshet.new-image.name>', undefined],
      ]);
    });
  });

  it('notes what is no fault: endless tries, and a template that cannot be judged', () => {
    const endless = pipeOf({ name: '', template: '<$>', warnings: [] });
    assert.match(notesOn(endless, undefined).join(), /^A record .* tried again for ever/);
    const bounded = pipeResource({}, { MaximumRetryAttempts: 3 });
    assert.deepEqual(notesOn(bounded, 2), []);
    assert.match(notesOn(bounded, 0).join(), /^The target's template is not judged/);
  });

  it('says what cannot run at all', () => {
    const pipe = pipeOf({ name: '', template: '<aws.pipes.nope>', warnings: [] });
    assert.throws(() => lintPipe(pipe, [], [], ROOMS), DefinitionError);
  });
});
