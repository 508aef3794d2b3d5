import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { sendBody, sendJson } from './http.js';

const PREFIX = '/_console/';
const INDEX = 'index.html';

/** Nothing inline, nothing from elsewhere: what a table or a cache holds can never become a script. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
};

/** How a file may be packed beside itself, the smallest first. */
const PACKED = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** The built console: its files, each perhaps also packed. */
export class ConsoleFiles {
  readonly #folder: string;
  /** Only what is in here is ever read, whatever a request's path says. */
  readonly #names: ReadonlySet<string>;

  /** A folder that is not there is a console that was not built. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#names = new Set(namesIn(folder));
  }

  /** Whether there is a console to serve. */
  get isBuilt(): boolean {
    return this.#names.has(INDEX);
  }

  /** Whether the request is one of a browser that should be led from `/` to the console. */
  isWanted(request: IncomingMessage): boolean {
    return this.isBuilt && (request.headers.accept ?? '').includes('text/html');
  }

  /** Answers a request under `/_console`. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    request.resume();
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendJson(response, 405, {
        code: 'MethodNotAllowed',
        message: 'The console is read with GET.',
      });
    if (path === PREFIX.slice(0, -1)) return sendToConsole(response);
    const name = path === PREFIX ? INDEX : path.slice(PREFIX.length);
    if (!this.#names.has(name) || !(extname(name) in TYPES))
      return sendJson(response, 404, {
        code: 'NotFound',
        message: this.isBuilt
          ? `The console has no ${path}; begin at ${PREFIX}.`
          : 'The console was not built; run npm run build, and start again.',
      });
    const packing = this.#packingOf(name, request);
    const body = await readFile(join(this.#folder, name + (packing?.[1] ?? '')));
    sendBody(
      response,
      200,
      [...headersOf(name), ...(packing ? ['Content-Encoding', packing[0]] : [])],
      body,
    );
  }

  #packingOf(name: string, request: IncomingMessage): (typeof PACKED)[number] | undefined {
    const accepted = [request.headers['accept-encoding']].join();
    return PACKED.find(
      ([encoding, suffix]) =>
        new RegExp(`\\b${encoding}\\b`).test(accepted) && this.#names.has(name + suffix),
    );
  }
}

/** Whether the path is one of the console. */
export function isConsolePath(path: string): boolean {
  return path === PREFIX.slice(0, -1) || path.startsWith(PREFIX);
}

/** Leads a browser to the console. */
export function sendToConsole(response: ServerResponse): void {
  sendBody(response, 302, ['Location', PREFIX, 'Cache-Control', 'no-store', 'Vary', 'Accept'], '');
}

function headersOf(name: string): string[] {
  // The name of an asset holds a digest of its content.
  const isHashed = name.startsWith('assets/');
  return [
    'Content-Type',
    TYPES[extname(name)]!,
    'Cache-Control',
    isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    'Vary',
    'Accept-Encoding',
    'Content-Security-Policy',
    CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options',
    'nosniff',
    'Referrer-Policy',
    'no-referrer',
    'Cross-Origin-Opener-Policy',
    'same-origin',
  ];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
      name.replaceAll(sep, '/'),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
