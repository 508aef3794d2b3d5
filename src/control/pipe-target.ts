import type { PipeTargetParameters } from '../state/index.js';
import { compileTemplate, TemplateError } from '../transformer/index.js';
import { given, lowerCamel, type Checker, type Members, type StringRule } from './checker.js';
import { refuseOthers, validation } from './pipe-errors.js';

/** Limits and patterns of the service model (reference: pipes, section 1.1). Values are sensitive there. */
const MAX_TEMPLATE_LENGTH = 8192;
const PATH_VALUE = '(\\$(\\.[\\w/_-]+(\\[(\\d+|\\*)\\])*)*)';
const PATH_PARAMETER: StringRule = { pattern: `(?!\\s*$).+|${PATH_VALUE}`, secret: true };
const MAPS: Record<string, { key: StringRule; value: StringRule }> = {
  HeaderParameters: {
    key: { max: 512, pattern: `[!#$%&'*+-.^_\`|~0-9a-zA-Z]+|${PATH_VALUE}` },
    value: {
      max: 512,
      pattern: `[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*|${PATH_VALUE}`,
      // The same language (a path is printable), without two ways to match one text.
      matcher: /^\t*[\x20-\x7E][\t\x20-\x7E]*$/,
      secret: true,
    },
  },
  QueryStringParameters: {
    key: { max: 512, pattern: `[^\\x00-\\x1F\\x7F]+|${PATH_VALUE}` },
    value: {
      max: 512,
      pattern: `[^\\x00-\\x09\\x0B\\x0C\\x0E-\\x1F\\x7F]+|${PATH_VALUE}`,
      secret: true,
    },
  },
};
const AT = 'targetParameters.httpParameters';

/**
 * Reads TargetParameters; on an update a member that is left out keeps its value, HttpParameters are replaced
 * as one unit, and `InputTemplate: ""` removes the template (documented).
 */
export function targetParameters(
  checker: Checker,
  owner: Members,
  before: PipeTargetParameters = {},
): PipeTargetParameters {
  const update = checker.structure(owner, 'TargetParameters', 'targetParameters');
  if (!update) return before;
  refuseOthers(
    update,
    ['InputTemplate', 'HttpParameters'],
    'TargetParameters',
    'an API destination',
  );
  const template = inputTemplate(checker, update) ?? before.InputTemplate;
  return given({
    InputTemplate: template === '' ? undefined : template,
    HttpParameters: httpParameters(checker, update) ?? before.HttpParameters,
  });
}

function inputTemplate(checker: Checker, owner: Members): string | undefined {
  const template = checker.string(owner, 'InputTemplate', 'targetParameters.inputTemplate', {
    max: MAX_TEMPLATE_LENGTH,
    secret: true,
  });
  if (template === undefined || template === '' || template.length > MAX_TEMPLATE_LENGTH)
    return template;
  try {
    compileTemplate(template);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw validation(`Invalid InputTemplate: ${error.message}`, [
      { name: 'TargetParameters.InputTemplate', message: error.message },
    ]);
  }
  return template;
}

function httpParameters(checker: Checker, owner: Members): PipeTargetParameters['HttpParameters'] {
  const http = checker.structure(owner, 'HttpParameters', AT);
  if (!http) return undefined;
  const values = checker
    .list(http, 'PathParameterValues', `${AT}.pathParameterValues`)
    ?.map((value, index) => {
      const at = `${AT}.pathParameterValues.${String(index + 1)}.member`;
      return checker.string({ value }, 'value', at, { ...PATH_PARAMETER, required: true }) ?? '';
    });
  return given({
    PathParameterValues: values,
    HeaderParameters: stringMap(checker, http, 'HeaderParameters'),
    QueryStringParameters: stringMap(checker, http, 'QueryStringParameters'),
  });
}

function stringMap(
  checker: Checker,
  owner: Members,
  name: string,
): Record<string, string> | undefined {
  const at = `${AT}.${lowerCamel(name)}`;
  const map = checker.structure(owner, name, at);
  if (!map) return undefined;
  const { key: keyRule, value: valueRule } = MAPS[name]!;
  for (const key of Object.keys(map)) {
    checker.string({ key }, 'key', `${at}.key`, keyRule);
    checker.string(map, key, `${at}.${key}.member`, { ...valueRule, required: true });
  }
  return map as Record<string, string>;
}
