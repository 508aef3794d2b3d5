export {
  deployTemplate,
  type DeployOptions,
  type StackResource,
  type StackResult,
} from './deploy.js';
export { parseDynamicValues } from './dynamic-references.js';
export { exportPipe, type ExportedPipe } from './export/export-pipe.js';
export { parseTemplate, type Template } from './parse.js';
export type { Action, ResourceApi } from './resources/resource-type.js';
export type { StackStore } from './stack.js';
export { TemplateError } from './template-error.js';
