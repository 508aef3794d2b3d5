import { caches } from './ja/caches';
import { destinations } from './ja/destinations';
import { elements } from './ja/elements';
import { editor } from './ja/editor';
import { files } from './ja/files';
import { fill } from './ja/fill';
import { home } from './ja/home';
import { lint } from './ja/lint';
import { mend } from './ja/mend';
import { pipes } from './ja/pipes';
import { shell } from './ja/shell';
import { tables } from './ja/tables';
import { testRequest } from './ja/test-request';
import { topics } from './ja/topics';
import { trace } from './ja/trace';
import { webhooks } from './ja/webhooks';
import type { Texts } from './texts';

export const ja: Texts = {
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
