export { EventBridgeControl, type EventBridgeOptions } from './event-bridge.js';
export { callerIdentity } from './identity.js';
export { PipesControl, type PipesOptions } from './pipes.js';
