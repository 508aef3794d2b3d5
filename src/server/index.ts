export { isLoopback, type ServerConfig } from './config.js';
export { startServer, type RunningServer } from './server.js';
export { summary } from './summary.js';
