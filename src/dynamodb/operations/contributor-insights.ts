import type { Engine } from '../engine.js';
import { validationError } from '../errors.js';
import type { ContributorInsights, TableDefinition } from '../tables/definition.js';
import { seconds } from '../tables/description.js';
import { field, integer, oneOf, string } from '../validation/shape.js';
import { indexName } from './common-shapes.js';
import { globalIndex } from './index-updates.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import { checkTableName, controlledTable } from './table-name.js';
import { controlTableName } from './table-shapes.js';

/** Documented: summaries in one answer. */
const MAX_RESULTS = 100;
const DEFAULT_MODE = 'ACCESSED_AND_THROTTLED_KEYS';

interface Input {
  TableName: string;
  IndexName?: string;
}

interface UpdateInput extends Input {
  ContributorInsightsAction: 'ENABLE' | 'DISABLE';
  ContributorInsightsMode?: string;
}

interface ListInput {
  TableName?: string;
  NextToken?: string;
  MaxResults?: number;
}

/*
 * Whether Contributor Insights are on is kept for tables and indexes and given back, so that tools which
 * set it go on. There is no CloudWatch here: nothing is measured.
 */

export const describeContributorInsights: Operation<Input> = {
  shape: field('DescribeContributorInsightsInput', {
    TableName: controlTableName,
    IndexName: indexName,
  }),
  checkFirst: checkTableName,

  perform(engine, { TableName, IndexName }) {
    const definition = definitionOf(engine, TableName, IndexName);
    const insights = find(definition, IndexName);
    return JSON.stringify({
      ...subject(definition, IndexName),
      ContributorInsightsStatus: insights ? 'ENABLED' : 'DISABLED',
      ...(insights
        ? {
            ContributorInsightsMode: insights.mode,
            LastUpdateDateTime: seconds(insights.updatedAt),
          }
        : {}),
    });
  },
};

export const updateContributorInsights: Operation<UpdateInput> = {
  shape: field('UpdateContributorInsightsInput', {
    TableName: controlTableName,
    IndexName: indexName,
    ContributorInsightsAction: { ...oneOf('ENABLE', 'DISABLE'), required: true },
    ContributorInsightsMode: oneOf(DEFAULT_MODE, 'THROTTLED_KEYS'),
  }),
  checkFirst: checkTableName,

  perform(engine, { TableName, IndexName, ContributorInsightsAction: action, ...input }) {
    const definition = definitionOf(engine, TableName, IndexName);
    const mode = input.ContributorInsightsMode ?? find(definition, IndexName)?.mode ?? DEFAULT_MODE;
    const others = (definition.contributorInsights ?? []).filter(
      ({ index }) => index !== IndexName,
    );
    const enabled: ContributorInsights = {
      ...(IndexName === undefined ? {} : { index: IndexName }),
      mode,
      updatedAt: engine.clock.now(),
    };
    engine.catalog.put({
      ...definition,
      contributorInsights: action === 'ENABLE' ? [...others, enabled] : others,
    });
    const output = {
      ...subject(definition, IndexName),
      ContributorInsightsStatus: action === 'ENABLE' ? 'ENABLING' : 'DISABLING',
      ContributorInsightsMode: mode,
    };
    return durably(engine, JSON.stringify(output));
  },
};

export const listContributorInsights: Operation<ListInput> = {
  shape: field('ListContributorInsightsInput', {
    TableName: controlTableName,
    NextToken: string(),
    MaxResults: integer({ max: MAX_RESULTS }),
  }),

  perform(engine, { TableName, NextToken, MaxResults = MAX_RESULTS }) {
    const first = NextToken === undefined ? 0 : positionIn(NextToken);
    const all = definitionsToList(engine, TableName).flatMap((definition) =>
      (definition.contributorInsights ?? []).map(({ index, mode }) => ({
        ...subject(definition, index),
        ContributorInsightsStatus: 'ENABLED',
        ContributorInsightsMode: mode,
      })),
    );
    const end = first + (MaxResults > 0 ? MaxResults : MAX_RESULTS);
    return JSON.stringify({
      ContributorInsightsSummaries: all.slice(first, end),
      ...(all.length > end ? { NextToken: String(end) } : {}),
    });
  },
};

function definitionsToList(engine: Engine, tableName: string | undefined): TableDefinition[] {
  if (tableName !== undefined) return [controlledTable(engine, tableName).definition];
  const definitions = [...engine.catalog.all()].map(({ definition }) => definition);
  return definitions.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A token is the position of the next summary. */
function positionIn(token: string): number {
  if (!/^\d{1,9}$/.test(token))
    throw validationError('Invalid NextToken: use the NextToken of the last answer, unchanged.');
  return Number(token);
}

/** Throws ResourceNotFoundException when there is no such table, or no such global index. */
function definitionOf(
  engine: Engine,
  tableName: string,
  index: string | undefined,
): TableDefinition {
  const { definition } = controlledTable(engine, tableName);
  if (index !== undefined) globalIndex(definition, index);
  return definition;
}

const find = (
  { contributorInsights }: TableDefinition,
  name: string | undefined,
): ContributorInsights | undefined => contributorInsights?.find(({ index }) => index === name);

const subject = ({ name }: TableDefinition, index: string | undefined): object => ({
  TableName: name,
  ...(index === undefined ? {} : { IndexName: index }),
});
