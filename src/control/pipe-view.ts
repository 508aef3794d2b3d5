import type { PipeResource } from '../state/index.js';
import { given, type Members } from './checker.js';

/** What is described of a log that was not configured (reported), or of which not all was said (inferred). */
const NO_LOG = { Level: 'OFF', IncludeExecutionData: [] };

/** What create, update, start, stop and delete answer. */
export function pipeSummary(pipe: PipeResource): Members {
  return {
    Arn: pipe.arn,
    Name: pipe.name,
    DesiredState: pipe.desiredState,
    CurrentState: pipe.currentState,
    CreationTime: pipe.creationTime / 1000,
    LastModifiedTime: pipe.lastModifiedTime / 1000,
  };
}

/** One entry of ListPipes. */
export function listedPipe(pipe: PipeResource): Members {
  return given({
    ...pipeSummary(pipe),
    StateReason: pipe.stateReason,
    Source: pipe.source,
    Target: pipe.target,
    Enrichment: pipe.enrichment,
  });
}

/** What DescribePipe answers; members that were never set are absent. */
export function describePipe(pipe: PipeResource): Members {
  return given({
    ...listedPipe(pipe),
    Description: pipe.description,
    SourceParameters: pipe.sourceParameters,
    EnrichmentParameters: pipe.enrichmentParameters,
    TargetParameters: pipe.targetParameters,
    RoleArn: pipe.roleArn,
    Tags: pipe.tags,
    LogConfiguration: { ...NO_LOG, ...pipe.logConfiguration },
    KmsKeyIdentifier: pipe.kmsKeyIdentifier,
  });
}
