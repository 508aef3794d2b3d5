import { readFileSync } from 'node:fs';
import { UserError } from './errors.js';

/** The JSON document of a file; `-` is standard input. Throws UserError. */
export function readJson(file: string): unknown {
  const name = file === '-' ? 'Standard input' : file;
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UserError(`${name} cannot be read: ${(error as Error).message}.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${name} is not JSON: ${(error as Error).message}.`);
  }
}
