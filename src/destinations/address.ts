import { BlockList, isIP } from 'node:net';

/** What kind of network an address belongs to, as far as reaching it may do harm. */
export type AddressKind = 'public' | 'loopback' | 'private' | 'reserved' | 'metadata';

/**
 * Addresses at which clouds hand out credentials to anyone who asks from inside: AWS, Azure, Google and
 * most others; ECS and EKS; Alibaba; Tencent; Scaleway; Oracle (old); Azure's host agent.
 */
const METADATA = [
  ...['169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', '169.254.0.23'],
  ...['169.254.42.42', '192.0.0.192', '168.63.129.16'],
  ...['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254', 'fd00:c1::a9fe:a9fe', 'fd00:42::42'],
];
const LOOPBACK = ['127.0.0.0/8', '::1/128'];
/** RFC 1918, 6598 (carrier NAT), 3927 and 4193, 4291 (link and site), 8215 (translation within a network). */
const PRIVATE = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
  ...['fc00::/7', 'fe80::/10', 'fec0::/10', '64:ff9b:1::/48'],
];
/** IANA's special-purpose registries: this host, protocols, documentation, benchmarks, multicast, future. */
const RESERVED = [
  ...['0.0.0.0/8', '192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24'],
  ...['192.88.99.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/128', '100::/64', '2001:2::/48', '2001:10::/28', '2001:20::/28', '2001:db8::/32'],
  ...['3fff::/20', '5f00::/16', 'ff00::/8'],
];

const KINDS: readonly (readonly [AddressKind, BlockList])[] = [
  ['metadata', listOf(METADATA)],
  ['loopback', listOf(LOOPBACK)],
  ['private', listOf(PRIVATE)],
  ['reserved', listOf(RESERVED)],
];

/** Harm in rising order: of an address and the one inside it the worse counts. */
const HARM: readonly AddressKind[] = ['public', 'reserved', 'private', 'loopback', 'metadata'];

/**
 * What kind of address this is. An IPv6 address that carries an IPv4 address (mapped, compatible, NAT64,
 * 6to4, Teredo, ISATAP) is as harmful as that one. Anything that is no IP address is `reserved`.
 */
export function addressKind(address: string): AddressKind {
  const plain = withoutZone(address);
  const family = isIP(plain);
  if (family === 0) return 'reserved';
  if (family === 4) return kindOf(plain, 'ipv4');
  const inner = embeddedIPv4(plain).map((ipv4) => kindOf(ipv4, 'ipv4'));
  return [kindOf(plain, 'ipv6'), ...inner].reduce((a, b) =>
    HARM.indexOf(b) > HARM.indexOf(a) ? b : a,
  );
}

/** A list of single addresses and CIDR ranges. Throws an Error that names an entry that is neither. */
export function listOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address);
    const bits = family === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : Number(prefix);
    if (family === 0 || !/^\d*$/.test(prefix ?? '') || prefix === '' || length > bits)
      throw new Error(`'${entry}' is neither an IP address nor a range like 10.0.0.0/8`);
    list.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

/** Whether `list` holds the address itself or an IPv4 address inside it. */
export function inList(list: BlockList, address: string): boolean {
  const plain = withoutZone(address);
  const family = isIP(plain);
  if (family === 0) return false;
  if (family === 4) return list.check(plain, 'ipv4');
  return list.check(plain, 'ipv6') || embeddedIPv4(plain).some((ipv4) => list.check(ipv4, 'ipv4'));
}

function kindOf(address: string, family: 'ipv4' | 'ipv6'): AddressKind {
  return KINDS.find(([, list]) => list.check(address, family))?.[0] ?? 'public';
}

function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone === -1 ? address : address.slice(0, zone);
}

function embeddedIPv4(address: string): string[] {
  const groups = groupsOf(address);
  const at = (index: number): string => dotted(groups[index]!, groups[index + 1]!);
  const zeros = (count: number): boolean => groups.slice(0, count).every((group) => group === 0);
  // ::ffff:a.b.c.d (mapped), ::a.b.c.d (compatible), ::ffff:0:a.b.c.d (translated)
  if (zeros(5) && groups[5] === 0xffff) return [at(6)];
  if (zeros(6) && (groups[6] !== 0 || groups[7]! > 1)) return [at(6)];
  if (zeros(4) && groups[4] === 0xffff && groups[5] === 0) return [at(6)];
  if (groups[0] === 0x64 && groups[1] === 0xff9b) return [at(6)]; // NAT64
  if (groups[0] === 0x2002) return [at(1)]; // 6to4
  if (groups[0] === 0x2001 && groups[1] === 0) {
    // Teredo: the server as it is, the client with its bits inverted
    return [at(2), dotted(groups[6]! ^ 0xffff, groups[7]! ^ 0xffff)];
  }
  if ((groups[4] === 0 || groups[4] === 0x200) && groups[5] === 0x5efe) return [at(6)]; // ISATAP
  return [];
}

/** The eight 16-bit groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const tail = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const [, head = address, a, b, c, d] = tail ?? [];
  const text = tail
    ? `${head}${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`
    : address;
  const [left = '', right] = text.split('::');
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => parseInt(group, 16));
  if (right === undefined) return parse(left);
  const [first, last] = [parse(left), parse(right)];
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}
