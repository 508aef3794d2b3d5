import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './certificate.js';

/** How HTTP/2 connections begin (RFC 9113); no HTTP/1 method does. */
const PREFACE = Buffer.from('PRI');
/** How TLS connections begin: the type of a handshake record (RFC 8446). */
const HANDSHAKE = 0x16;
/** A connection that says nothing for so long is closed. */
const SILENCE_MS = 60_000;

type Protocol = 'http1' | 'http2' | 'tls';

/** TLS beside plain connections, or `only` TLS. */
export interface TlsDoor {
  certificate: Certificate;
  only: boolean;
}

/**
 * Lets a server take HTTP/2 connections, which gRPC clients open, beside HTTP/1, and both with TLS where there
 * is a certificate: what comes first tells them apart. `serveHttp2` gets the socket with nothing read of it.
 * Returns what ends connections that have said nothing so far, for when the server closes.
 */
export function takeHttp2(
  server: Server,
  serveHttp2: (socket: Socket) => void,
  tls?: TlsDoor,
): () => void {
  const silent = new Silent();
  const endSilent = (): void => silent.end();
  const serveHttp1 = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  server.removeAllListeners('connection');
  const serve = (socket: Socket, protocol: Protocol): void => {
    if (protocol === 'http2') serveHttp2(socket);
    else for (const listener of serveHttp1) listener.call(server, socket);
  };
  if (tls === undefined) {
    server.on('connection', (socket: Socket) =>
      whenKnown(socket, silent, (protocol) => serve(socket, protocol)),
    );
    return endSilent;
  }
  const secure = createTlsServer({
    ...tls.certificate,
    // Those who offer both want HTTP, which is served as HTTP/1; gRPC clients offer h2 alone.
    ALPNProtocols: ['http/1.1', 'h2'],
    handshakeTimeout: SILENCE_MS,
  });
  secure.on('secureConnection', (socket) =>
    whenKnown(socket, silent, (protocol) => {
      if (protocol === 'tls') socket.destroy();
      else serve(socket, protocol);
    }),
  );
  // A client that will not have the certificate, or speaks no TLS after all, is no fault of the server.
  secure.on('tlsClientError', (_, socket) => socket.destroy());
  server.on('connection', (socket: Socket) =>
    whenKnown(socket, silent, (protocol) => {
      if (protocol === 'tls') {
        silent.add(socket); // Until the handshake is done.
        secure.emit('connection', socket);
      } else if (tls.only) socket.destroy();
      else serve(socket, protocol);
    }),
  );
  return endSilent;
}

function whenKnown(socket: Socket, silent: Silent, serve: (protocol: Protocol) => void): void {
  silent.add(socket);
  const giveUp = (): void => void socket.destroy();
  let first = Buffer.alloc(0);
  const look = (): void => {
    const more = socket.read() as Buffer | null;
    if (more === null) return;
    first = Buffer.concat([first, more]);
    const protocol = protocolOf(first);
    // Not put back before it is known: that would say at once that there is something to read.
    if (protocol === undefined) return;
    socket.unshift(first);
    socket.off('readable', look).off('timeout', giveUp).setTimeout(0);
    silent.delete(socket);
    serve(protocol);
  };
  // A client that goes before it has said anything is no fault; whoever serves it listens for its own.
  socket.on('error', giveUp);
  socket.setTimeout(SILENCE_MS, giveUp);
  socket.on('readable', look);
}

/** Undefined while it cannot be told. */
function protocolOf(first: Buffer): Protocol | undefined {
  if (first[0] === HANDSHAKE) return 'tls';
  const length = Math.min(first.length, PREFACE.length);
  if (first.compare(PREFACE, 0, length, 0, length) !== 0) return 'http1';
  return length < PREFACE.length ? undefined : 'http2';
}

/** Connections that have said nothing so far, by whose they are: one with TLS takes the place of what is below it. */
class Silent {
  readonly #sockets = new Map<string, Socket>();

  add(socket: Socket): void {
    const peer = peerOf(socket);
    this.#sockets.set(peer, socket);
    socket.once('close', () => {
      if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer);
    });
  }

  delete(socket: Socket): void {
    this.#sockets.delete(peerOf(socket));
  }

  end(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
