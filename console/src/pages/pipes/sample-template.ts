import { pathsOf } from './editor/known-values';

/** A template of the sample's attributes: a JSON string that holds a JSON object, which caches store as text. */
export function templateOf(sample: object): string {
  const lines = pathsOf([sample])
    .map(({ text }) => ({
      path: text,
      name: /^\$\.dynamodb\.NewImage\.([\w-]+)\.[SN]$/.exec(text)?.[1],
    }))
    .filter(({ name }) => name !== undefined)
    .map(({ path, name }) => `\\"${name!}\\": \\"<${path}>\\"`);
  return `"{${lines.join(', ')}}"`;
}
