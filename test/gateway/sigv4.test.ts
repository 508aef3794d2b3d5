import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsError } from '../../src/lib/aws-error.js';
import type { SignableRequest } from '../../src/gateway/authorization.js';
import { SignatureVerifier, sign } from '../../src/gateway/sigv4.js';

const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const NOW = Date.parse('2026-01-02T03:04:05Z');

/** The hash constructor that AWS's own signer takes. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Buffer);
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {
    throw new Error('not used by the signer');
  }
}

interface Case {
  name: string;
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  body: string;
}

const CASES: Case[] = [
  { name: 'a JSON operation', method: 'POST', path: '/', query: {}, body: '{"TableName":"user"}' },
  {
    name: 'an ARN in the path',
    method: 'GET',
    path: '/tags/arn%3Aaws%3Apipes%3Aus-east-1%3A000000000000%3Apipe%2Fp',
    query: {},
    body: '',
  },
  {
    name: 'query parameters',
    method: 'GET',
    path: '/v1/pipes',
    query: { NamePrefix: 'a b+c', Limit: '10', tagKeys: ['x', 'a'] },
    body: '',
  },
  {
    name: 'a body that is not ASCII',
    method: 'POST',
    path: '/',
    query: {},
    body: '{"name":"田中一郎"}',
  },
];

describe('Signature Version 4', () => {
  for (const { name, ...request } of CASES) {
    it(`accepts what AWS's own signer signs: ${name}`, async () => {
      new SignatureVerifier(CREDENTIALS).verify(await signedByAws(request), NOW);
    });
  }

  it('accepts what our own command signs', () => {
    const request = {
      method: 'POST',
      target: '/_freshet/caches?a=1',
      headers: { host: 'h:1', 'x-amz-security-token': 'of a session' },
      body: Buffer.from('{}'),
    };
    const headers = {
      ...request.headers,
      ...sign(request, CREDENTIALS, { region: 'us-east-1', service: 'freshet' }, NOW),
    };
    new SignatureVerifier(CREDENTIALS).verify({ ...request, headers }, NOW);
    assert.match(headers.authorization, /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
  });

  const refusals: [string, string, (request: SignableRequest) => SignableRequest, number?][] = [
    [
      'an altered body',
      'InvalidSignatureException',
      (r) => ({ ...r, body: Buffer.from('{"TableName":"other"}') }),
    ],
    ['an altered path', 'InvalidSignatureException', (r) => ({ ...r, target: '/other' })],
    ['another method', 'InvalidSignatureException', (r) => ({ ...r, method: 'PUT' })],
    [
      'an altered signed header',
      'InvalidSignatureException',
      (r) => ({ ...r, headers: { ...r.headers, host: 'evil' } }),
    ],
    ['a stale request', 'InvalidSignatureException', (r) => r, NOW + 16 * 60 * 1000],
    ['a request from the future', 'InvalidSignatureException', (r) => r, NOW - 16 * 60 * 1000],
    [
      'no Authorization header',
      'MissingAuthenticationTokenException',
      (r) => ({ ...r, headers: { host: 'localhost:4566' } }),
    ],
    [
      'Basic authorization',
      'MissingAuthenticationTokenException',
      (r) => ({ ...r, headers: { ...r.headers, authorization: 'Basic eA==' } }),
    ],
    [
      'a header without its parts',
      'IncompleteSignatureException',
      (r) => ({ ...r, headers: { ...r.headers, authorization: 'AWS4-HMAC-SHA256 Credential=a' } }),
    ],
    [
      'a short credential',
      'IncompleteSignatureException',
      (r) => ({
        ...r,
        headers: {
          ...r.headers,
          authorization: 'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=00',
        },
      }),
    ],
  ];
  for (const [name, code, alter, now] of refusals) {
    it(`refuses ${name} with ${code}`, async () => {
      const request = alter(await signedByAws(CASES[0]!));
      assert.throws(
        () => new SignatureVerifier(CREDENTIALS).verify(request, now ?? NOW),
        (error) => error instanceof AwsError && error.code === code,
      );
    });
  }

  it("accepts a query string that AWS's own signer signs, and no altered one", async () => {
    const signed = await signerOf().presign(
      {
        method: 'POST',
        protocol: 'http:',
        hostname: 'localhost',
        path: '/',
        query: {},
        headers: { host: 'localhost:4566' },
        body: '{}',
      },
      { signingDate: new Date(NOW) },
    );
    const request = {
      method: 'POST',
      target: `/?${new URLSearchParams(signed.query as Record<string, string>).toString()}`,
      headers: { host: 'localhost:4566' },
      body: Buffer.from('{}'),
    };
    const verifier = new SignatureVerifier(CREDENTIALS);
    verifier.verify(request, NOW);
    for (const target of [`${request.target}&a=b`, request.target.replace(/.$/, '')])
      assert.throws(() => verifier.verify({ ...request, target }, NOW), {
        name: 'InvalidSignatureException',
      });
  });

  const halves: [string, string | undefined, string, string][] = [
    [
      'X-Amz-Algorithm',
      'any',
      'InvalidSignatureException',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ],
    [
      'X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-SignedHeaders=c',
      undefined,
      'IncompleteSignatureException',
      "AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
    ],
    [
      'X-Amz-Credential=b&X-Amz-Signature=c',
      undefined,
      'MissingAuthenticationTokenException',
      'Request is missing Authentication Token',
    ],
  ];
  for (const [query, authorization, name, message] of halves) {
    it(`refuses the query string ${query} with ${name}`, () => {
      const headers = { host: 'h', ...(authorization !== undefined && { authorization }) };
      const request = { method: 'POST', target: `/?${query}`, headers, body: Buffer.alloc(0) };
      assert.throws(() => new SignatureVerifier(CREDENTIALS).verify(request, NOW), {
        name,
        message,
      });
    });
  }

  it('says of a date how far it is off, before it looks for the key', async () => {
    const verifier = new SignatureVerifier({ ...CREDENTIALS, accessKeyId: 'OTHER' });
    const request = await signedByAws(CASES[0]!);
    const stale = /^Signature expired: \w{16} is now earlier than \w{16} \(\w{16} - 15 min\.\)$/;
    const early =
      /^Signature not yet current: \w{16} is still later than \w{16} \(\w{16} \+ 15 min\.\)$/;
    assert.throws(() => verifier.verify(request, NOW + 16 * 60 * 1000), { message: stale });
    assert.throws(() => verifier.verify(request, NOW - 16 * 60 * 1000), { message: early });
  });

  it('refuses another access key with UnrecognizedClientException', async () => {
    const verifier = new SignatureVerifier({ ...CREDENTIALS, accessKeyId: 'OTHER' });
    const request = await signedByAws(CASES[0]!);
    assert.throws(() => verifier.verify(request, NOW), { name: 'UnrecognizedClientException' });
  });
});

function signerOf(): SignatureV4 {
  return new SignatureV4({
    service: 'dynamodb',
    region: 'us-east-1',
    credentials: CREDENTIALS,
    sha256: Sha256,
  });
}

async function signedByAws({
  method,
  path,
  query,
  body,
}: Omit<Case, 'name'>): Promise<SignableRequest> {
  const signed = await signerOf().sign(
    {
      method,
      protocol: 'http:',
      hostname: 'localhost',
      port: 4566,
      path,
      query,
      headers: { host: 'localhost:4566' },
      body,
    },
    { signingDate: new Date(NOW) },
  );
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((v) => [name, v] as const),
  );
  const search = pairs
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const headers = Object.fromEntries(
    Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    method,
    target: search === '' ? path : `${path}?${search}`,
    headers,
    body: Buffer.from(body),
  };
}
