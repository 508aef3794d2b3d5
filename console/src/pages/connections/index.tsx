import type { PageProperties } from '..';
import { describeConnection } from '../../api/events';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { ConnectionForm } from './connection-form';
import { ConnectionList } from './connection-list';

/** `connections`, `connections/create`, `connections/edit/{name}`. */
export default function Connections({ route }: PageProperties) {
  const [, action, name] = route;
  if (action === 'create') return <ConnectionForm />;
  if (action === 'edit' && name !== undefined) return <EditConnection name={name} />;
  return <ConnectionList />;
}

function EditConnection({ name }: { name: string }) {
  const loaded = useLoaded(name, () => describeConnection(name));
  if (loaded.value) return <ConnectionForm before={loaded.value} />;
  return <ErrorAlert error={loaded.error} onRetry={loaded.reload} />;
}
