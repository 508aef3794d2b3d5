import { caches } from './en/caches';
import { destinations } from './en/destinations';
import { files } from './en/files';
import { fill } from './en/fill';
import { home } from './en/home';
import { pipes } from './en/pipes';
import { shell } from './en/shell';
import { tables } from './en/tables';
import { trace } from './en/trace';

export const en = { caches, destinations, files, fill, home, pipes, shell, tables, trace };
