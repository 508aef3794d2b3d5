import SideNavigation from '@cloudscape-design/components/side-navigation';
import { useTexts } from './i18n/language';
import { href } from './router';

/** The way to every page, in the order in which a change travels. */
export function Navigation({ route }: { route: string[] }) {
  const { shell } = useTexts();
  const link = (text: string, ...segments: string[]) => ({
    type: 'link' as const,
    text,
    href: href(...segments),
  });
  return (
    <SideNavigation
      activeHref={href(...route.slice(0, 1))}
      header={{ text: shell.product, href: href() }}
      items={[
        link(shell.home),
        { type: 'divider' },
        { type: 'section-group', title: shell.groupSources, items: [link(shell.tables, 'tables')] },
        {
          type: 'section-group',
          title: shell.groupEvents,
          items: [
            link(shell.pipes, 'pipes'),
            link(shell.connections, 'connections'),
            link(shell.apiDestinations, 'api-destinations'),
          ],
        },
        { type: 'section-group', title: shell.groupCaches, items: [link(shell.caches, 'caches')] },
      ]}
    />
  );
}
