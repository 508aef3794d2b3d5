// What a record costs to match against five patterns and to render with the walk-through's template, and with
// <freshet.new-image>, beside what JSON.parse and JSON.stringify of the same record cost: npm run bench:pipes -- compute
import { compilePattern } from '../../src/patterns/index.js';
import { compileTemplate, type ImageSource } from '../../src/transformer/index.js';
import { median, say } from '../report.js';
import { PATTERNS, streamRecord, TEMPLATE } from './records.js';

const SIZES = [500, 2_000, 10_000, 50_000, 400_000];
/** One measurement takes about so long. */
const SLICE_MS = 100;
export const VARIABLES = {
  pipeArn: 'arn:aws:pipes:us-east-1:000000000000:pipe/p',
  pipeName: 'p',
  sourceArn: 's',
  targetArn: 't',
  ingestionTime: '2026-01-01T00:00:00.000Z',
};

export function compute(rounds: number): void {
  const patterns = PATTERNS.map((pattern) => compilePattern(JSON.stringify(pattern)));
  const template = compileTemplate(TEMPLATE);
  const image = compileTemplate('<freshet.new-image>');
  say(
    '\ncompute: five patterns and a template, beside JSON.parse and JSON.stringify (µs a record)\n',
  );
  for (const size of SIZES) {
    const record = streamRecord(size);
    const text = JSON.stringify(record);
    const match = (): unknown => patterns.map((pattern) => pattern.matches(record));
    const render = (): unknown => template.render(record, VARIABLES);
    const whole = (): unknown => image.render(record, VARIABLES, record as ImageSource);
    const json = (): unknown => JSON.stringify(JSON.parse(text));
    for (const warm of [match, render, whole, json]) microseconds(warm);
    const all = Array.from({ length: rounds }, () => ({
      match: microseconds(match),
      render: microseconds(render),
      whole: microseconds(whole),
      json: microseconds(json),
    }));
    const of = (name: keyof (typeof all)[number]): number => median(all.map((one) => one[name]));
    const ratio = median(all.map((one) => (one.match + one.render) / one.json));
    say(
      `  ${size.toLocaleString('en').padStart(7)} B   match ${of('match').toFixed(2)}   render ${of('render').toFixed(2)}   image ${of('whole').toFixed(2)}   JSON ${of('json').toFixed(2).padStart(7)}   share ${ratio.toFixed(2)}`,
    );
  }
}

/** What one call takes; its result is kept alive so that nothing is left out. */
export function microseconds(call: () => unknown): number {
  let calls = 0;
  let last: unknown;
  const started = performance.now();
  const until = started + SLICE_MS;
  do {
    for (let n = 0; n < 20; n += 1) last = call();
    calls += 20;
  } while (performance.now() < until);
  const took = performance.now() - started;
  if (last === undefined) throw new Error('There was no result.');
  return (took / calls) * 1000;
}
