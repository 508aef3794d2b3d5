import { freshet } from './freshet';

export interface TestRequest {
  pathParameters: string[];
  queryStringParameters: Record<string, string>;
  headerParameters: Record<string, string>;
  body: string;
}
export interface TestOutcome {
  outcome: 'delivered' | 'retry' | 'rejected';
  reason?: string;
  request: { method: string; url: string; headers?: Record<string, string>; body?: string };
  /** Absent when no answer came. */
  response?: { status: number; body: string };
  durationMs: number;
}

/** Sends one request with an API destination. */
export const sendTestRequest = (name: string, request: TestRequest): Promise<TestOutcome> =>
  freshet('POST', `api-destinations/${encodeURIComponent(name)}/test`, request);
