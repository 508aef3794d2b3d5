import { useMemo } from 'react';
import { useTexts } from '../../i18n/language';
import { AWS_VARIABLES, imagesOf, pathsOf, type Known } from './editor/known-values';
import type { PipeDraft } from './pipe-draft';
import { objectOf, type Samples } from './samples';

/** What can be named in the stage that gets the records, and in the target's. */
export interface KnownOfStages {
  first: Known[];
  target: Known[];
  /** The paths of the records. */
  paths: string[];
}

/** Behind an enrichment `$` is what it answers, as far as that is told. */
export function useKnown(samples: Samples, draft: PipeDraft, enriched: string): KnownOfStages {
  const { editor } = useTexts();
  const enriches = draft.enrichment.destination !== '';
  return useMemo(() => {
    const records = samples.record ? [samples.record, ...samples.records] : samples.records;
    const paths = pathsOf(records);
    const others = [
      ...imagesOf(records),
      ...AWS_VARIABLES.filter((name) => enriches || name !== 'aws.pipes.enrichment-arn').map(
        (text) => ({ text, example: editor.variables[text] ?? '' }),
      ),
    ];
    const first = [...paths, ...others];
    const answer = objectOf(enriched);
    const target = enriches ? [...(answer ? pathsOf([answer]) : []), ...others] : first;
    return { first, target, paths: paths.map(({ text }) => text) };
  }, [samples.record && samples.text, samples.records, enriches, enriched, editor]);
}
