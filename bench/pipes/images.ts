// <freshet.new-image> beside a template that names each attribute, so that both write the same bytes:
// npm run bench:pipes -- images
import { compileTemplate, type InputTemplate } from '../../src/transformer/index.js';
import { median, say } from '../report.js';
import { microseconds, VARIABLES } from './compute.js';

/** Attributes of the item, every fourth a number, and characters of the others. A template can name no more. */
const ITEMS = [
  { count: 8, length: 20 },
  { count: 32, length: 20 },
  { count: 128, length: 20 },
  { count: 128, length: 400 },
];

type Image = Record<string, { S: string } | { N: string }>;

export function images(rounds: number): void {
  say('\nimages: the whole item beside a template that names its attributes (µs a record)\n');
  for (const { count, length } of ITEMS) {
    const image: Image = {};
    for (let n = 0; n < count; n += 1)
      image[`attribute_${String(n)}`] =
        n % 4 === 3 ? { N: String(1_000_000 + n) } : { S: 'a value '.repeat(length / 8) };
    const record = { eventName: 'INSERT', dynamodb: { Keys: {}, NewImage: image } };
    const members = Object.entries(image).map(
      ([name, value]) => `"${name}":<$.dynamodb.NewImage.${name}.${Object.keys(value)[0]!}>`,
    );
    const named = compileTemplate(`{${members.join(',')}}`);
    const whole = compileTemplate('<freshet.new-image>');
    const render = (template: InputTemplate) => (): string =>
      template.render(record, VARIABLES, record);
    const bytes = Buffer.byteLength(render(whole)());
    for (const warm of [named, whole]) microseconds(render(warm));
    const all = Array.from({ length: rounds }, () => ({
      named: microseconds(render(named)),
      whole: microseconds(render(whole)),
    }));
    const of = (name: keyof (typeof all)[number]): number => median(all.map((one) => one[name]));
    const ratios = all.map((one) => one.whole / one.named);
    say(
      `  ${String(count).padStart(4)} attributes, ${bytes.toLocaleString('en').padStart(7)} B   named ${of('named').toFixed(2).padStart(7)}   whole ${of('whole').toFixed(2).padStart(7)}   ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
    );
  }
}
