import { JsonNumber } from '../../lib/json-number.js';
import { leafText } from '../leaf.js';
import type { Leaf, LeafTest } from '../leaf.js';

/** A CIDR text that AWS refuses; the message is AWS's. */
export class CidrFault extends Error {}

const IPV4_SHAPE = /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/;
const IPV6_SHAPE = /^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/;
/** Longest IPv4 text the engine takes for one. */
const MAX_IPV4_LENGTH = 15;
/** An IPv6 address that stands for an IPv4 one; the engine treats it as that. */
const IPV4_MAPPED = /^0{20}FFFF/;

/** `{"cidr": "10.0.0.0/24"}`. Throws a CidrFault. */
export function cidrTest(text: string): LeafTest {
  // As Java splits: empty parts at the end do not count.
  const parts = text.replace(/\/+$/, '').split('/');
  if (parts.length !== 2) throw new CidrFault("Malformed CIDR, one '/' required");
  const [address, mask] = parts as [string, string];
  if (!/^[+-]?\d+$/.test(mask) || Math.abs(Number(mask)) >= 2 ** 31) {
    throw new CidrFault('Malformed CIDR, mask bits must be an integer');
  }
  const bits = Number(mask);
  if (bits < 0) throw new CidrFault('Malformed CIDR, mask bits must not be negative');
  const hex = requireAddress(address);
  if (hex.length === 8 && bits > 31) throw new CidrFault('IPv4 mask bits must be < 32');
  if (hex.length === 32 && bits > 127) throw new CidrFault('IPv6 mask bits must be < 128');
  return rangeTest(fillHostBits(hex, bits, '0'), fillHostBits(hex, bits, '1'));
}

/**
 * The test for a plain string in a pattern that is an IP address: it matches the address in any
 * spelling (recorded from event-ruler 2.0.1). Undefined when the string is no address.
 */
export function addressTest(text: string): LeafTest | undefined {
  const hex = addressHex(text);
  return hex === undefined ? undefined : rangeTest(hex, hex);
}

/**
 * Addresses compare as rows of hex digits. Where an IPv4 range meets an IPv6 address, or the reverse,
 * the engine compares the digits that both have; so do we (recorded from event-ruler 2.0.1).
 */
function rangeTest(bottom: string, top: string): LeafTest {
  const { length } = bottom;
  return (leaf) => {
    const hex = typeof leaf === 'string' ? addressHex(leaf) : digitsOf(leaf);
    if (hex === undefined) return false;
    if (hex.length < length) {
      return hex > bottom.slice(0, hex.length) && hex < top.slice(0, hex.length);
    }
    const head = hex.length > length ? hex.slice(0, length) : hex;
    return head >= bottom && head <= top;
  };
}

/**
 * Numbers meet address ranges by their digits: see match-list. An `e` is no digit of a range, an `E` is: a sign below
 * all digits stands for it (recorded from event-ruler 2.0.1).
 */
function digitsOf(leaf: Leaf): string | undefined {
  if (typeof leaf !== 'number' && !(leaf instanceof JsonNumber)) return undefined;
  return leafText(leaf).replace('e', '!');
}

function fillHostBits(hex: string, networkBits: number, bit: '0' | '1'): string {
  const binary = Array.from(hex, (digit) => parseInt(digit, 16).toString(2).padStart(4, '0'))
    .join('')
    .slice(0, networkBits)
    .padEnd(hex.length * 4, bit);
  return binary.replace(/.{4}/g, (nibble) => parseInt(nibble, 2).toString(16).toUpperCase());
}

function requireAddress(text: string): string {
  if (!IPV4_SHAPE.test(text) && !IPV6_SHAPE.test(text)) {
    throw new CidrFault(`Nonstandard IP address: ${text}`);
  }
  const hex = addressHex(text);
  if (hex === undefined) throw new CidrFault(`Invalid IP address: ${text}`);
  return hex;
}

/** 8 hex digits of an IPv4 address, 32 of an IPv6 one, in capitals; undefined for anything else. */
function addressHex(text: string): string | undefined {
  // Cheap enough to say no to nearly all strings of an event.
  const code = text.charCodeAt(0);
  const digit = (code >= 0x30 && code <= 0x3a) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
  if (!digit) return undefined;
  if (IPV4_SHAPE.test(text)) return ipv4Hex(text);
  return IPV6_SHAPE.test(text) ? ipv6Hex(text) : undefined;
}

function ipv4Hex(text: string): string | undefined {
  if (text.length > MAX_IPV4_LENGTH) return undefined;
  const bytes = text.split('.').map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

function ipv6Hex(text: string): string | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = head!.length + (tail?.length ?? 0);
  if (tail === undefined ? given !== 8 : given > 7) return undefined;
  const groups = [...head!, ...Array<string>(8 - given).fill('0'), ...(tail ?? [])];
  if (groups.some((group) => group === '' || group.length > 4)) return undefined;
  const hex = groups
    .map((group) => group.padStart(4, '0'))
    .join('')
    .toUpperCase();
  return IPV4_MAPPED.test(hex) ? hex.slice(24) : hex;
}
