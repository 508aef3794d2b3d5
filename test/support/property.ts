/**
 * How a property test runs: `cases` of them, from a fixed seed, so that a build fails for what it changed and
 * never at random. For a longer run FRESHET_ROUNDS says how many cases, FRESHET_SEED from which seed.
 */
export function cases(usual: number): { numRuns: number; seed: number } {
  return {
    numRuns: Number(process.env['FRESHET_ROUNDS'] ?? usual),
    seed: Number(process.env['FRESHET_SEED'] ?? 1),
  };
}
