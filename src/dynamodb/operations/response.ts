/** Puts a response body together from JSON texts; members without a text are left out. */
export function body(members: readonly (readonly [string, string | undefined])[]): string {
  let text = '';
  for (const [name, value] of members)
    if (value !== undefined) text += `${text === '' ? '{' : ','}"${name}":${value}`;
  return text === '' ? '{}' : `${text}}`;
}
