import { shell } from './en/shell';
import { tables } from './en/tables';

export const en = { shell, tables };
