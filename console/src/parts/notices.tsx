import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/language';
import { wordsOf } from './error-alert';

interface Notices {
  done: (text: string) => void;
  failed: (error: unknown) => void;
}

const NoticesContext = createContext<{ notices: Notices; bar: ReactNode } | undefined>(undefined);

/** More than these are a wall of text: the oldest goes. */
const MAX_SHOWN = 4;

export function NoticesProvider({ children }: { children: ReactNode }) {
  const texts = useTexts();
  const [items, setItems] = useState<FlashbarProps.MessageDefinition[]>([]);
  const show = useCallback(
    (item: FlashbarProps.MessageDefinition) => {
      const id = crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36);
      const dismiss = (): void => setItems((all) => all.filter((one) => one.id !== id));
      const shown = {
        ...item,
        id,
        dismissible: true,
        dismissLabel: texts.shell.dismiss,
        onDismiss: dismiss,
      };
      setItems((all) => [shown, ...all].slice(0, MAX_SHOWN));
    },
    [texts],
  );
  const value = useMemo(
    () => ({
      notices: {
        done: (text: string) => show({ type: 'success', content: text }),
        failed: (error: unknown) => {
          const { title, message } = wordsOf(error, texts);
          show({ type: 'error', header: title, content: message });
        },
      },
      bar: <Flashbar items={items} />,
    }),
    [items, show, texts],
  );
  return <NoticesContext value={value}>{children}</NoticesContext>;
}

function useContextValue() {
  const value = useContext(NoticesContext);
  if (!value) throw new Error('useNotices needs a NoticesProvider above it.');
  return value;
}

/** Tells what was done, or why not, at the top of the page. */
export function useNotices(): Notices {
  return useContextValue().notices;
}

export function NoticesBar() {
  return useContextValue().bar;
}
