import { AwsError } from '../lib/aws-error.js';

/** Longest part of a source's own words that is repeated. */
const MAX_WORDS = 200;

const CREDENTIALS = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'IncompleteSignature',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'MissingAuthenticationToken',
  'TokenProviderError',
  'UnrecognizedClientException',
]);
const THROTTLED = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'Throttling',
]);
/** These the pipe handles by their code. */
const HANDLED = new Set(['ResourceNotFoundException', 'TrimmedDataAccessException']);

/** A stream that lies elsewhere cannot be read now. The message is for the user and holds no secret. */
export class StreamReadError extends Error {
  override readonly name = 'StreamReadError';
}

/** What the SDK threw, as {@link ChangeStream} has it: an AwsError where its code says what to do. */
export function readFailure(streamArn: string, where: string, error: unknown): Error {
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  const words = firstLine(message ?? '');
  if (name !== undefined && HANDLED.has(name)) return new AwsError(name, words);
  const kind = code ?? name ?? 'Error';
  const what = words === '' || words === kind ? kind : `${kind}: ${words}`;
  return new StreamReadError(
    `Cannot read stream ${streamArn}: ${what.replace(/\.$/, '')}; check ${whatToCheck(name ?? '', error, where)}.`,
  );
}

/** Only the first line: in the others of a refused signature stands all that was signed. */
function firstLine(message: string): string {
  const line = message.trimStart().split('\n', 1)[0]!.trim();
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS - 1)}…` : line;
}

function whatToCheck(name: string, error: unknown, where: string): string {
  if (CREDENTIALS.has(name))
    return "the server's AWS credentials, and that they allow dynamodb:DescribeStream, GetShardIterator and GetRecords";
  if (THROTTLED.has(name)) return 'that no more than two programs read the stream';
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status !== undefined) return `${where}, which answered with status ${status}`;
  return `that ${where} is reachable`;
}
