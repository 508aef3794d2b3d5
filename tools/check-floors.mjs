// Checks the floors of DESIGN: a room imports only from rooms on lower floors, and only through
// their index.ts. Prints each violation and exits with 1 if there is any.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const FLOORS = [
  ['lib'],
  ['patterns', 'transformer'],
  ['dynamodb', 'state'],
  ['destinations', 'streams', 'momento', 'sqs', 'logs'],
  ['control', 'pipes'],
  ['gateway', 'templates'],
  ['cli', 'server'],
];
const PURE = new Set(['patterns', 'transformer']); // no I/O: no import of node: modules or packages

/** What the package exports beside the rooms' own doors: a door, too, that loads less. */
const FURTHER_DOORS = new Set([join('server', 'dynamodb.js'), join('server', 'momento.js')]);

const src = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src');
const floorOf = new Map(FLOORS.flatMap((rooms, floor) => rooms.map((room) => [room, floor])));
const violations = [];

for (const file of readdirSync(src, { recursive: true })) {
  if (!file.endsWith('.ts')) continue;
  const room = file.split(sep)[0];
  if (!floorOf.has(room)) {
    violations.push(
      `src/${file}: '${room}' is not a room of the house; add it to tools/check-floors.mjs`,
    );
    continue;
  }
  for (const specifier of importsOf(readFileSync(join(src, file), 'utf8'))) {
    const problem = specifier.startsWith('.')
      ? relativeImport(file, room, specifier)
      : packageImport(room, specifier);
    if (problem) violations.push(`src/${file}: ${problem}`);
  }
}

for (const violation of violations) console.error(violation);
console.log(violations.length === 0 ? 'floors: ok' : `floors: ${violations.length} violation(s)`);
process.exit(violations.length === 0 ? 0 : 1);

function importsOf(text) {
  return [...text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)'([^']+)'/g)].map(
    (match) => match[1],
  );
}

function relativeImport(file, room, specifier) {
  const target = relative(src, resolve(src, dirname(file), specifier));
  const targetRoom = target.split(sep)[0];
  if (targetRoom === room) return undefined;
  if (!floorOf.has(targetRoom)) return `imports '${specifier}' from outside the rooms`;
  // cli and server share the top floor: the command starts the server.
  const serverFromCli = room === 'cli' && targetRoom === 'server';
  if (floorOf.get(targetRoom) >= floorOf.get(room) && !serverFromCli)
    return `imports '${specifier}': ${targetRoom} is not on a lower floor than ${room}`;
  if (targetRoom !== 'lib' && target.split(sep).length !== 2)
    return `imports '${specifier}': reach a room through its index.ts`;
  const isDoor = target.endsWith(`${sep}index.js`) || FURTHER_DOORS.has(target);
  if (targetRoom !== 'lib' && !isDoor)
    return `imports '${specifier}': reach a room through its index.ts`;
  return undefined;
}

function packageImport(room, specifier) {
  return PURE.has(room)
    ? `imports '${specifier}': ${room} is pure and imports no module`
    : undefined;
}
