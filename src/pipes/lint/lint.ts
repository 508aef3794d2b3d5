import { readExtensions, type PipeResource } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import { DefinitionError, PipeDefinition } from '../definition.js';
import type { StageEvent } from '../path-watch.js';
import type { Rooms } from '../rooms.js';
import { lintFilters } from './lint-filters.js';
import { keyParameters, lintStage, type JudgedStage } from './lint-stage.js';
import type { LintWarning } from './lint-warning.js';
import { variantsOf } from './samples.js';
import { unsentRooms } from './unsent-rooms.js';

/**
 * Looks for what a pipe's definition probably gets wrong, judged by samples of what it gets, and behind an enrichment by
 * `answers` that this gave. Without samples only what shows in the definition alone is found. Throws DefinitionError
 * when the pipe cannot run at all.
 */
export function lintPipe(
  pipe: PipeResource,
  samples: readonly ChangeRecord[],
  answers: readonly StageEvent[],
  rooms: Rooms,
): LintWarning[] {
  const definition = new PipeDefinition(pipe, unsentRooms(rooms));
  const extensions = readExtensions(pipe.tags, pipe.target);
  if (typeof extensions === 'string') throw new DefinitionError(extensions);
  const passing = samples.filter((record) => definition.matches(record)).map(ownEvent);
  const removes = removesOf(samples, definition).map(ownEvent);
  const likely = samples.length > 0 ? removes : removesOf([ANY_RECORD], definition);
  const getsRemoves = likely.length > 0;
  const { enrichment, target } = definition;
  const targetStage: JudgedStage = {
    template: pipe.targetParameters.InputTemplate,
    byEvent: pipe.extensions?.InputTemplates ?? {},
    paths: target.paths,
    keys: keyParameters(pipe.targetParameters.HttpParameters),
    events: enrichment === undefined ? passing : answers,
    removes,
    getsRemoves,
    isEnriched: enrichment !== undefined,
  };
  const stages: JudgedStage[] = [targetStage];
  if (enrichment !== undefined)
    stages.unshift({
      template: pipe.enrichmentParameters?.InputTemplate,
      byEvent: {},
      paths: enrichment.paths,
      keys: keyParameters(pipe.enrichmentParameters?.HttpParameters),
      events: passing,
      removes,
      getsRemoves,
      isEnriched: false,
    });
  return [
    ...lintFilters(pipe, samples),
    ...stages.flatMap((stage) => lintStage(stage, extensions, definition)),
  ];
}

/** What the first stage gets of a record. */
function ownEvent(record: ChangeRecord): StageEvent {
  return { event: record, record };
}

/** What the filters let through of the removal of each sample's item. */
function removesOf(samples: readonly ChangeRecord[], definition: PipeDefinition): ChangeRecord[] {
  return samples
    .filter(({ eventName }) => eventName !== 'REMOVE')
    .flatMap(variantsOf)
    .filter((record) => record.eventName === 'REMOVE' && definition.matches(record));
}

/** When there is no sample: does a filter ask for the event? */
const ANY_RECORD: ChangeRecord = {
  eventID: '',
  eventName: 'INSERT',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: '',
  dynamodb: {
    ApproximateCreationDateTime: 0,
    Keys: {},
    SequenceNumber: '0',
    SizeBytes: 0,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
  eventSourceARN: '',
};
