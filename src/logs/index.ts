export { LogGroups } from './log-groups.js';
export type { LogGroupsOptions } from './log-groups.js';
export type { NewLogEvent } from './log-group.js';
