import type { PageProperties } from '..';
import { CreateTable } from './create-table';
import { TableList } from './table-list';
import { TablePage } from './table-page';

/** `tables`, `tables/create`, `tables/table/{name}`. */
export default function Tables({ route }: PageProperties) {
  const [, action, name] = route;
  if (action === 'create') return <CreateTable />;
  if (action === 'table' && name !== undefined) return <TablePage name={name} key={name} />;
  return <TableList />;
}
