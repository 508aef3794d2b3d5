import { readFileSync } from 'node:fs';
import { UserError } from './errors.js';

/** The JSON document of a file; `-` is standard input. Throws UserError. */
export function readJson(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${nameOf(file)} is not JSON: ${(error as Error).message}.`);
  }
}

/** The text of a file; `-` is standard input. Throws UserError. */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UserError(`${nameOf(file)} cannot be read: ${(error as Error).message}.`);
  }
}

function nameOf(file: string): string {
  return file === '-' ? 'Standard input' : file;
}
