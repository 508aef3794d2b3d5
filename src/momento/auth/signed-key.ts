import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Scope } from './scope.js';

/**
 * Keys that the server makes: JSON Web Tokens signed with its secret, so that none has to be looked up. The
 * claim `t: "g"` is what Momento's SDK knows a version 2 key by (recorded).
 */
export interface Claims {
  /** Names the key, e.g. to revoke it. */
  id: string;
  scope: Scope;
  /** Epoch seconds; absent: never. */
  expiresAt?: number;
  /** Name that the maker of a disposable token gave its holder; subscribers see it. */
  tokenId?: string;
  /** Seconds that the key was made for, to make it anew for as long. */
  validFor?: number;
}

const HEADER = encode({ alg: 'HS256', typ: 'JWT' });

interface Payload {
  t: 'g';
  id: string;
  scope: Scope;
  exp?: number;
  tid?: string;
  for?: number;
}

export function signKey(
  { id, scope, expiresAt, tokenId, validFor }: Claims,
  secret: Buffer,
): string {
  const payload: Payload = {
    t: 'g',
    id,
    scope,
    ...(expiresAt !== undefined && { exp: expiresAt }),
    ...(tokenId !== undefined && { tid: tokenId }),
    ...(validFor !== undefined && { for: validFor }),
  };
  const content = `${HEADER}.${encode(payload)}`;
  return `${content}.${signatureOf(content, secret).toString('base64url')}`;
}

/** What a key claims, if this server has signed it; whether it has expired is not looked at. */
export function readKey(key: string, secret: Buffer): Claims | undefined {
  const end = key.lastIndexOf('.');
  const content = key.slice(0, end);
  if (end < 0 || !content.startsWith(`${HEADER}.`)) return undefined;
  const signature = Buffer.from(key.slice(end + 1), 'base64url');
  const expected = signatureOf(content, secret);
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
    return undefined;
  const payload = JSON.parse(
    Buffer.from(content.slice(HEADER.length + 1), 'base64url').toString(),
  ) as Payload;
  return {
    id: payload.id,
    scope: payload.scope,
    ...(payload.exp !== undefined && { expiresAt: payload.exp }),
    ...(payload.tid !== undefined && { tokenId: payload.tid }),
    ...(payload.for !== undefined && { validFor: payload.for }),
  };
}

/** Proves to its server that the holder of a key got it from there, and may have it made anew. */
export function refreshTokenOf(key: string, secret: Buffer): string {
  return createHmac('sha256', secret).update(`refresh ${key}`).digest('base64url');
}

/** The form in which Momento's console hands out version 1 keys, and the SDK's `fromString` reads. */
export function wrapKey(key: string, endpoint: string): string {
  return Buffer.from(JSON.stringify({ endpoint, api_key: key })).toString('base64');
}

function signatureOf(content: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(content).digest();
}

function encode(document: object): string {
  return Buffer.from(JSON.stringify(document)).toString('base64url');
}
