export type * from './change-stream.js';
export { embeddedStreams } from './embedded.js';
export { StreamReadError } from './remote-failure.js';
export { RemoteStreams, type RemoteSourceOptions } from './remote-streams.js';
export { streamSources } from './sources.js';
