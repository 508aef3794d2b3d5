/** A line of a hex view holds so many bytes. */
const BYTES_PER_LINE = 16;

/** The value as text; undefined when it is no UTF-8. */
export function textOf(value: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
}

/** The value as indented JSON, a JSON text inside a JSON string unwrapped; undefined when it is no JSON. */
export function prettyJson(value: Uint8Array): string | undefined {
  const outer = parse(textOf(value));
  if (outer === undefined) return undefined;
  const inner = typeof outer === 'string' ? parse(outer) : undefined;
  return JSON.stringify(typeof inner === 'object' ? inner : outer, null, 2);
}

/** Offset, bytes and characters, as hex viewers show them. */
export function hexOf(value: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < value.length; at += BYTES_PER_LINE) {
    const bytes = [...value.subarray(at, at + BYTES_PER_LINE)];
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const characters = bytes
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'))
      .join('');
    lines.push(
      `${at.toString(16).padStart(8, '0')}  ${hex.padEnd(BYTES_PER_LINE * 3 - 1)}  ${characters}`,
    );
  }
  return lines.join('\n');
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** The bytes of a base64 text; undefined when it is none. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}
