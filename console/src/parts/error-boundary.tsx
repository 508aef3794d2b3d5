import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';
import type { Texts } from '../i18n/texts';

interface Properties {
  texts: Texts;
  children: ReactNode;
}

/** Keeps the navigation when a page fails, and says what failed. */
export class ErrorBoundary extends Component<Properties, { error: Error | undefined }> {
  override state: { error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { texts, children } = this.props;
    const { error } = this.state;
    if (error === undefined) return children;
    return (
      <Alert
        type="error"
        header={texts.shell.crashTitle}
        action={<Button onClick={() => location.reload()}>{texts.shell.reload}</Button>}
      >
        {texts.shell.crashHint} {error.message}
      </Alert>
    );
  }
}
