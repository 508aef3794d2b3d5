import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { constants, deflate, gzip } from 'node:zlib';

/**
 * Packs DynamoDB's answers for clients that ask for it. Which header chooses what, and from how many bytes
 * on, was observed at the service by ScyllaDB's tests of its own compatibility; RFC 9110 is not followed
 * where the service does not.
 */
export type Packing = 'gzip' | 'deflate';

/** Shorter answers travel as they are. */
const MIN_PACKED_BYTES = 4096;
/** The service's order where a client takes anything. */
const PACKINGS: readonly Packing[] = ['gzip', 'deflate'];
/** Answers are packed once for one reader: time is dearer than the last few bytes. */
const OPTIONS = { level: constants.Z_BEST_SPEED };
const packers = { gzip: promisify(gzip), deflate: promisify(deflate) };

/**
 * Resolves to the answer as it is to travel, and in which encoding when it was packed. CRC-32 is that of the
 * packed bytes: the official SDKs check it before they unpack.
 */
export async function packAnswer(
  request: IncomingMessage,
  body: string | Buffer,
): Promise<{ body: string | Buffer; encoding?: Packing }> {
  // A character has at most three bytes.
  if (request.headers['accept-encoding'] === undefined || body.length * 3 < MIN_PACKED_BYTES)
    return { body };
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  if (bytes.length < MIN_PACKED_BYTES) return { body: bytes };
  // Of a header that is repeated the service reads the last.
  const encoding = choosePacking(request.headersDistinct['accept-encoding']?.at(-1) ?? '');
  if (encoding === undefined) return { body: bytes };
  return { body: await packers[encoding](bytes, OPTIONS), encoding };
}

/** The encoding that an `Accept-Encoding` header asks for; undefined when the answer is to stay plain. */
export function choosePacking(header: string): Packing | undefined {
  const entries = header.split(',').map(parseEntry);
  // What `*` stands for comes after what is named.
  const rest = PACKINGS.find((packing) => entries.every(({ name }) => name !== packing));
  const offers = [
    ...entries.flatMap(({ name, quality }) => (isPacking(name) ? [{ name, quality }] : [])),
    ...entries.flatMap(({ name, quality }) =>
      name === '*' && rest !== undefined ? [{ name: rest, quality }] : [],
    ),
  ];
  let best: { name: Packing | undefined; quality: number } = { name: undefined, quality: 0 };
  for (const offer of offers) if (offer.quality > best.quality) best = offer;
  return best.name;
}

function isPacking(name: string): name is Packing {
  return name in packers;
}

/** The first quality counts; one that is no number, or above 1, is 1. */
function parseEntry(entry: string): { name: string; quality: number } {
  const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
  const [, text = '1'] =
    parameters.map((parameter) => /^q\s*=\s*(.*)$/.exec(parameter)).find((match) => match) ?? [];
  const quality = /^[+-]?\d+(\.\d*)?$/.test(text) ? Number(text) : 1;
  return { name, quality: Math.min(quality, 1) };
}
