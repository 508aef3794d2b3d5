/** Recorded: 65,535 bytes is the longest name that is taken, though 64 KB are documented. */
const MAX_NAME_BYTES = 65_535;
const MAX_BYTES_PER_UNIT = 3;

/** That it is refused is recorded, and that the text has this number; the other words are inferred. */
export const NAME_TOO_LONG = 'Attribute name is too large, must be less than 65536 bytes';

/** Whether the name of an attribute is longer than any may be. */
export function isNameTooLong(name: string): boolean {
  return (
    name.length * MAX_BYTES_PER_UNIT > MAX_NAME_BYTES && Buffer.byteLength(name) > MAX_NAME_BYTES
  );
}
