import { invalidArgument } from '../momento-error.js';

/**
 * The target of an HTTP request, taken apart without what URL parsers do to it: keys are bytes, so dot
 * segments, bytes that are no UTF-8 and wrong escapes must not be changed on the way.
 */
export interface RequestTarget {
  /** First segment of the path: `cache` or `topics`. */
  area: string;
  /** Second segment, decoded; empty when absent. */
  cacheName: string;
  /** The rest of the path behind the name, still percent-encoded; empty when absent. */
  rest: string;
  /** Query parameters, values still percent-encoded. Of repeated ones the first counts. */
  query: ReadonlyMap<string, string>;
}

/** Takes `request.url` apart. Throws INVALID_ARGUMENT on wrong percent-encoding of a name. */
export function parseTarget(url: string): RequestTarget {
  const target = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?]*/i, '');
  const question = target.indexOf('?');
  const path = question < 0 ? target : target.slice(0, question);
  const areaEnd = indexOrEnd(path, '/', 1);
  const nameEnd = indexOrEnd(path, '/', areaEnd + 1);
  return {
    area: path.slice(1, areaEnd),
    cacheName: decodeText(path.slice(areaEnd + 1, nameEnd), 'cache name'),
    rest: path.slice(nameEnd + 1),
    query: question < 0 ? NO_QUERY : parseQuery(target.slice(question + 1)),
  };
}

const NO_QUERY: ReadonlyMap<string, string> = new Map();

function parseQuery(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = indexOrEnd(pair, '=', 0);
    const name = decodeText(pair.slice(0, equals), 'query parameter', true);
    if (!parameters.has(name)) parameters.set(name, pair.slice(equals + 1));
  }
  return parameters;
}

/** The bytes that a percent-encoded text stands for; `what` names it in the error. */
export function decodeBytes(text: string, what: string, plusIsBlank = false): Buffer {
  // Node refuses request lines with other than ASCII characters, so each is one byte.
  if (!text.includes('%') && !(plusIsBlank && text.includes('+')))
    return Buffer.from(text, 'latin1');
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let byte = text.charCodeAt(i);
    if (byte === PERCENT) {
      byte = (hexDigit(text.charCodeAt(i + 1)) << 4) | hexDigit(text.charCodeAt(i + 2));
      if (byte < 0)
        throw invalidArgument(
          `The ${what} is not valid percent-encoding: '${text.slice(i, i + 3)}' stands for no byte. Write a percent sign as %25.`,
        );
      i += 2;
    } else if (byte === PLUS && plusIsBlank) byte = BLANK;
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

/** The UTF-8 text that a percent-encoded text stands for; `what` names it in the error. */
export function decodeText(text: string, what: string, plusIsBlank = false): string {
  if (/^[\x00-\x24\x26-\x2a\x2c-\x7f]*$/.test(text)) return text;
  try {
    return UTF8.decode(decodeBytes(text, what, plusIsBlank));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw invalidArgument(`The ${what} is not UTF-8 text. Encode it as UTF-8 and then by percent.`);
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const PERCENT = 0x25;
const PLUS = 0x2b;
const BLANK = 0x20;

/** Value of a hexadecimal digit; negative for anything else, the end of the text included. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

function indexOrEnd(text: string, part: string, from: number): number {
  const index = text.indexOf(part, from);
  return index < 0 ? text.length : index;
}
