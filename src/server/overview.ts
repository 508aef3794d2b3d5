import type { DynamoDb } from '../dynamodb/index.js';
import type { State } from '../state/index.js';
import { endpointOf } from './operations.js';

/** What is set up, in short. */
export interface Overview {
  tables: { name: string; stream: string | undefined }[];
  pipes: { name: string; route: string; state: string }[];
  caches: { name: string }[];
}

interface TableOutput {
  Table: { StreamSpecification?: { StreamViewType: string } };
}

/** Looks all tables, pipes and caches up. */
export async function overviewOf(db: DynamoDb, state: State): Promise<Overview> {
  const { TableNames } = (await db.listTables({})) as { TableNames: string[] };
  const tables = await Promise.all(
    TableNames.map(async (name) => {
      const { Table } = (await db.describeTable({ TableName: name })) as unknown as TableOutput;
      return { name, stream: Table.StreamSpecification?.StreamViewType };
    }),
  );
  const pipes = await Promise.all(
    (await state.pipes.list()).map(async (pipe) => ({
      name: pipe.name,
      route: `${tableOf(pipe.source)} → ${(await endpointOf(state, pipe.target)) ?? 'a destination that is gone'}`,
      state: pipe.currentState,
    })),
  );
  const caches = (await state.caches.list()).map(({ name }) => ({ name }));
  return { tables, pipes, caches };
}

/** Table name out of a stream's ARN. */
function tableOf(streamArn: string): string {
  return /:table\/([^/]+)\/stream\//.exec(streamArn)?.[1] ?? streamArn;
}
