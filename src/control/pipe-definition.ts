import type { PipeResource } from '../state/index.js';
import type { Checker, Members } from './checker.js';
import { validation } from './pipe-errors.js';
import { pipeExtensions } from './pipe-extensions.js';
import {
  checkSource,
  DESCRIPTION,
  DESIRED_STATES,
  ENRICHMENT,
  KMS_KEY,
  logConfiguration,
  ROLE,
  SOURCE,
  TARGET,
} from './pipe-members.js';
import { newSourceParameters, updatedSourceParameters, withBatchSize } from './pipe-source.js';
import { apiDestinationName, MAX_BATCH_OF_ENRICHMENT, targetKind } from './pipe-target-kinds.js';
import { enrichmentParameters, targetParameters } from './pipe-target.js';

export type Definition = Pick<
  PipeResource,
  'source' | 'sourceParameters' | 'target' | 'targetParameters' | 'roleArn'
> & {
  [
    name in
      | 'description'
      | 'desiredState'
      | 'enrichment'
      | 'enrichmentParameters'
      | 'logConfiguration'
      | 'kmsKeyIdentifier'
      | 'extensions'
  ]: PipeResource[name] | undefined;
};

/**
 * Reads what a pipe is to do, in the order of the service model; for an update, what it does `before`: members
 * that are left out keep their values, blocks are replaced as units, an empty Enrichment, template or key
 * removes it, source and start stay (documented). What is wrong is noted in the checker: the result is one
 * only after its `finish`.
 */
export function readDefinition(
  checker: Checker,
  input: Members,
  before?: PipeResource,
): Definition {
  const isNew = before === undefined;
  const description = checker.string(input, 'Description', 'description', DESCRIPTION);
  const desiredState = checker.string(input, 'DesiredState', 'desiredState', DESIRED_STATES);
  const source = isNew
    ? checker.string(input, 'Source', 'source', { required: true, ...SOURCE })
    : before.source;
  if (isNew && source !== undefined) checkSource(checker, source);
  const sourceParameters = isNew
    ? newSourceParameters(checker, input)
    : updatedSourceParameters(checker, input, before.sourceParameters);
  const enrichment = enrichmentOf(checker, input, before);
  const target =
    checker.string(input, 'Target', 'target', { required: isNew, ...TARGET }) ?? before?.target;
  const kind = target === undefined ? undefined : targetKind(checker, target);
  const maxBatch = Math.min(
    kind?.maxBatch ?? Infinity,
    enrichment.enrichment === undefined ? Infinity : MAX_BATCH_OF_ENRICHMENT,
  );
  return {
    description: description ?? before?.description,
    desiredState: (desiredState ?? before?.desiredState) as Definition['desiredState'],
    source: source!,
    sourceParameters: sourceParameters && withBatchSize(checker, sourceParameters, maxBatch),
    ...enrichment,
    target: target!,
    targetParameters: kind && targetParameters(checker, input, kind, before?.targetParameters),
    roleArn: checker.string(input, 'RoleArn', 'roleArn', ROLE)!,
    logConfiguration: logConfiguration(checker, input) ?? before?.logConfiguration,
    kmsKeyIdentifier:
      (checker.string(input, 'KmsKeyIdentifier', 'kmsKeyIdentifier', KMS_KEY) ??
        before?.kmsKeyIdentifier) ||
      undefined,
    extensions: pipeExtensions(checker, input, before?.extensions),
    // Whatever is undefined although it is needed has been noted as an error.
  } as Definition;
}

/** With an enrichment go its parameters. Without one they must say nothing: some clients send them empty. */
function enrichmentOf(
  checker: Checker,
  input: Members,
  before: PipeResource | undefined,
): Pick<Definition, 'enrichment' | 'enrichmentParameters'> {
  const enrichment =
    (checker.string(input, 'Enrichment', 'enrichment', ENRICHMENT) ?? before?.enrichment) ||
    undefined;
  const kept = enrichment === undefined ? undefined : before?.enrichmentParameters;
  const parameters = enrichmentParameters(checker, input, kept);
  if (enrichment === undefined) {
    if (Object.keys(parameters).length > 0)
      checker.refuse(
        validation(
          'EnrichmentParameters need an Enrichment: give the ARN of an API destination, or leave them out.',
          [{ name: 'Enrichment', message: 'Missing.' }],
        ),
      );
    return { enrichment: undefined, enrichmentParameters: undefined };
  }
  if (apiDestinationName(enrichment) === undefined)
    checker.refuse(
      validation(
        `The enrichment ${enrichment} is not supported: give the ARN of an API destination.`,
        [{ name: 'Enrichment', message: 'Not supported.' }],
      ),
    );
  return { enrichment, enrichmentParameters: parameters };
}
