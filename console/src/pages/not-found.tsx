import Alert from '@cloudscape-design/components/alert';
import Link from '@cloudscape-design/components/link';
import { useTexts } from '../i18n/language';
import { Page } from '../parts/page';
import { href } from '../router';

export default function NotFound() {
  const { shell } = useTexts();
  return (
    <Page title={shell.notFoundTitle}>
      <Alert type="info" action={<Link href={href()}>{shell.home}</Link>}>
        {shell.notFoundHint}
      </Alert>
    </Page>
  );
}
