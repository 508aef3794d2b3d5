import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How HTTP/2 connections begin (RFC 9113); no HTTP/1 method does. */
const PREFACE = Buffer.from('PRI');
/** A connection that says nothing for so long is closed. */
const SILENCE_MS = 60_000;

/**
 * Lets a server take HTTP/2 connections, which gRPC clients open, beside HTTP/1: what comes first tells them
 * apart. `serveHttp2` gets the socket with nothing read of it.
 */
export function takeHttp2(server: Server, serveHttp2: (socket: Socket) => void): void {
  const serveHttp1 = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    whenKnown(socket, (isHttp2) => {
      if (isHttp2) serveHttp2(socket);
      else for (const listener of serveHttp1) listener.call(server, socket);
    });
  });
}

function whenKnown(socket: Socket, serve: (isHttp2: boolean) => void): void {
  const giveUp = (): void => void socket.destroy();
  const look = (): void => {
    const first = socket.read() as Buffer | null;
    if (first === null) return;
    socket.unshift(first);
    const length = Math.min(first.length, PREFACE.length);
    const isPreface = first.compare(PREFACE, 0, length, 0, length) === 0;
    if (isPreface && length < PREFACE.length) return;
    socket.off('readable', look).off('timeout', giveUp).setTimeout(0);
    serve(isPreface);
  };
  // A client that goes before it has said anything is no fault; whoever serves it listens for its own.
  socket.on('error', giveUp);
  socket.setTimeout(SILENCE_MS, giveUp);
  socket.on('readable', look);
}
