import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Harness, pipeResource, until } from './harness.js';

async function reasonIn(harness: Harness): Promise<string | undefined> {
  return (await harness.state.pipes.get('users'))?.stateReason;
}

/** Each test waits for the pipe's look at its own health, once a second: so they wait together. */
describe('the status of a pipe', { concurrency: true }, () => {
  const withHarness = (test: (harness: Harness) => Promise<void>) => async (): Promise<void> => {
    const harness = new Harness();
    try {
      await test(harness);
    } finally {
      await harness.supervisor.close();
    }
  };

  it(
    'counts, measures the delay, and knows when all is done',
    withHarness(async (harness) => {
      await harness.run();
      assert.equal(harness.supervisor.status('users')!.idle, true);
      harness.stream.write('a', 1, { writtenAt: Date.now() - 1_000 });
      assert.equal(harness.supervisor.status('users')!.idle, false);
      await harness.idle();
      const status = harness.supervisor.status('users')!;
      assert.deepEqual(
        [status.read, status.delivered, status.inFlight, status.waiting],
        [1, 1, 0, 0],
      );
      assert.ok(status.delay.p50 >= 1_000 && status.delay.p99 <= status.delay.max);
      assert.equal(status.lastDelivery!.eventID, 'e1001');
      assert.equal(status.oldestUndeliveredMs, undefined);
    }),
  );

  it(
    'says what of the definition has no effect, in the status and once in the log',
    withHarness(async (harness) => {
      const logConfiguration = { Level: 'INFO', S3LogDestination: { BucketName: 'b' } };
      await harness.run(pipeResource({ logConfiguration }));
      const { warnings } = harness.supervisor.status('users')!;
      const note =
        'LogConfiguration: S3LogDestination cannot be written to from here; the log is in the log group /aws/vendedlogs/pipes/users of this server.';
      assert.deepEqual(warnings, [note]);
      assert.equal(harness.logLines.filter((line) => line.includes(note)).length, 1);
    }),
  );

  it(
    'shows a persisting failure, also in the state reason, until deliveries succeed',
    withHarness(async (harness) => {
      harness.target.script = () => 401;
      await harness.run();
      for (const item of ['a', 'b', 'c']) harness.stream.write(item, 1, { writtenAt: 1 });
      await until(
        async () => /^Deliveries fail/.test((await reasonIn(harness))!),
        'the failure is told',
      );
      assert.equal(
        await reasonIn(harness),
        'Deliveries fail: The target answered 401; 3 records wait',
      );
      const status = harness.supervisor.status('users')!;
      assert.equal(status.idle, false);
      assert.equal(status.lastFailure!.reason, 'The target answered 401.');
      assert.ok(status.lastFailure!.attempt >= 1);
      assert.ok(Object.hasOwn(status.lastFailure!.keys, 'pk'));
      assert.ok(status.oldestUndeliveredMs! > 1_000);
      harness.target.script = () => 200;
      await until(
        async () => (await reasonIn(harness)) === 'USER_INITIATED',
        'the failure is over',
      );
      assert.equal(harness.logLines.filter((line) => line.includes('of a pipe fail')).length, 1);
      assert.equal(harness.logLines.filter((line) => line.includes('succeed again')).length, 1);
    }),
  );

  it(
    'shows dead letters as a failure until a record is delivered',
    withHarness(async (harness) => {
      harness.target.script = () => 403;
      await harness.run();
      harness.stream.write('a', 1);
      await until(
        async () => /kept as a dead letter/.test((await reasonIn(harness))!),
        'the loss is told',
      );
      harness.target.script = () => 200;
      harness.stream.write('a', 2);
      await until(
        async () => (await reasonIn(harness)) === 'USER_INITIATED',
        'the failure is over',
      );
    }),
  );

  it(
    'warns of a template path that no record has',
    withHarness(async (harness) => {
      await harness.run(
        pipeResource({ targetParameters: { InputTemplate: '<$.dynamodb.NewImage.vv.S>' } }),
      );
      for (let n = 0; n < 128; n += 1) harness.stream.write('a', n);
      await until(() => harness.supervisor.status('users')!.warnings.length > 0, 'it is found');
      const [warning] = harness.supervisor.status('users')!.warnings;
      assert.equal(
        warning,
        '`$.dynamodb.NewImage.vv.S` was in 0 of 128 records; did you mean `v`?',
      );
      assert.equal(harness.logLines.filter((line) => line.includes('was in 0 of')).length, 1);
      await until(
        async () =>
          (await reasonIn(harness)) ===
          'Running with a warning: `$.dynamodb.NewImage.vv.S` was in 0 of 128 records; did you mean `v`?',
        'the description tells it',
      );
      // Past the first 128 only one record in 64 is looked at.
      for (let n = 0; n < 64; n += 1)
        harness.stream.write('a', 128 + n, { more: { vv: { S: 'there' } } });
      await until(
        async () => (await reasonIn(harness)) === 'USER_INITIATED',
        'a path that came is no longer warned of',
      );
      assert.deepEqual(harness.supervisor.status('users')!.warnings, []);
    }),
  );
});
