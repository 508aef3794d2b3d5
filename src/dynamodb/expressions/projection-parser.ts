import { Parser } from './parser.js';
import type { ProjectionSyntax } from './syntax.js';

/** Reads a projection, and checks what can be checked without names. */
export function parseProjectionSyntax(text: string): ProjectionSyntax {
  const parser = new Parser('ProjectionExpression', text);
  const paths = [parser.path()];
  while (parser.accept(',')) paths.push(parser.path());
  parser.finish();
  for (const path of paths) parser.checkPath(path);
  return paths;
}
