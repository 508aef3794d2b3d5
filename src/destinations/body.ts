/** Body parameters of a connection, encoded once: JSON text of each value by member name. */
export type BodyPlan = ReadonlyMap<string, string>;

/** `parameters`: the connection's BodyParameters. */
export function planBody(parameters: readonly { key: string; value: string }[]): BodyPlan {
  return new Map(parameters.map(({ key, value }) => [key, JSON.stringify(value)]));
}

/**
 * Puts the connection's body parameters into a JSON object as top-level members; they win over members of
 * the same name. Any other body stays as it is (inferred). All that is not replaced keeps its very
 * characters, so that numbers keep their digits.
 */
export function mergeBody(plan: BodyPlan, body: string): string {
  if (plan.size === 0 || !isJsonObject(body)) return body;
  const kept: string[] = [];
  for (const member of topLevelMembers(body)) {
    if (!plan.has(memberName(member))) kept.push(member);
  }
  for (const [name, value] of plan) kept.push(`${JSON.stringify(name)}:${value}`);
  return `{${kept.join(',')}}`;
}

function isJsonObject(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Not JSON, so no object: an answer, not a fault.
    return false;
  }
}

/** The texts of an object's members, `"name": value`. `text` is known to be a JSON object. */
function topLevelMembers(text: string): string[] {
  const members: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '"':
        i = endOfString(text, i);
        break;
      case '{':
      case '[':
        depth += 1;
        if (depth === 1) start = i + 1;
        break;
      case '}':
      case ']':
        depth -= 1;
        if (depth === 0) members.push(text.slice(start, i));
        break;
      case ',':
        if (depth === 1) {
          members.push(text.slice(start, i));
          start = i + 1;
        }
        break;
    }
  }
  return members.filter((member) => member.trim() !== '');
}

function memberName(member: string): string {
  const start = member.indexOf('"');
  return JSON.parse(member.slice(start, endOfString(member, start) + 1)) as string;
}

/** Index of the quote that ends the string which starts at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
