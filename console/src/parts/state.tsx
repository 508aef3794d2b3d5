import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import { useTexts } from '../i18n/language';

const TYPES: Record<string, StatusIndicatorProps.Type> = {
  ACTIVE: 'success',
  AUTHORIZED: 'success',
  RUNNING: 'success',
  ENABLED: 'success',
  STOPPED: 'stopped',
  DISABLED: 'stopped',
  INACTIVE: 'stopped',
  DEAUTHORIZED: 'error',
};

/** A state in AWS's words, in the person's language. */
export function State({ state }: { state: string }) {
  const { shell } = useTexts();
  const type = TYPES[state] ?? (state.endsWith('FAILED') ? 'error' : 'in-progress');
  return (
    <span className="unbroken">
      <StatusIndicator type={type}>{shell.state[state] ?? state}</StatusIndicator>
    </span>
  );
}
