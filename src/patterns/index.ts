export { compilePattern } from './event-pattern.js';
export type { EventPattern, PatternOptions } from './event-pattern.js';
export { PatternError } from './pattern-error.js';
export type { PatternLocation } from './pattern-error.js';
