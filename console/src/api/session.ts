/** A key pair as AWS's own tools have it. */
export interface KeyPair {
  accessKeyId: string;
  secretAccessKey: string;
}

const STORED = 'freshet.session';
/** On loopback any pair does: requests are signed in form only. */
const LOCAL: KeyPair = { accessKeyId: 'console', secretAccessKey: 'console' };

/** Whether the server is one of this machine: it then asks for no key pair. */
export function isLocalHost(hostname: string = location.hostname): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

/** The pair that signs; undefined before sign-in. */
export function currentKeyPair(): KeyPair | undefined {
  const stored = sessionStorage.getItem(STORED);
  if (stored !== null) return JSON.parse(stored) as KeyPair;
  return isLocalHost() ? LOCAL : undefined;
}

/** Keeps the pair for this tab, until it is closed. */
export function signIn(pair: KeyPair): void {
  sessionStorage.setItem(STORED, JSON.stringify(pair));
}

export function signOut(): void {
  sessionStorage.removeItem(STORED);
}
