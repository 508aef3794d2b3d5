import { caches } from './en/caches';
import { destinations } from './en/destinations';
import { elements } from './en/elements';
import { editor } from './en/editor';
import { files } from './en/files';
import { fill } from './en/fill';
import { home } from './en/home';
import { lint } from './en/lint';
import { mend } from './en/mend';
import { pipes } from './en/pipes';
import { shell } from './en/shell';
import { tables } from './en/tables';
import { testRequest } from './en/test-request';
import { topics } from './en/topics';
import { trace } from './en/trace';
import { webhooks } from './en/webhooks';

export const en = {
  caches,
  destinations,
  elements,
  editor,
  files,
  fill,
  home,
  lint,
  mend,
  pipes,
  shell,
  tables,
  testRequest,
  topics,
  trace,
  webhooks,
};
