import { integer, object, required, text } from '../shape.js';
import {
  bringUpDescribed,
  unlessMissing,
  type BringUpRequest,
  type ResourceType,
  type Standing,
} from './resource-type.js';

/** What a destination has whose rate limit is not given (recorded). */
const DEFAULT_RATE = 300;

/** AWS::Events::ApiDestination. Ref: its name. */
export const apiDestination: ResourceType = {
  name: 'AWS::Events::ApiDestination',
  properties: object({
    ConnectionArn: required(text),
    Description: text,
    HttpMethod: required(text),
    InvocationEndpoint: required(text),
    InvocationRateLimitPerSecond: integer,
    Name: text,
  }),
  attributes: ['Arn', 'ArnForPolicy'],
  naming: { property: 'Name', maxLength: 64 },
  bringUp,
};

async function bringUp(request: BringUpRequest): Promise<Standing> {
  const { api, name, properties } = request;
  const describe = (): Promise<{ ApiDestinationArn: string } | undefined> =>
    unlessMissing(api.events('DescribeApiDestination', { Name: name }));
  const { action, description } = await bringUpDescribed(request, {
    describe,
    create: () => api.events('CreateApiDestination', { ...properties, Name: name }),
    async update() {
      await api.events('UpdateApiDestination', {
        // What an update leaves out keeps its value.
        Description: '',
        InvocationRateLimitPerSecond: DEFAULT_RATE,
        ...properties,
        Name: name,
      });
      return true;
    },
  });
  const arn = description.ApiDestinationArn;
  return { action, attributes: { Arn: arn, ArnForPolicy: arn.slice(0, arn.lastIndexOf('/')) } };
}
