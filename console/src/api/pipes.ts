import { call } from './http';

export interface HttpTargetParameters {
  PathParameterValues?: string[];
  HeaderParameters?: Record<string, string>;
  QueryStringParameters?: Record<string, string>;
}
export interface StageParameters {
  InputTemplate?: string;
  HttpParameters?: HttpTargetParameters;
  SqsQueueParameters?: Record<string, string>;
  CloudWatchLogsParameters?: Record<string, string>;
}
export interface SourceParameters {
  FilterCriteria?: { Filters?: { Pattern?: string }[] };
  DynamoDBStreamParameters?: Record<string, unknown>;
}
export interface PipeSummary {
  Name: string;
  Arn: string;
  DesiredState: string;
  CurrentState: string;
  StateReason?: string;
  Source: string;
  Target: string;
  Enrichment?: string;
}
export interface Pipe extends PipeSummary {
  Description?: string;
  RoleArn: string;
  SourceParameters?: SourceParameters;
  EnrichmentParameters?: StageParameters;
  TargetParameters?: StageParameters;
  Tags?: Record<string, string>;
}

async function pipes<T>(method: string, path: string, input?: object): Promise<T> {
  return request(method, `/v1/pipes${path}`, input);
}

async function request<T>(method: string, target: string, input?: object): Promise<T> {
  return (await call({
    method,
    target,
    service: 'pipes',
    ...(input && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    }),
  })) as T;
}

const pathOf = (name: string): string => `/${encodeURIComponent(name)}`;

export async function listPipes(): Promise<PipeSummary[]> {
  const found: PipeSummary[] = [];
  let token: string | undefined;
  do {
    const page: { Pipes: PipeSummary[]; NextToken?: string } = await pipes(
      'GET',
      token === undefined ? '' : `?NextToken=${encodeURIComponent(token)}`,
    );
    found.push(...page.Pipes);
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}

export const describePipe = (name: string): Promise<Pipe> => pipes('GET', pathOf(name));
export const createPipe = (name: string, input: object): Promise<unknown> =>
  pipes('POST', pathOf(name), input);
export const updatePipe = (name: string, input: object): Promise<unknown> =>
  pipes('PUT', pathOf(name), input);
export const deletePipe = (name: string): Promise<unknown> => pipes('DELETE', pathOf(name));
export const startPipe = (name: string): Promise<unknown> =>
  pipes('POST', `${pathOf(name)}/start`, {});
export const stopPipe = (name: string): Promise<unknown> =>
  pipes('POST', `${pathOf(name)}/stop`, {});
export const tagPipe = (arn: string, tags: Record<string, string>): Promise<unknown> =>
  request('POST', `/tags/${encodeURIComponent(arn)}`, { tags });
export const untagPipe = (arn: string, names: string[]): Promise<unknown> =>
  request(
    'DELETE',
    `/tags/${encodeURIComponent(arn)}?${names.map((name) => `tagKeys=${encodeURIComponent(name)}`).join('&')}`,
  );
