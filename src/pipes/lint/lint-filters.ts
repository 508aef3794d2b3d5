import { compilePattern } from '../../patterns/index.js';
import { plainObject } from '../../lib/lazy-object.js';
import type { PipeResource } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import { missingPaths } from '../path-watch.js';
import { ENOUGH_SAMPLES, type LintWarning } from './lint-warning.js';
import { patternFields, patternPaths } from './pattern-paths.js';
import { variantsOf } from './samples.js';

/** What is probably wrong with a pipe's filters. */
export function lintFilters(pipe: PipeResource, samples: readonly ChangeRecord[]): LintWarning[] {
  const misread = lintMatchers(pipe, samples);
  return [
    ...misread,
    // That such a filter matches nothing is said already.
    ...lintMatches(pipe, samples).filter(
      ({ path }) => !misread.some((known) => known.path === path),
    ),
  ];
}

/** An attribute of an image, without its type. */
const ATTRIBUTE = /^\$\.dynamodb\.(?:Keys|NewImage|OldImage)\.[^.]+$/;
const NUMBER = /^\$\.dynamodb\..*\.N$/;

/** Matchers that do not mean what they look like where they stand: a record's attributes are objects by type, its numbers texts. */
function lintMatchers(pipe: PipeResource, samples: readonly ChangeRecord[]): LintWarning[] {
  const warnings: LintWarning[] = [];
  for (const pattern of patternsOf(pipe))
    for (const { path, matchers } of patternFields(pattern)) {
      const wanted = matchers.find(({ exists }) => typeof exists === 'boolean');
      if (wanted !== undefined && ATTRIBUTE.test(path)) {
        const exists = wanted['exists'] as boolean;
        const type = typeAt(path, samples);
        warnings.push({
          code: 'ExistsOnAttribute',
          message:
            `\`${path}\` with exists: ${String(exists)} matches ${exists ? 'no record' : 'every record'}, here as on AWS: ` +
            `an attribute is an object, and exists looks at values alone. Name its type: \`${path}.${type ?? 'S'}\``,
          path,
          ...(type !== undefined && { suggestion: `${path}.${type}` }),
        });
      }
      if (NUMBER.test(path) && matchers.some(({ numeric }) => numeric !== undefined))
        warnings.push({
          code: 'NumericOnText',
          message:
            `\`${path}\` with numeric matches no record, here as on AWS: a stream record has its numbers as texts. ` +
            'Compare whole texts, or a prefix',
          path,
        });
    }
  return warnings;
}

/** The type of an attribute, as the samples have it. */
function typeAt(path: string, samples: readonly ChangeRecord[]): string | undefined {
  const [, , image, name] = path.split('.');
  for (const { dynamodb } of samples) {
    const value = dynamodb[image as 'Keys' | 'NewImage' | 'OldImage']?.[name!];
    if (value !== undefined) return Object.keys(plainObject(value))[0];
  }
  return undefined;
}

function patternsOf({ sourceParameters }: PipeResource): string[] {
  return (sourceParameters.FilterCriteria?.Filters ?? []).flatMap(({ Pattern }) => Pattern ?? []);
}

/** Filters that let nothing through, whatever happens to the items. */
function lintMatches(pipe: PipeResource, samples: readonly ChangeRecord[]): LintWarning[] {
  if (samples.length === 0) return [];
  const variants = samples.flatMap(variantsOf);
  const events = variants.map((record) => ({ event: record, record }));
  const warnings: LintWarning[] = [];
  for (const pattern of patternsOf(pipe)) {
    const filter = compilePattern(pattern);
    if (variants.some((record) => filter.matches(record))) continue;
    const [misspelt] = missingPaths(patternPaths(pattern), events).filter(
      ({ hint }) => hint !== undefined,
    );
    if (misspelt === undefined && samples.length < ENOUGH_SAMPLES) continue;
    const why =
      misspelt === undefined
        ? 'correct it, or wait for rarer ones'
        : `\`${misspelt.path}\`: ${misspelt.hint!}`;
    warnings.push({
      code: 'FilterMatchesNothing',
      message: `The filter ${pattern} lets none of ${String(samples.length)} samples through, whatever their event: ${why}`,
      path: misspelt?.path ?? pattern,
      ...(misspelt?.suggestion !== undefined && { suggestion: misspelt.suggestion }),
    });
  }
  return warnings;
}
