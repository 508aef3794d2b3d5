import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef } from 'react';
import { useTexts } from '../i18n/language';

/** A secret to be copied. The keys are put on it: what asked for it is gone by then. */
export function ShownSecret({ secret }: { secret: string }) {
  const { shell } = useTexts();
  const place = useRef<HTMLPreElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <SpaceBetween size="xs">
      <pre className="value mono" tabIndex={0} ref={place} data-testid="secret">
        {secret}
      </pre>
      <CopyToClipboard
        textToCopy={secret}
        copyButtonText={shell.copy}
        copySuccessText={shell.copied}
        copyErrorText={shell.copyFailed}
      />
    </SpaceBetween>
  );
}
