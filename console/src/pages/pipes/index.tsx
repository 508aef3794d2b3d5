import Spinner from '@cloudscape-design/components/spinner';
import type { PageProperties } from '..';
import { showExtensions } from '../../api/freshet';
import { describePipe } from '../../api/pipes';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { PipeForm } from './pipe-form';
import { PipeList } from './pipe-list';
import { PipePage } from './pipe-page';

/** `pipes`, `pipes/create`, `pipes/edit/{name}`, `pipes/duplicate/{name}`, `pipes/pipe/{name}`. */
export default function Pipes({ route }: PageProperties) {
  const [, action, name] = route;
  if (action === 'create') return <PipeForm isNew />;
  if (action === 'pipe' && name !== undefined) return <PipePage name={name} />;
  if ((action === 'edit' || action === 'duplicate') && name !== undefined)
    return <FormOf name={name} isNew={action === 'duplicate'} />;
  return <PipeList />;
}

function FormOf({ name, isNew }: { name: string; isNew: boolean }) {
  const loaded = useLoaded(name, async () => {
    const [before, { InputTemplates: templates = {} }] = await Promise.all([
      describePipe(name),
      showExtensions(name),
    ]);
    return { before, templates };
  });
  if (loaded.value) return <PipeForm key={name} {...loaded.value} isNew={isNew} />;
  if (loaded.error === undefined) return <Spinner size="large" />;
  return <ErrorAlert error={loaded.error} onRetry={loaded.reload} />;
}
