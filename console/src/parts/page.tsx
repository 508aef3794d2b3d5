import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useLayoutEffect, type ReactNode } from 'react';
import { useTexts } from '../i18n/language';
import { href, wasNavigated } from '../router';
import { focusWhenLost } from './focus';

/** A page's title, where it lies, and what can be done there. */
export function Page(properties: {
  title: string;
  description?: ReactNode;
  /** The pages above it: text and route. */
  trail?: { text: string; route: string[] }[];
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { title, description, trail = [], actions, children } = properties;
  const { shell } = useTexts();
  useEffect(() => {
    document.title = `${title} · Freshet`;
  }, [title]);
  // The link that led here may be gone with its page; what is still loaded hides the page for a while, too.
  // Of a page that was just loaded the browser's own place is best.
  useLayoutEffect(() => (wasNavigated() ? focusWhenLost() : undefined), []);
  const crumbs = [
    { text: shell.product, href: href() },
    ...trail.map(({ text, route }) => ({ text, href: href(...route) })),
    { text: title, href: location.hash || href() },
  ];
  return (
    <ContentLayout
      breadcrumbs={<BreadcrumbGroup items={crumbs} ariaLabel={shell.breadcrumbs} />}
      header={
        <Header variant="h1" description={description} actions={actions}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">{children}</SpaceBetween>
    </ContentLayout>
  );
}
