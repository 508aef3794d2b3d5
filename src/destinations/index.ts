export type { Attempt, DeliveryRequest, Destinations, RequestMaker } from './attempt.js';
export type { Showable, ShownRequest } from './sent-request.js';
export { createDestinations } from './destinations.js';
export type { DestinationsOptions, OAuthDestinations } from './destinations.js';
export { createEgressPolicy } from './egress.js';
export type { EgressPolicy } from './egress.js';
export type {
  AuthParameters,
  HttpParameter,
  HttpParameters,
  OAuthParameters,
} from './connection.js';
