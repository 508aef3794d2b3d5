/** Where in the pattern's text the reader stood when it found the fault; both count from 1. */
export interface PatternLocation {
  line: number;
  column: number;
}

/** More of a pattern than this is cut off in a location (recorded from event-ruler 2.0.1). */
const SHOWN_SOURCE = 500;

/**
 * An event pattern that AWS refuses. The message is AWS's reason text, without location: EventBridge's
 * API answers `Event pattern is not valid. Reason: ${message}` followed by {@link sourceLocation}.
 */
export class PatternError extends Error {
  /** Undefined where AWS gives none (faults in CIDR values and a few in numbers). */
  readonly location: PatternLocation | undefined;
  /** The text behind the reason, with its leading newline; empty when there is no location. */
  readonly sourceLocation: string;

  /** `times`: how often AWS repeats the location (twice for faults inside a list of anything-but). */
  constructor(reason: string, source: string, location?: PatternLocation, times = 1) {
    super(reason);
    this.name = 'PatternError';
    this.location = location;
    this.sourceLocation =
      location === undefined ? '' : `\n at ${describeLocation(source, location)}`.repeat(times);
  }
}

/** Control characters other than line ends, which AWS shows as they are. */
const CONTROL = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

function escapeControl(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `[Source: (String)"<pattern>"; line: 1, column: 8]`, in the words of AWS's JSON parser. */
export function describeLocation(source: string, { line, column }: PatternLocation): string {
  const rest = source.length - SHOWN_SOURCE;
  const shown = source.slice(0, SHOWN_SOURCE).replace(CONTROL, escapeControl);
  const quoted = `"${shown}"${rest > 0 ? `[truncated ${rest} chars]` : ''}`;
  return `[Source: (String)${quoted}; line: ${line}, column: ${column}]`;
}

/** `'x' (code 120)`, in the words of AWS's JSON parser. */
export function describeCharacter(char: string): string {
  if (char === '') return 'end of text';
  const code = char.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `(CTRL-CHAR, code ${code})`;
  return `'${char}' (code ${code}${code > 0xff ? ` / 0x${code.toString(16)}` : ''})`;
}
