import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from './freshet.js';

/** A request as a target got it. */
export interface Arrival {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** An HTTP target that remembers what it answered with success. */
export class RecordingTarget {
  /** In the order in which they were answered. */
  readonly taken: Arrival[] = [];
  readonly #server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      void this.#serve({ method, url, headers, body }, response);
    });
  });
  /** What it answers: a status. */
  answer: (arrival: Arrival) => number | Promise<number> = () => 200;

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get origin(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(arrival: Arrival, response: ServerResponse): Promise<void> {
    const status = await this.answer(arrival);
    if (status < 300) this.taken.push(arrival);
    response.writeHead(status).end();
  }
}

/**
 * Writes a template of a table `items` (key `id`) and a pipe `items` from its stream to `PUT {origin}/items/{id}`, and
 * returns its path. The pipe sends whole items, unless another template is given.
 */
export function extendedPipe(
  origin: string,
  {
    tags = {},
    rate = 300,
    extensions = {},
    template: InputTemplate = '<freshet.new-image>',
    enriched = false,
  }: {
    tags?: object;
    rate?: number;
    extensions?: object;
    template?: string;
    /** Whether `PUT {origin}/items/asked` enriches. */
    enriched?: boolean;
  } = {},
): string {
  const template = {
    Resources: {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'items',
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        },
      },
      Connection: {
        Type: 'AWS::Events::Connection',
        Properties: {
          AuthorizationType: 'API_KEY',
          AuthParameters: {
            ApiKeyAuthParameters: { ApiKeyName: 'X-Api-Key', ApiKeyValue: 'key-of-the-target' },
          },
        },
      },
      Destination: {
        Type: 'AWS::Events::ApiDestination',
        Properties: {
          ConnectionArn: { 'Fn::GetAtt': ['Connection', 'Arn'] },
          InvocationEndpoint: `${origin}/items/*`,
          InvocationRateLimitPerSecond: rate,
          HttpMethod: 'PUT',
        },
      },
      Pipe: {
        Type: 'AWS::Pipes::Pipe',
        Metadata: { Freshet: extensions },
        Properties: {
          Name: 'items',
          RoleArn: 'arn:aws:iam::000000000000:role/pipe',
          Source: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
          SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON' } },
          ...(enriched && {
            Enrichment: { 'Fn::GetAtt': ['Destination', 'Arn'] },
            EnrichmentParameters: { HttpParameters: { PathParameterValues: ['asked'] } },
          }),
          Target: { 'Fn::GetAtt': ['Destination', 'Arn'] },
          TargetParameters: {
            InputTemplate,
            HttpParameters: { PathParameterValues: ['<freshet.keys.id>'] },
          },
          Tags: tags,
        },
      },
    },
  };
  const path = join(temporaryFolder(), 'template.json');
  writeFileSync(path, JSON.stringify(template));
  return path;
}
