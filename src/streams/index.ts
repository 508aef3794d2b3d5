export type * from './change-stream.js';
export { embeddedStreams } from './embedded.js';
