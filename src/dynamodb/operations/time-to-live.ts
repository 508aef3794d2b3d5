import { INVALID_PARAMETER, validationError } from '../errors.js';
import { expiryPrefix } from '../storage/keyspace.js';
import { refuse } from '../validation/constraints.js';
import { boolean, field, string } from '../validation/shape.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import { controlTableName } from './table-shapes.js';
import { changeableTable, checkTableName, controlledTable } from './table-name.js';

interface Input {
  TableName: string;
}

interface UpdateInput extends Input {
  TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean };
}

export const describeTimeToLive: Operation<Input> = {
  shape: field('DescribeTimeToLiveInput', { TableName: controlTableName }),
  checkFirst: checkTableName,

  perform(engine, { TableName }) {
    const { timeToLive } = controlledTable(engine, TableName).definition;
    return JSON.stringify({
      TimeToLiveDescription: timeToLive
        ? { TimeToLiveStatus: 'ENABLED', AttributeName: timeToLive.attribute }
        : { TimeToLiveStatus: 'DISABLED' },
    });
  },
};

export const updateTimeToLive: Operation<UpdateInput> = {
  shape: field('UpdateTimeToLiveInput', {
    TableName: controlTableName,
    TimeToLiveSpecification: field('TimeToLiveSpecification', {
      AttributeName: string({ required: true, max: 255 }),
      Enabled: boolean({ required: true }),
    }),
  }),
  checkFirst: checkTableName,

  perform(engine, { TableName, TimeToLiveSpecification }) {
    // It is missed only once the table's name is right, and an empty name has words of its own (recorded).
    if (!TimeToLiveSpecification)
      refuse([
        "Value null at 'timeToLiveSpecification' failed to satisfy constraint: Member must not be null",
      ]);
    const { AttributeName, Enabled } = TimeToLiveSpecification!;
    if (AttributeName === '')
      throw validationError('TimeToLiveSpecification.AttributeName must be non empty');
    const table = changeableTable(engine, TableName);
    const current = table.definition.timeToLive;
    if (Enabled && current)
      throw validationError(
        current.attribute === AttributeName
          ? 'TimeToLive is already enabled'
          : `TimeToLive is active on a different AttributeName: current AttributeName is ${current.attribute}`,
      );
    if (!Enabled && !current) throw validationError('TimeToLive is already disabled');
    if (!Enabled && current?.attribute !== AttributeName)
      throw validationError(
        `${INVALID_PARAMETER}TimeToLive is active on a different AttributeName: current AttributeName is ${current?.attribute ?? ''}`,
      );
    const definition = structuredClone(table.definition);
    if (Enabled) definition.timeToLive = { attribute: AttributeName, isFilled: false };
    else {
      delete definition.timeToLive;
      engine.catalog.purge(expiryPrefix(table.id));
    }
    engine.catalog.put(definition);
    engine.maintain();
    return durably(engine, JSON.stringify({ TimeToLiveSpecification }));
  },
};
