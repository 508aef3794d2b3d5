import { lookup as systemLookup } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { EgressRefusedError } from './egress.js';
import type { EgressPolicy } from './egress.js';

/** Finds all addresses of a host, as `dns.lookup` does with `all`. */
export type Lookup = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Makes the function by which undici connects: TCP and TLS as usual, but only to addresses that the policy
 * allows. The check is on the very address the socket then uses, so a name that changes its address between
 * check and use (DNS rebinding) gains nothing.
 */
export function createConnector(
  policy: EgressPolicy,
  options: { timeoutMs: number; lookup?: Lookup },
): buildConnector.connector {
  const lookup = guardedLookup(policy, options.lookup ?? systemLookup);
  // `lookup` is handed on to net.connect, whose options the declared type has only in part.
  const connect = buildConnector({
    timeout: options.timeoutMs,
    lookup,
  });
  return (target, callback) => {
    // A literal address is connected to without a lookup.
    const refusal =
      isIP(target.hostname) === 0
        ? undefined
        : policy.refusal(target.hostname, target.hostname, Number(target.port));
    if (refusal !== undefined) {
      callback(new EgressRefusedError(refusal), null);
      return;
    }
    connect(target, callback);
  };
}

function guardedLookup(policy: EgressPolicy, lookup: Lookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '');
        return;
      }
      const refusals: string[] = [];
      const allowed = addresses.filter(({ address }) => {
        const refusal = policy.refusal(address, hostname);
        if (refusal !== undefined) refusals.push(refusal);
        return refusal === undefined;
      });
      const first = allowed[0];
      if (!first) callback(new EgressRefusedError(refusals[0] ?? `${hostname} has no address`), '');
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
