import type { KeyPair } from './session';

/** Any region does: the server has one set of tables for all. */
export const REGION = 'us-east-1';

export interface Unsigned {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: string;
  service: string;
}

const encoder = new TextEncoder();

/** The headers that sign a request: Signature Version 4, with the browser's own cryptography. */
export async function signedHeaders(
  request: Unsigned,
  pair: KeyPair,
  now: Date,
): Promise<Record<string, string>> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const date = time.slice(0, 8);
  const bodyHash = hex(await crypto.subtle.digest('SHA-256', encoder.encode(request.body)));
  const signed: Record<string, string> = {
    host: request.url.host,
    'x-amz-content-sha256': bodyHash,
    'x-amz-date': time,
    ...lowerCased(request.headers),
  };
  const names = Object.keys(signed).sort();
  const canonical = [
    request.method,
    request.url.pathname.split('/').map(encodeAgain).join('/'),
    canonicalQuery(request.url),
    ...names.map((name) => `${name}:${signed[name]!.trim()}`),
    '',
    names.join(';'),
    bodyHash,
  ].join('\n');
  const scope = `${date}/${REGION}/${request.service}/aws4_request`;
  const text = [
    'AWS4-HMAC-SHA256',
    time,
    scope,
    hex(await crypto.subtle.digest('SHA-256', encoder.encode(canonical))),
  ].join('\n');
  let key: ArrayBuffer = encoder.encode(`AWS4${pair.secretAccessKey}`).buffer;
  for (const part of [date, REGION, request.service, 'aws4_request']) key = await hmac(key, part);
  const signature = hex(await hmac(key, text));
  return {
    ...authorization(pair, scope, names, signature),
    'x-amz-date': time,
    'x-amz-content-sha256': bodyHash,
  };
}

/** What stands for a signature where none is verified: pages on plain http have no cryptography everywhere. */
export function formalHeaders(pair: KeyPair, service: string, now: Date): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${REGION}/${service}/aws4_request`;
  return {
    ...authorization(pair, scope, ['host', 'x-amz-date'], '0'.repeat(64)),
    'x-amz-date': time,
  };
}

function authorization(
  pair: KeyPair,
  scope: string,
  names: string[],
  signature: string,
): Record<string, string> {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${pair.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

async function hmac(key: ArrayBuffer, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey(
    'raw',
    key,
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  );
  return crypto.subtle.sign('HMAC', imported, encoder.encode(text));
}

function hex(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A path is encoded once on the wire and once more in what is signed. */
function encodeAgain(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, percent);
}

function canonicalQuery(url: URL): string {
  const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, percent);
  return [...url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
