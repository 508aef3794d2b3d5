import { AwsError } from '../lib/aws-error.js';
import { compilePattern, PatternError, type EventPattern } from '../patterns/index.js';
import { parseEvent } from '../transformer/index.js';
import { Checker, requestMembers, type Members } from './checker.js';

/** Without one of these an event is not valid. `resources`, which the documentation also names, may be missing (reported). */
const MANDATORY = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

/** EventBridge's TestEventPattern (error texts recorded). */
export function testEventPattern(input: unknown): Members {
  const members = requestMembers(input);
  const checker = new Checker();
  const pattern = checker.string(members, 'EventPattern', 'eventPattern', {
    required: true,
    max: 4096,
  });
  const event = checker.string(members, 'Event', 'event', { required: true });
  checker.finish();
  const compiled = compile(pattern!);
  return { Result: compiled.matches(parse(event!)) };
}

function compile(text: string): EventPattern {
  try {
    return compilePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new AwsError(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: ${error.message}${error.sourceLocation}`,
    );
  }
}

function parse(text: string): unknown {
  let event: unknown;
  try {
    event = parseEvent(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (typeof event === 'object' && event !== null && !Array.isArray(event)) {
    const members = event;
    if (MANDATORY.every((name) => Object.hasOwn(members, name))) return members;
  }
  throw new AwsError('ValidationException', 'Parameter Event is not valid.');
}
