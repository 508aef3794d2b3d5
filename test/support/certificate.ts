import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of a certificate that is its own issuer, as PEM. */
export interface CertificateFiles {
  cert: string;
  key: string;
  remove(): void;
}

/** Makes a certificate for names (`DNS:…`) and addresses (`IP:…`), with the `openssl` command. */
export function makeCertificate(names: readonly string[]): CertificateFiles {
  const directory = mkdtempSync(join(tmpdir(), 'freshet-tls-'));
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(directory, name)) as [
    string,
    string,
  ];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-nodes', '-days', '1', '-subj', '/CN=freshet test'],
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
    ...['-addext', `subjectAltName=${names.join(',')}`, '-keyout', key, '-out', cert],
  ]);
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${String(made.stderr)}`);
  return { cert, key, remove: () => rmSync(directory, { recursive: true }) };
}
