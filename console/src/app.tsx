import AppLayout from '@cloudscape-design/components/app-layout';
import Spinner from '@cloudscape-design/components/spinner';
import { Suspense, useEffect, useState } from 'react';
import { whenUnauthorized } from './api/http';
import { currentKeyPair, signOut } from './api/session';
import { useTexts } from './i18n/language';
import { Navigation } from './navigation';
import { pageOf } from './pages';
import { SignIn } from './pages/sign-in';
import { ErrorBoundary } from './parts/error-boundary';
import { NoticesBar, NoticesProvider } from './parts/notices';
import { useRoute } from './router';
import { TopBar } from './top-bar';

/** The frame of every page: the bar on top, the navigation beside, what is told above, the page. */
export function App() {
  const texts = useTexts();
  const route = useRoute();
  const [isSignedIn, setSignedIn] = useState(currentKeyPair() !== undefined);
  const [isOpen, setOpen] = useState(true);
  const leave = (): void => {
    signOut();
    setSignedIn(currentKeyPair() !== undefined);
  };
  useEffect(() => whenUnauthorized(leave), []);
  const Content = pageOf(route);
  return (
    <>
      <TopBar onSignOut={isSignedIn ? leave : undefined} />
      {isSignedIn ? (
        <NoticesProvider>
          <AppLayout
            headerSelector="#top-bar"
            toolsHide
            navigationOpen={isOpen}
            onNavigationChange={({ detail }) => setOpen(detail.open)}
            navigation={<Navigation route={route} />}
            ariaLabels={{ navigation: texts.shell.navigation }}
            notifications={<NoticesBar />}
            stickyNotifications
            content={
              <ErrorBoundary texts={texts} key={route.join('/')}>
                <Suspense fallback={<Spinner size="large" />}>
                  <Content route={route} />
                </Suspense>
              </ErrorBoundary>
            }
          />
        </NoticesProvider>
      ) : (
        <SignIn onDone={() => setSignedIn(true)} />
      )}
    </>
  );
}
