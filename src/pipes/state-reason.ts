/** Longest `StateReason` (reference: pipes, section 1.1). */
export const MAX_REASON_CHARACTERS = 512;

/** The text, its end given up for an ellipsis where it is longer than `room` characters. Pure. */
export function shortened(text: string, room = MAX_REASON_CHARACTERS): string {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}
