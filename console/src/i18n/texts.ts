import type { en } from './en';

/** All texts of the console: each language has the same keys. */
export type Texts = typeof en;
