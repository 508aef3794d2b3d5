import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import type { Dispatcher } from 'undici';
import { UserError } from './errors.js';

/** Longest wait for an answer. */
const ANSWER_LIMIT_MS = 300_000;
const DEFAULT_ENDPOINT = 'http://127.0.0.1:4566';

/** Adds `--endpoint` to a command that talks to a running server. */
export function withEndpoint(command: Command): Command {
  return command.addOption(
    new Option('--endpoint <url>', 'the running server')
      .default(DEFAULT_ENDPOINT)
      .env('FRESHET_ENDPOINT'),
  );
}

/**
 * Calls Freshet's own API at a running server and returns the answer's JSON document (undefined when it
 * has none). Signs with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY where they are set. Throws a
 * UserError that says what the server said, or that it cannot be reached.
 */
export async function callServer(
  endpoint: string,
  method: Method,
  path: string,
  document?: object,
  limitMs = ANSWER_LIMIT_MS,
): Promise<unknown> {
  const answer = await ask(endpoint, method, path, document, { headersTimeout: limitMs });
  return documentOf(answer, await answer.body.text());
}

/** Follows server-sent events of Freshet's own API until the server ends them. Fails as `callServer` does. */
export async function* followServer(
  endpoint: string,
  path: string,
): AsyncGenerator<{ event: string; data: unknown }> {
  const answer = await ask(endpoint, 'GET', path, undefined, { bodyTimeout: 0 });
  if (answer.statusCode !== 200) {
    documentOf(answer, await answer.body.text());
    return;
  }
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
      if (event !== undefined) yield { event, data: JSON.parse(data!) as unknown };
    }
  }
}

/** The documents of an answer that has one a line, as they come. Fails as `callServer` does. */
export async function* readLines(
  endpoint: string,
  method: Method,
  path: string,
  document?: object,
): AsyncGenerator {
  const answer = await ask(endpoint, method, path, document, {
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  if (answer.statusCode !== 200) {
    documentOf(answer, await answer.body.text());
    return;
  }
  for await (const line of createInterface({ input: answer.body })) yield JSON.parse(line);
}

type Method = 'GET' | 'POST' | 'DELETE';
type Answer = Dispatcher.ResponseData & { origin: string };

async function ask(
  endpoint: string,
  method: Method,
  path: string,
  document: object | undefined,
  limits: { headersTimeout?: number; bodyTimeout?: number },
): Promise<Answer> {
  if (!URL.canParse(endpoint))
    throw new UserError(`'${endpoint}' is not a URL; give one such as ${DEFAULT_ENDPOINT}.`);
  const url = new URL(`/_freshet/${path}`, endpoint);
  const body = document === undefined ? '' : JSON.stringify(document);
  const headers = { host: url.host, 'content-type': 'application/json' };
  const { request } = await import('undici'); // other commands start without it
  const signed = { ...headers, ...(await signature(url, method, headers, body)) };
  try {
    const answer = await request(url, { method, body: body || null, headers: signed, ...limits });
    return Object.assign(answer, { origin: url.origin });
  } catch (error) {
    throw new UserError(
      `No Freshet answers at ${url.origin} (${(error as Error).message}). Start one with 'freshet start', or say where it is with --endpoint.`,
    );
  }
}

function documentOf({ statusCode, origin }: Answer, text: string): unknown {
  const parsed = parse(text);
  const isFreshet = parsed !== undefined || statusCode === 204;
  if (!isFreshet)
    throw new UserError(
      `What answers at ${origin} is not a Freshet. Say where yours is with --endpoint.`,
    );
  if (statusCode < 300) return parsed;
  const message = (parsed as { message?: unknown } | undefined)?.message;
  throw new UserError(
    typeof message === 'string' ? message : `${origin} answered ${String(statusCode)}.`,
  );
}

async function signature(
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: string,
): Promise<Record<string, string>> {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
  if (!accessKeyId || !secretAccessKey) return {};
  const signable = { method, target: url.pathname + url.search, headers, body: Buffer.from(body) };
  const { sign } = await import('../gateway/index.js');
  return sign(
    signable,
    { accessKeyId, secretAccessKey },
    { region: 'us-east-1', service: 'freshet' },
    Date.now(),
  );
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
