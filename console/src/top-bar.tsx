import TopNavigation, {
  type TopNavigationProps,
} from '@cloudscape-design/components/top-navigation';
import { needsSignIn } from './api/session';
import { useLanguage, type Language } from './i18n/language';
import { href } from './router';
import { useTheme, type Theme } from './theme';

/** Each in its own language: whoever looks for it reads it. */
const LANGUAGES: Record<Language, string> = { en: 'English', ja: '日本語' };

/** The product's name, language and theme, and the way out. */
export function TopBar({ onSignOut }: { onSignOut: (() => void) | undefined }) {
  const { language, texts, setLanguage } = useLanguage();
  const [theme, setTheme] = useTheme();
  const { shell } = texts;
  const utilities: TopNavigationProps.Utility[] = [
    {
      type: 'menu-dropdown',
      iconName: 'globe',
      text: LANGUAGES[language],
      ariaLabel: `${shell.language}: ${LANGUAGES[language]}`,
      items: Object.entries(LANGUAGES).map(([id, text]) => ({ id, text, lang: id })),
      onItemClick: ({ detail }) => setLanguage(detail.id as Language),
    },
    {
      type: 'menu-dropdown',
      text: shell[theme],
      ariaLabel: `${shell.theme}: ${shell[theme]}`,
      items: [
        { id: 'light', text: shell.light },
        { id: 'dark', text: shell.dark },
      ],
      onItemClick: ({ detail }) => setTheme(detail.id as Theme),
    },
  ];
  if (onSignOut && needsSignIn())
    utilities.push({ type: 'button', text: shell.signOut, onClick: onSignOut });
  return (
    <header id="top-bar">
      <TopNavigation
        identity={{
          href: href(),
          title: shell.product,
          logo: { src: './favicon.svg', alt: '' },
        }}
        utilities={utilities}
      />
    </header>
  );
}
