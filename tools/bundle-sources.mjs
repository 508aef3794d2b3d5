// Bundles src/ to dist/: what the package exports, the command, and what both load later in chunks. Node would load
// close to six hundred files one by one, and the command would take half as long again to start.
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** @param {string} root Folder of the package. */
export async function bundleSources(root) {
  // Only here: a package installed without dev dependencies has no bundler, and needs none.
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: Object.fromEntries(
      entries(root).map((entry) => [entry, join(root, 'src', `${entry}.ts`)]),
    ),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    resolve: { extensionAlias: { '.js': ['.ts'] } },
  });
  await bundle.write({
    dir: join(root, 'dist'),
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    // As deep as the rooms: paths relative to a file lead to the same places.
    chunkFileNames: 'chunks/[name].js',
  });
}

/** The command and what `exports` of package.json names, without folder and extension. */
function entries(root) {
  const { bin, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const files = Object.values(exports).map((target) => target.default);
  return [bin.freshet, ...files.filter((file) => file !== undefined)].map(
    (file) => /^(?:\.\/)?dist\/(.*)\.js$/.exec(file)[1],
  );
}
