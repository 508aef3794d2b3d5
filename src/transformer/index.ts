export { parseJson as parseEvent } from '../lib/json-text.js';
export { compileDynamicValue } from './dynamic-value.js';
export type { DynamicValue } from './dynamic-value.js';
export { RenderError, TemplateError } from './errors.js';
export { compileTemplate } from './input-template.js';
export type { InputTemplate, TemplateOptions } from './input-template.js';
export { RawEvent } from './variables.js';
export type { PipeVariables } from './variables.js';
