import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CacheClient } from '@gomomento/sdk';
import { cacheClient, keyCredentials, localCacheClient } from '../momento/sdk/clients.js';
import { freePort } from '../../tools/free-port.js';
import { API_KEY, runFreshet, startFreshet, temporaryFolder } from '../support/freshet.js';
import type { FreshetProcess } from '../support/freshet.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const COMMAND = join(ROOT, 'dist', 'cli', 'main.js');

interface Running {
  endpoint: string;
  grpcPort: number;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** A `freshet momento` in a process of its own. */
async function startMomento(args: string[], env: Record<string, string> = {}): Promise<Running> {
  const child = spawn(process.execPath, [COMMAND, 'momento', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ...env },
  });
  let output = '';
  const [endpoint, grpcPort] = await new Promise<[string, number]>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const match = /is ready at (http:\S+), its gRPC API at \S+:(\d+),/.exec(output);
      if (match) resolve([match[1]!, Number(match[2])]);
    });
    child.once('exit', () => reject(new Error(`it ended: ${output}`)));
  });
  return {
    endpoint,
    grpcPort,
    end: async (signal) => {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}

describe('freshet momento', () => {
  it("serves the SDK's local credentials and HTTP on one port, without a key", async () => {
    const momento = await startMomento(['--grpc-port', '0', '--create-cache', 'users']);
    const client = await localCacheClient(momento);
    try {
      assert.equal((await client.set('users', '001', 'v')).toString(), 'Success');
      const answer = await fetch(`${momento.endpoint}/cache/users?key=001`);
      assert.equal(await answer.text(), 'v');
    } finally {
      client.close();
      await momento.end('SIGTERM');
    }
  });

  it('serves HTTP on a port of its own when told to', async () => {
    const [httpPort, grpcPort] = [await freePort(), await freePort()];
    const ports = ['--http-port', String(httpPort), '--grpc-port', String(grpcPort)];
    const momento = await startMomento([...ports, '--create-cache', 'c']);
    try {
      assert.equal(momento.endpoint, `http://127.0.0.1:${httpPort}`);
      assert.equal(momento.grpcPort, grpcPort);
      assert.equal((await fetch(`${momento.endpoint}/cache/c?key=k`)).status, 404);
    } finally {
      await momento.end('SIGTERM');
    }
  });

  it('lets only the configured key in when there is one', async () => {
    const env = { FRESHET_MOMENTO_API_KEY: 'secret' };
    const momento = await startMomento(['--grpc-port', '0', '--create-cache', 'c'], env);
    const [without, with_] = [
      await localCacheClient(momento),
      await cacheClient(keyCredentials(momento, 'secret')),
    ];
    try {
      const refused = await without.get('c', 'k');
      assert.equal(
        (refused as never as { errorCode(): string }).errorCode(),
        'AUTHENTICATION_ERROR',
      );
      assert.equal((await with_.get('c', 'k')).type, 'Miss');
      const url = `${momento.endpoint}/cache/c?key=k`;
      assert.equal((await fetch(url)).status, 401);
    } finally {
      without.close();
      with_.close();
      await momento.end('SIGTERM');
    }
  });

  it('does not listen beyond loopback without a key', async () => {
    const { code, stderr } = await runFreshet(['momento', '--host', '0.0.0.0', '--grpc-port', '0']);
    assert.equal(code, 1);
    assert.match(stderr, /needs an API key.*FRESHET_MOMENTO_API_KEY/);
  });

  it('refuses pages of other sites where any key is let in', async () => {
    const momento = await startMomento(['--grpc-port', '0', '--create-cache', 'c']);
    try {
      const answer = await fetch(`${momento.endpoint}/cache/c?key=k`, {
        headers: { origin: 'https://evil.example' },
      });
      assert.equal(answer.status, 403);
    } finally {
      await momento.end('SIGTERM');
    }
  });

  it('answers as the hosted service throttles, when told to', async () => {
    const momento = await startMomento([
      '--grpc-port',
      '0',
      '--create-cache',
      'c',
      '--hosted-limits',
    ]);
    const client = await localCacheClient(momento);
    try {
      const answers = await Promise.all(
        Array.from({ length: 150 }, (_, i) => client.get('c', String(i))),
      );
      const refused = answers.filter(({ type }) => (type as string) === 'Error');
      assert.ok(refused.length >= 30 && refused.length <= 50, `${refused.length} refused`);
      const [first] = refused as unknown as { errorCode(): string; message(): string }[];
      assert.equal(first!.errorCode(), 'LIMIT_EXCEEDED_ERROR');
      assert.match(first!.message(), /operations/i);
    } finally {
      client.close();
      await momento.end('SIGTERM');
    }
  });

  it('has all acknowledged collections after kill -9', async () => {
    const data = temporaryFolder();
    const args = ['--grpc-port', '0', '--data', data, '--create-cache', 'c'];
    let momento = await startMomento(args);
    let client = await localCacheClient(momento);
    const answers = await Promise.all([
      client.listConcatenateBack('c', 'l', ['b', 'c', 'd']),
      client.dictionarySetFields('c', 'd', { a: '1', b: '2' }),
      client.setAddElements('c', 's', ['x', 'y']),
      client.sortedSetPutElements('c', 'z', { one: 1, two: 2 }),
      client.set('c', 'gone', 'v'),
    ]);
    assert.deepEqual(
      answers.map(({ type }) => type as string),
      Array.from(answers, () => 'Success'),
    );
    await client.listPushFront('c', 'l', 'a');
    await client.listPopBack('c', 'l');
    await client.dictionaryRemoveField('c', 'd', 'a');
    await client.sortedSetIncrementScore('c', 'z', 'one', 9);
    await client.setRemoveElement('c', 's', 'x');
    await client.listPushBack('c', 'gone-list', 'v');
    await client.delete('c', 'gone-list');
    await momento.end('SIGKILL');
    client.close();

    momento = await startMomento(args);
    client = await localCacheClient(momento);
    try {
      assert.equal((await client.listFetch('c', 'l')).toString(), 'Hit: [a,b,c]');
      assert.match((await client.dictionaryFetch('c', 'd')).toString(), /: b: 2$/);
      assert.equal((await client.setFetch('c', 's')).toString(), 'Hit: [y]');
      const scores = (await client.sortedSetFetchByRank('c', 'z')).toString();
      assert.match(scores, /two: 2, one: 10$/);
      assert.equal((await client.listFetch('c', 'gone-list')).type, 'Miss');
    } finally {
      client.close();
      await momento.end('SIGTERM');
    }
  });
});

describe('the caches of freshet start', () => {
  let server: FreshetProcess;
  let localPort: number;
  const clients: CacheClient[] = [];
  before(async () => {
    localPort = await freePort();
    server = await startFreshet({ args: ['--momento-local', String(localPort)] });
    await freshet('caches', 'create', 'c');
  });
  after(async () => {
    for (const client of clients) client.close();
    await server.stop();
  });

  const freshet = (...args: string[]): ReturnType<typeof runFreshet> =>
    runFreshet([...args, '--endpoint', server.endpoint]);

  async function clientWith(key: string): Promise<CacheClient> {
    const client = await cacheClient(keyCredentials({ grpcPort: server.port }, key));
    clients.push(client);
    return client;
  }

  it('are reached by the SDK on the port of everything else, with the key', async () => {
    const client = await clientWith(API_KEY);
    assert.equal((await client.set('c', 'k', 'v')).toString(), 'Success');
    assert.equal((await client.get('c', 'k')).toString(), 'Hit: v');
  });

  it("are reached where the SDK's local credentials look, without one", async () => {
    const client = await localCacheClient({ grpcPort: localPort });
    clients.push(client);
    assert.equal((await client.get('c', 'k')).toString(), 'Hit: v');
  });

  it('are reached with keys that were made, until they are revoked', async () => {
    const args = ['--role', 'readonly', '--cache', 'c', '--expires', '1h', '--description', 'app'];
    const made = await freshet('momento', 'create-key', ...args);
    assert.equal(made.code, 0, made.stderr);
    const id = /Key (\S+);/.exec(made.stderr)![1]!;
    const client = await clientWith(made.stdout.trim());
    assert.equal((await client.get('c', 'k')).toString(), 'Hit: v');
    const refused = await client.set('c', 'k', 'w');
    assert.equal((refused as never as { errorCode(): string }).errorCode(), 'PERMISSION_ERROR');

    const listed = (await freshet('momento', 'list-keys')).stdout;
    assert.match(
      listed,
      new RegExp(`${id} +app +readonly caches of c, readonly topics of c .*until`),
    );
    assert.equal(listed.includes(made.stdout.trim()), false);

    assert.equal((await freshet('momento', 'revoke-key', id)).code, 0);
    const revoked = await client.get('c', 'k');
    assert.equal((revoked as never as { errorCode(): string }).errorCode(), 'AUTHENTICATION_ERROR');
    assert.equal((await freshet('momento', 'revoke-key', 'unknown')).code, 1);
  });
});
