export type {
  Attempt,
  AttemptReceiver,
  DeliveryRequest,
  Destinations,
  RequestMaker,
} from './attempt.js';
export type { Showable, ShownRequest } from './sent-request.js';
export { createDestinations } from './destinations.js';
export type { DestinationsOptions, OAuthDestinations } from './destinations.js';
export { createEgressPolicy } from './egress.js';
export type { EgressOptions, EgressPolicy } from './egress.js';
export { createPoster } from './poster.js';
export type { Poster } from './poster.js';
export type {
  AuthParameters,
  HttpParameter,
  HttpParameters,
  OAuthParameters,
} from './connection.js';
