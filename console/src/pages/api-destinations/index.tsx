import type { PageProperties } from '..';
import { describeApiDestination } from '../../api/events';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { DestinationForm } from './destination-form';
import { DestinationList } from './destination-list';

/** `api-destinations`, `api-destinations/create`, `api-destinations/edit/{name}`. */
export default function ApiDestinations({ route }: PageProperties) {
  const [, action, name] = route;
  if (action === 'create') return <DestinationForm />;
  if (action === 'edit' && name !== undefined) return <EditDestination name={name} />;
  return <DestinationList />;
}

function EditDestination({ name }: { name: string }) {
  const loaded = useLoaded(name, () => describeApiDestination(name));
  if (loaded.value) return <DestinationForm before={loaded.value} />;
  return <ErrorAlert error={loaded.error} onRetry={loaded.reload} />;
}
