import { shell } from './ja/shell';
import { tables } from './ja/tables';
import type { Texts } from './texts';

export const ja: Texts = { shell, tables };
