import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useLanguage } from '../../i18n/language';
import { plainText } from '../tables/item-json';
import { MAX_DIFFERENCES, type Verification } from './use-verify';

/** What differs, as far as it is shown. */
export function VerifyDifferences({ verification }: { verification: Verification }) {
  const { language, texts } = useLanguage();
  const { fill } = texts;
  const { shown, found } = verification;
  const number = new Intl.NumberFormat(language);
  return (
    <Table
      items={shown}
      wrapLines
      ariaLabels={{ tableLabel: fill.differences }}
      header={
        <Header
          variant="h2"
          counter={`(${number.format(found)})`}
          {...(found > MAX_DIFFERENCES && {
            description: fill.shownOf(number.format(MAX_DIFFERENCES), number.format(found)),
          })}
        >
          {fill.differences}
        </Header>
      }
      empty={fill.noDifferences}
      columnDefinitions={[
        {
          id: 'kind',
          header: fill.kind,
          width: 150,
          cell: (one) => (
            <StatusIndicator
              type={one.type === 'unknown' ? 'info' : one.repaired === true ? 'success' : 'warning'}
            >
              {fill[one.type === 'unknown' ? 'unknown' : one.kind]}
              {one.type === 'difference' && one.repaired === true && ` (${fill.repaired})`}
            </StatusIndicator>
          ),
        },
        {
          id: 'keys',
          header: fill.keys,
          isRowHeader: true,
          cell: (one) => (
            <span className="mono">
              {one.keys ? plainText(one.keys) : one.type === 'difference' ? one.url : '-'}
            </span>
          ),
        },
        {
          id: 'expected',
          header: fill.expected,
          cell: (one) => (
            <span className="mono">
              {(one.type === 'difference' ? one.expected : undefined) ?? '-'}
            </span>
          ),
        },
        {
          id: 'actual',
          header: fill.actual,
          cell: (one) =>
            one.type === 'unknown' ? one.reason : <span className="mono">{one.actual ?? '-'}</span>,
        },
      ]}
    />
  );
}
