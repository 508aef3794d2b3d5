export { AccessPolicy } from './access.js';
export { readCertificate, type Certificate } from './certificate.js';
export { ConsoleFiles } from './console-files.js';
export type { FreshetOperations } from './freshet-api.js';
export type { EventFeed } from './server-sent-events.js';
export { Gateway, type GatewayOptions } from './gateway.js';
export { MomentoGateway } from './momento-gateway.js';
export { sign, type Credentials } from './sigv4.js';
