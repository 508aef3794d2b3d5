import { AwsError } from '../../lib/aws-error.js';
import type { Engine } from '../engine.js';
import { resourceNotFound, validationError } from '../errors.js';
import { checkTagCount, parseTags } from '../tables/tags.js';
import type { Table } from '../tables/table.js';
import { field, list, string } from '../validation/shape.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import { checkArn, resourceArn, resourceMissing, tableOfArn } from './resource-arn.js';
import { tag } from './table-shapes.js';

interface Input {
  ResourceArn: string;
}

export const listTagsOfResource: Operation<Input & { NextToken?: string }> = {
  shape: field('ListTagsOfResourceInput', { ResourceArn: resourceArn, NextToken: string() }),
  checkFirst: checkArn,

  perform(engine, { ResourceArn }) {
    const table = tableOfArn(engine, ResourceArn);
    if (!table)
      throw new AwsError(
        'AccessDeniedException',
        `User: arn:aws:iam::${engine.scope.accountId}:root is not authorized to perform: dynamodb:ListTagsOfResource on resource: ${ResourceArn}`,
      );
    const tags = Object.entries(table.definition.tags).map(([Key, Value]) => ({ Key, Value }));
    return JSON.stringify({ Tags: tags });
  },
};

export const tagResource: Operation<Input & { Tags: { Key: string; Value: string }[] }> = {
  shape: field('TagResourceInput', {
    ResourceArn: resourceArn,
    Tags: list(tag, { required: true }),
  }),
  checkFirst: checkArn,

  perform(engine, { ResourceArn, Tags }) {
    const table = tableOfArn(engine, ResourceArn);
    const added = parseTags(Tags);
    if (Tags.length === 0) throw validationError('Atleast one Tag needs to be provided as Input.');
    if (!table) throw resourceMissing(ResourceArn);
    const tags = { ...table.definition.tags, ...added };
    checkTagCount(Object.keys(tags).length);
    return store(engine, table, tags);
  },
};

export const untagResource: Operation<Input & { TagKeys: string[] }> = {
  shape: field('UntagResourceInput', {
    ResourceArn: resourceArn,
    TagKeys: list(string({ min: 1, max: 128 }), { required: true }),
  }),
  checkFirst: checkArn,

  perform(engine, { ResourceArn, TagKeys }) {
    const table = tableOfArn(engine, ResourceArn);
    if (TagKeys.length === 0)
      throw validationError('Atleast one Tag Key needs to be provided as Input.');
    if (!table) throw resourceNotFound('Requested resource not found'); // recorded, unlike TagResource's
    const entries = Object.entries(table.definition.tags);
    return store(
      engine,
      table,
      Object.fromEntries(entries.filter(([key]) => !TagKeys.includes(key))),
    );
  },
};

function store(engine: Engine, table: Table, tags: Record<string, string>): Promise<string> {
  engine.catalog.put({ ...table.definition, tags });
  return durably(engine, ''); // no body, as recorded
}
