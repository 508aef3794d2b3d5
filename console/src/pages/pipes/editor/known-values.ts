import { plainValue } from './plain-image.js';

/** Something that a template, a parameter or a pattern can name. */
export interface Known {
  /** As it is written: `$.dynamodb.NewImage.name.S`, `aws.pipes.event`, `freshet.new-image.name`. */
  text: string;
  /** What it is in the sample, shortened; of a reserved variable what it stands for is told by the editor. */
  example: string;
}

/** Names that a path may have. */
const NAME = /^[\w/-]+$/;
/** More paths than these nobody reads through. */
const MAX_PATHS = 500;
const MAX_EXAMPLE = 40;

/** The reserved variables of EventBridge Pipes. */
export const AWS_VARIABLES = [
  'aws.pipes.event',
  'aws.pipes.event.json',
  'aws.pipes.event.ingestion-time',
  'aws.pipes.pipe-arn',
  'aws.pipes.pipe-name',
  'aws.pipes.source-arn',
  'aws.pipes.enrichment-arn',
  'aws.pipes.target-arn',
];

/** What people mostly want comes first. */
const WANTED = [/^\$\.dynamodb\.NewImage\./, /^\$\.dynamodb\.Keys\./, /^\$\.dynamodb\.OldImage\./];

/** The paths of all records: values before what has parts, images before the rest. */
export function pathsOf(records: readonly unknown[]): Known[] {
  const rankOf = ({ text, isLeaf }: Named): number => {
    const place = WANTED.findIndex((one) => one.test(text));
    return (isLeaf ? 0 : WANTED.length + 1) + (place < 0 ? WANTED.length : place);
  };
  return namesOf(records, '$').sort((one, other) => rankOf(one) - rankOf(other));
}

/** Freshet's plain images of the records, and what is in them. */
export function imagesOf(records: readonly unknown[]): Known[] {
  const images = { 'new-image': 'NewImage', 'old-image': 'OldImage', keys: 'Keys' };
  return Object.entries(images).flatMap(([name, member]) => {
    const found = records.flatMap((record) => {
      const image = (record as { dynamodb?: Record<string, unknown> } | null)?.dynamodb?.[member];
      return image === undefined ? [] : [plainValue({ M: image })];
    });
    const whole = { text: `freshet.${name}`, example: exampleOf(found[0] ?? {}) };
    return [whole, ...namesOf(found, `freshet.${name}`)];
  });
}

interface Named extends Known {
  isLeaf: boolean;
}

function namesOf(values: readonly unknown[], root: string): Named[] {
  const found = new Map<string, Named>();
  const walk = (value: unknown, path: string): void => {
    if (found.size >= MAX_PATHS) return;
    if (path !== root && !found.has(path))
      found.set(path, {
        text: path,
        example: exampleOf(value),
        isLeaf: typeof value !== 'object' || value === null,
      });
    if (Array.isArray(value)) value.forEach((one, at) => walk(one, `${path}[${String(at)}]`));
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value))
        if (NAME.test(name)) walk(inner, `${path}.${name}`);
  };
  for (const value of values) walk(value, root);
  return [...found.values()];
}

export function exampleOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_EXAMPLE ? `${text.slice(0, MAX_EXAMPLE)}…` : text;
}
