/** A key pair as AWS's own tools have it. */
export interface KeyPair {
  accessKeyId: string;
  secretAccessKey: string;
}

const STORED = 'freshet.session';
/** On loopback any pair does: requests are signed in form only. */
const LOCAL: KeyPair = { accessKeyId: 'console', secretAccessKey: 'console' };

/** Whether the server is one of this machine: it then asks for no key pair. */
function isLocalHost(hostname: string = location.hostname): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

/** Set once the server has refused what is signed in form only: it listens beyond this machine, too. */
const ASKED = 'freshet.sign-in';

/** The pair that signs; undefined before sign-in. */
export function currentKeyPair(): KeyPair | undefined {
  return signingKeyPair() ?? (needsSignIn() ? undefined : LOCAL);
}

/** The pair that the person signed in with. */
export function signingKeyPair(): KeyPair | undefined {
  const stored = sessionStorage.getItem(STORED);
  return stored === null ? undefined : (JSON.parse(stored) as KeyPair);
}

/** Whether the server wants to know who asks. */
export function needsSignIn(): boolean {
  return !isLocalHost() || sessionStorage.getItem(ASKED) !== null;
}

/** Keeps the pair for this tab, until it is closed. */
export function signIn(pair: KeyPair): void {
  sessionStorage.setItem(STORED, JSON.stringify(pair));
}

/** Forgets the pair; the server will ask for one. */
export function signOut(): void {
  sessionStorage.removeItem(STORED);
  sessionStorage.setItem(ASKED, 'yes');
}
