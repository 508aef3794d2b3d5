import { isIP } from 'node:net';
import { addressKind, inList, listOf } from './address.js';
import type { AddressKind } from './address.js';

/** Which addresses destinations may reach. Asked for each connection, with the address it is about to use. */
export interface EgressPolicy {
  /**
   * Undefined when a connection to the IP address `address`, found for `hostname` (or equal to it), may be
   * made; otherwise why not and which setting would allow it. `port` is that of a literal address, which
   * alone can be the server's own.
   */
  refusal(address: string, hostname: string, port?: number): string | undefined;
}

export interface EgressOptions {
  allowLoopback?: boolean;
  allowPrivate?: boolean;
  allow?: readonly string[];
  /** Whether this is where the server itself listens: its own cache may always be reached. */
  isOwn?: (address: string, port: number) => boolean;
}

/** A connection that the policy does not allow; the message is for people. */
export class EgressRefusedError extends Error {
  readonly code = 'EGRESS_REFUSED';
}

const KIND_TEXTS: Record<Exclude<AddressKind, 'public' | 'metadata'>, string> = {
  loopback: "this machine's own address",
  private: 'an address of a private network',
  reserved: 'a reserved address',
};

/**
 * Makes a policy: public addresses are allowed; loopback and private ones when their option says so; any but
 * cloud metadata when `allow` names it, as an address, a CIDR range, a host name or `*.domain`. Metadata
 * addresses are always refused. Throws an Error that names an entry of `allow` that is none of these.
 */
export function createEgressPolicy(options: EgressOptions): EgressPolicy {
  const entries = (options.allow ?? []).map((entry) => entry.trim().toLowerCase());
  const ranges = listOf(entries.filter(isRange));
  const hosts = new Set<string>();
  const domains: string[] = [];
  for (const entry of entries.filter((entry) => !isRange(entry))) {
    if (!/^(?:\*\.)?[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/.test(entry))
      throw new Error(
        `The egress allow list has '${entry}', which is no IP address, CIDR range, host name or *.domain; correct --egress-allow (FRESHET_EGRESS_ALLOW)`,
      );
    if (entry.startsWith('*.')) domains.push(entry.slice(1));
    else hosts.add(entry);
  }
  const named = (hostname: string): boolean =>
    hosts.has(hostname) || domains.some((domain) => hostname.endsWith(domain));

  return {
    refusal(address, hostname, port) {
      const kind = addressKind(address);
      if (kind === 'public') return undefined;
      if (port !== undefined && options.isOwn?.(address, port)) return undefined;
      const found =
        isIP(hostname) === 0 ? `${hostname} leads to ${address}, which is` : `${address} is`;
      if (kind === 'metadata')
        return `${found} a cloud metadata address; these hold credentials of the machine and are always refused: correct the endpoint`;
      if (kind === 'loopback' && options.allowLoopback) return undefined;
      if (kind === 'private' && options.allowPrivate) return undefined;
      if (inList(ranges, address) || named(hostname.toLowerCase())) return undefined;
      return `${found} ${KIND_TEXTS[kind]}, which destinations may not reach; to allow it add ${address} or its host name to --egress-allow (FRESHET_EGRESS_ALLOW)`;
    },
  };
}

function isRange(entry: string): boolean {
  return entry.includes('/') || isIP(entry) !== 0;
}
