import { I18nProvider, type I18nProviderProps } from '@cloudscape-design/components/i18n';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import type { Texts } from './texts';

export type Language = 'en' | 'ja';

const STORED = 'freshet.language';

interface Loaded {
  language: Language;
  texts: Texts;
  messages: I18nProviderProps.Messages;
}

/** Only the language that is shown is loaded: our texts, and those of the components. */
const LOADERS: Record<Language, () => Promise<Omit<Loaded, 'language'>>> = {
  en: async () => {
    const [own, components] = await Promise.all([
      import('./en'),
      import('@cloudscape-design/components/i18n/messages/all.en'),
    ]);
    return { texts: own.en, messages: components.default };
  },
  ja: async () => {
    const [own, components] = await Promise.all([
      import('./ja'),
      import('@cloudscape-design/components/i18n/messages/all.ja'),
    ]);
    return { texts: own.ja, messages: components.default };
  },
};

/** What the person chose here, else what the browser asks for. */
function initialLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === 'en' || stored === 'ja') return stored;
  return navigator.language.startsWith('ja') ? 'ja' : 'en';
}

interface LanguageValue {
  language: Language;
  texts: Texts;
  setLanguage: (language: Language) => void;
}

const LanguageContext = createContext<LanguageValue | undefined>(undefined);

/** Shows its children once the language's texts are there. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(initialLanguage);
  const [loaded, setLoaded] = useState<Loaded>();
  useEffect(() => {
    let isWanted = true;
    void LOADERS[language]().then((found) => {
      if (!isWanted) return;
      document.documentElement.lang = language;
      setLoaded({ language, ...found });
    });
    return () => {
      isWanted = false;
    };
  }, [language]);
  if (!loaded) return null;
  const choose = (chosen: Language): void => {
    localStorage.setItem(STORED, chosen);
    setLanguage(chosen);
  };
  return (
    <I18nProvider locale={loaded.language} messages={[loaded.messages]}>
      <LanguageContext value={{ ...loaded, setLanguage: choose }}>{children}</LanguageContext>
    </I18nProvider>
  );
}

export function useLanguage(): LanguageValue {
  const value = useContext(LanguageContext);
  if (!value) throw new Error('useLanguage needs a LanguageProvider above it.');
  return value;
}

/** The texts of the language that is shown. */
export function useTexts(): Texts {
  return useLanguage().texts;
}
