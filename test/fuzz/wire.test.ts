import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Log } from '../../src/lib/log.js';
import { startDynamoDb, type RunningDynamoDb } from '../../src/server/dynamodb.js';
import { pick, randomOf } from '../support/random.js';
import { Wire, type WireAnswer } from '../support/wire.js';
import { mutated, spoiltBytes } from './mutations.js';
import { REQUESTS, TABLE } from './requests.js';

/** FRESHET_FUZZ_SECONDS for a longer run, FRESHET_SEED for another one. */
const SECONDS = Number(process.env['FRESHET_FUZZ_SECONDS'] ?? 8);
const SEED = Number(process.env['FRESHET_SEED'] ?? 1);
const HANG_MS = 10_000;

describe(`the wire, fuzzed (seed ${SEED})`, () => {
  const faults: string[] = [];
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message, fields) =>
      void faults.push(
        `${message} ${JSON.stringify(fields)} ${String((fields as { error?: Error } | undefined)?.error?.stack)}`,
      ),
  };
  let running: RunningDynamoDb;
  let wire: Wire;

  before(async () => {
    running = await startDynamoDb({ log });
    wire = new Wire(running.endpoint, {
      connections: 8,
      bodyTimeout: HANG_MS,
      headersTimeout: HANG_MS,
    });
    await wire.call('CreateTable', TABLE);
  });
  after(async () => {
    await wire.close();
    await running.close();
  });

  /** What every answer must be, whatever was asked. */
  function judge({ status, text }: WireAnswer, asked: string): void {
    assert.deepEqual(faults, [], asked);
    assert.ok(status < 500, `${status} ${text}\n${asked}`);
    if (status !== 400) return;
    const { __type } = JSON.parse(text) as { __type?: unknown };
    assert.equal(typeof __type, 'string', `${text}\n${asked}`);
  }

  it('answers every spoilt request with an error of its own form, and never fails', async (t) => {
    const random = randomOf(SEED);
    const until = performance.now() + SECONDS * 1000;
    const statuses = new Map<number, number>();
    const worker = async (): Promise<void> => {
      while (performance.now() < until) {
        const [operation, input] = pick(random, REQUESTS);
        const json = JSON.stringify(mutated(random, input));
        const body = random() < 0.1 ? spoiltBytes(random, json) : Buffer.from(json);
        const asked = `${operation} ${body.toString('utf8', 0, 2000)}`;
        const answer = await wire.post(operation, body);
        judge(answer, asked);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    t.diagnostic(JSON.stringify(Object.fromEntries(statuses)));
    assert.ok((statuses.get(400) ?? 0) > 100);
  });

  it('stands odd headers, targets and encodings', async () => {
    const body = Buffer.from(JSON.stringify({ TableName: TABLE.TableName }));
    const odd: Record<string, string>[] = [
      { 'x-amz-target': '' },
      { 'x-amz-target': '.' },
      { 'x-amz-target': 'DynamoDB_20120810' },
      { 'x-amz-target': 'DynamoDB_20120810.__proto__' },
      { 'x-amz-target': 'DynamoDB_20120810.constructor' },
      { 'x-amz-target': `DynamoDB_20120810.${'x'.repeat(10_000)}` },
      { authorization: '' },
      { authorization: 'AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=' },
      { authorization: 'Basic abc' },
      { 'content-type': 'text/plain' },
    ];
    for (const headers of odd) {
      const answer = await wire.post('DescribeTable', body, headers);
      assert.ok(answer.status < 500, JSON.stringify(headers));
    }
    for (const encoding of ['gzip', 'br']) {
      const answer = await wire.post('DescribeTable', body, { 'content-encoding': encoding });
      assert.match(answer.text, /InternalServerError/); // as the service answers it
    }
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    const answer = await wire.post('DescribeTable', bomb, { 'content-encoding': 'gzip' });
    assert.ok(answer.status < 500, answer.text);
    assert.deepEqual(faults, []);
  });

  it('stands connections that send nonsense, break off or promise more than they send', async () => {
    const head = (length: number): string =>
      `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Length: ${String(length)}\r\n\r\n`;
    const nonsense = [
      'hello\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      `${head(100)}{}`,
      `${head(2)}{}{}{}`,
      `${head(-1)}{}`,
      'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      `GET /${'x'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
    ];
    for (const text of nonsense) {
      const socket = connect(running.port, '127.0.0.1');
      socket.on('error', () => undefined); // that it is cut off is one of the right answers
      await once(socket, 'connect');
      socket.write(text);
      await new Promise((resolve) => setImmediate(resolve));
      socket.destroy();
    }
    judge(await wire.post('ListTables', Buffer.from('{}')), 'afterwards');
  });
});
