import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { VerifyCounts } from '../../api/verify';
import { useLanguage, useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useVerify, type Verification } from './use-verify';
import { VerifyDifferences } from './verify-differences';

const SECOND_MS = 1_000;

/** Compares what the target holds with the table, and mends it when asked to. */
export function VerifyPanel({ name }: { name: string }) {
  const { fill } = useTexts();
  const [settle, setSettle] = useState('5');
  const [keepExtra, setKeepExtra] = useState(false);
  const { verification, start, stop } = useVerify(name);
  const isRunning = verification?.isRunning === true;
  const run = (repair: boolean): void =>
    void start({ repair, keepExtra, settleMs: Number(settle) * SECOND_MS });
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description={fill.verifyHint}
            actions={
              isRunning ? (
                <Button onClick={stop}>{fill.stop}</Button>
              ) : (
                <SpaceBetween direction="horizontal" size="xs">
                  <Button onClick={() => run(true)}>{fill.runRepair}</Button>
                  <Button onClick={() => run(false)}>{fill.run}</Button>
                </SpaceBetween>
              )
            }
          >
            {fill.verify}
          </Header>
        }
      >
        <SpaceBetween size="l">
          <ColumnLayout columns={2}>
            <FormField label={fill.settle}>
              <Input
                type="number"
                value={settle}
                disabled={isRunning}
                onChange={({ detail }) => setSettle(detail.value)}
              />
            </FormField>
            <Checkbox
              checked={keepExtra}
              disabled={isRunning}
              onChange={({ detail }) => setKeepExtra(detail.checked)}
            >
              {fill.keepExtra}
            </Checkbox>
          </ColumnLayout>
          {verification && <Outcome verification={verification} onRepair={() => run(true)} />}
        </SpaceBetween>
      </Container>
      {verification && verification.found > 0 && <VerifyDifferences verification={verification} />}
    </SpaceBetween>
  );
}

function Outcome({ verification, onRepair }: { verification: Verification; onRepair: () => void }) {
  const { language, texts } = useLanguage();
  const { fill } = texts;
  const { isRunning, isRepair, checked, about, counts, error, found } = verification;
  const number = new Intl.NumberFormat(language);
  if (error !== undefined) return <ErrorAlert error={error} />;
  if (counts === undefined)
    return isRunning ? (
      <ProgressBar
        label={fill.verifying}
        value={Math.min(100, Math.floor((checked / Math.max(about, 1)) * 100))}
        description={fill.checkedOf(number.format(checked), number.format(about))}
        additionalInfo={fill.differs(number.format(found))}
      />
    ) : (
      <Alert type="info">{fill.stopped}</Alert>
    );
  const left = found - counts.repaired;
  return (
    <SpaceBetween size="l">
      <Alert
        type={left === 0 ? 'success' : 'warning'}
        action={left > 0 && !isRepair && <Button onClick={onRepair}>{fill.repairNow}</Button>}
      >
        {found === 0
          ? fill.clean(number.format(counts.checked))
          : fill.differs(number.format(found))}
        {!counts.searched && <div>{fill.notSearched}</div>}
      </Alert>
      <Counts counts={counts} />
    </SpaceBetween>
  );
}

function Counts({ counts }: { counts: VerifyCounts }) {
  const { language, texts } = useLanguage();
  const number = new Intl.NumberFormat(language);
  const items = (['checked', 'missing', 'stale', 'extra', 'unknown', 'repaired'] as const).map(
    (count) => ({ label: texts.fill[count], value: number.format(counts[count]) }),
  );
  return <KeyValuePairs columns={4} items={items} />;
}
