import type {
  PipeEnrichmentParameters,
  PipeHttpParameters,
  PipeTargetParameters,
} from '../state/index.js';
import { compileDynamicValue } from '../transformer/index.js';
import { given, lowerCamel, type Checker, type Members, type StringRule } from './checker.js';
import { refuseOthers } from './pipe-errors.js';
import type { TargetKind } from './pipe-target-kinds.js';
import { checkCompiles, inputTemplate } from './pipe-template.js';

/** Patterns of the service model (reference: pipes, section 1.1). Values are sensitive there. */
const PATH_VALUE = '(\\$(\\.[\\w/_-]+(\\[(\\d+|\\*)\\])*)*)';
const PATH_PARAMETER: StringRule = { pattern: `(?!\\s*$).+|${PATH_VALUE}`, secret: true };
const HEADERS: Record<'key' | 'value', StringRule> = {
  key: { min: 0, max: 512, pattern: `[!#$%&'*+-.^_\`|~0-9a-zA-Z]+|${PATH_VALUE}` },
  value: {
    min: 0,
    max: 512,
    pattern: `[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*|${PATH_VALUE}`,
    // The same language (a path is printable), without two ways to match one text.
    matcher: /^\t*[\x20-\x7E][\t\x20-\x7E]*$/,
  },
};
const QUERY: Record<'key' | 'value', StringRule> = {
  key: { min: 0, max: 512, pattern: `[^\\x00-\\x1F\\x7F]+|${PATH_VALUE}` },
  value: { min: 0, max: 512, pattern: `[^\\x00-\\x09\\x0B\\x0C\\x0E-\\x1F\\x7F]+|${PATH_VALUE}` },
};
const JSON_PATH: StringRule = {
  min: 1,
  max: 256,
  pattern: '\\$(\\.[\\w/_-]+(\\[(\\d+|\\*)\\])*)*',
};
const MESSAGE: StringRule = { max: 100, secret: true };
/** The members of the blocks that hold texts alone. */
const TEXT_BLOCKS = {
  SqsQueueParameters: { MessageGroupId: MESSAGE, MessageDeduplicationId: MESSAGE },
  CloudWatchLogsParameters: { LogStreamName: { min: 1, max: 256 }, Timestamp: JSON_PATH },
} satisfies Record<string, Record<string, StringRule>>;

/**
 * Reads TargetParameters for a target of `kind`; what belongs to another kind is refused. On an update a member
 * that is left out keeps its value, the block of the target is replaced as one unit, and `InputTemplate: ""`
 * removes the template (documented). A block that the pipe's earlier target had goes with it (inferred).
 */
export function targetParameters(
  checker: Checker,
  owner: Members,
  kind: TargetKind,
  before: PipeTargetParameters = {},
): PipeTargetParameters {
  const at = 'targetParameters';
  const update = checker.structure(owner, 'TargetParameters', at) ?? {};
  refuseOthers(checker, update, ['InputTemplate', kind.parameters], 'target');
  const block =
    kind.parameters === 'HttpParameters'
      ? httpParameters(checker, update, at)
      : textBlock(checker, update, at, kind.parameters);
  return given({
    InputTemplate: updatedTemplate(checker, update, 'TargetParameters', before.InputTemplate),
    [kind.parameters]: block ?? before[kind.parameters],
  });
}

/** Reads EnrichmentParameters, whose rules are those of an API destination as target. */
export function enrichmentParameters(
  checker: Checker,
  owner: Members,
  before: PipeEnrichmentParameters = {},
): PipeEnrichmentParameters {
  const at = 'enrichmentParameters';
  const update = checker.structure(owner, 'EnrichmentParameters', at) ?? {};
  refuseOthers(checker, update, ['InputTemplate', 'HttpParameters'], 'enrichment');
  return given({
    InputTemplate: updatedTemplate(checker, update, 'EnrichmentParameters', before.InputTemplate),
    HttpParameters: httpParameters(checker, update, at) ?? before.HttpParameters,
  });
}

function updatedTemplate(
  checker: Checker,
  update: Members,
  parent: string,
  before: string | undefined,
): string | undefined {
  const at = `${lowerCamel(parent)}.inputTemplate`;
  const field = `${parent}.InputTemplate`;
  const template = inputTemplate(checker, update, 'InputTemplate', { at, field });
  return template === undefined ? before : template || undefined;
}

function textBlock(
  checker: Checker,
  owner: Members,
  parentAt: string,
  name: keyof typeof TEXT_BLOCKS,
): Record<string, string> | undefined {
  const at = `${parentAt}.${lowerCamel(name)}`;
  const block = checker.structure(owner, name, at);
  if (!block) return undefined;
  const members = Object.entries(TEXT_BLOCKS[name]).map(([member, rule]) => [
    member,
    checker.string(block, member, `${at}.${lowerCamel(member)}`, rule),
  ]);
  return dynamic(checker, name, given(Object.fromEntries(members) as Record<string, string>));
}

function httpParameters(
  checker: Checker,
  owner: Members,
  parentAt: string,
): PipeHttpParameters | undefined {
  const at = `${parentAt}.httpParameters`;
  const http = checker.structure(owner, 'HttpParameters', at);
  if (!http) return undefined;
  const values = checker
    .list(http, 'PathParameterValues', `${at}.pathParameterValues`)
    ?.map((value, index) => {
      const valueAt = `${at}.pathParameterValues.${String(index + 1)}.member`;
      return (
        checker.string({ value }, 'value', valueAt, { ...PATH_PARAMETER, required: true }) ?? ''
      );
    });
  const headers = checker.textMap(http, 'HeaderParameters', `${at}.headerParameters`, HEADERS);
  const queryAt = `${at}.queryStringParameters`;
  const query = checker.textMap(http, 'QueryStringParameters', queryAt, QUERY);
  dynamic(checker, 'PathParameterValues', values);
  dynamic(checker, 'HeaderParameters', headers);
  dynamic(checker, 'QueryStringParameters', Object.entries(query ?? {}).flat());
  return given({
    PathParameterValues: values,
    HeaderParameters: headers,
    QueryStringParameters: query,
  });
}

/** Checks texts that may be paths or image variables. */
function dynamic<T extends Record<string, string> | string[] | undefined>(
  checker: Checker,
  member: string,
  texts: T,
): T {
  for (const text of Object.values(texts ?? {}))
    checkCompiles(checker, member, () => compileDynamicValue(text));
  return texts;
}
