import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isExpired, judge, retryLimits } from '../../src/pipes/retry.js';

interface Row {
  name: string;
  outcome: 'delivered' | 'retry' | 'rejected';
  tries: number;
  random?: number;
  retryAfterMs?: number;
  retryAttempts?: number;
  verdict: string;
  waitMs?: number;
  firm?: boolean;
}

const rows = JSON.parse(
  readFileSync(new URL('../vectors/pipes/retries.json', import.meta.url), 'utf8'),
) as Row[];

describe('after an attempt', () => {
  for (const row of rows)
    it(row.name, () => {
      const limits = { retryAttempts: row.retryAttempts ?? Infinity, recordAgeMs: Infinity };
      const { outcome, retryAfterMs } = row;
      const verdict = judge(limits, { outcome, retryAfterMs }, row.tries, row.random ?? 0.5);
      assert.equal(verdict.action, row.verdict);
      if (verdict.action === 'give up') assert.equal(verdict.condition, 'RetryAttemptsExhausted');
      if (verdict.action !== 'retry') return;
      assert.equal(verdict.waitMs, row.waitMs);
      assert.equal(verdict.firm, row.firm ?? false);
    });
});

describe('the limits of a source', () => {
  const limitsOf = (parameters: object): unknown =>
    retryLimits({ DynamoDBStreamParameters: { StartingPosition: 'LATEST', ...parameters } });

  it('are none when they are absent or -1', () => {
    const none = { retryAttempts: Infinity, recordAgeMs: Infinity };
    assert.deepEqual(limitsOf({}), none);
    assert.deepEqual(limitsOf({ MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: -1 }), none);
  });

  it('are retries and seconds', () => {
    assert.deepEqual(limitsOf({ MaximumRetryAttempts: 0, MaximumRecordAgeInSeconds: 60 }), {
      retryAttempts: 0,
      recordAgeMs: 60_000,
    });
  });

  it('let a record expire when it is older than its greatest age', () => {
    const limits = { retryAttempts: Infinity, recordAgeMs: 1_000 };
    assert.equal(isExpired(limits, 5_000, 6_000), false);
    assert.equal(isExpired(limits, 5_000, 6_001), true);
  });
});
