import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** What a server shows of itself over TLS, both as PEM; the chain of issuers may follow the certificate. */
export interface Certificate {
  cert: Buffer;
  key: Buffer;
}

/** Reads a certificate and its key. Throws an Error that says which file is wrong, and how. */
export function readCertificate(files: { cert: string; key: string }): Certificate {
  const certificate = { cert: read(files.cert), key: read(files.key) };
  try {
    createSecureContext(certificate);
  } catch (error) {
    throw new Error(
      `${files.cert} and ${files.key} are no certificate with its key, both as PEM: ${(error as Error).message}`,
      { cause: error },
    );
  }
  return certificate;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`The file for TLS cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
