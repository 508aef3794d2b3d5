// Builds the console to dist/console: hashed assets, each also packed, so that serving one costs no time.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';

const here = dirname(fileURLToPath(import.meta.url));
const outDir = join(here, '..', 'dist', 'console');
/** Fonts are packed as they are. */
const PACKABLE = /\.(js|css|html|svg|json)$/;
/** Nearly as small as the best, in a tenth of its time. */
const BROTLI_QUALITY = 9;

const precompressed = {
  name: 'precompressed',
  apply: 'build',
  closeBundle() {
    for (const file of readdirSync(outDir, { recursive: true })) {
      if (!PACKABLE.test(file)) continue;
      const content = readFileSync(join(outDir, file));
      writeFileSync(
        join(outDir, `${file}.br`),
        brotliCompressSync(content, {
          params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
        }),
      );
      writeFileSync(join(outDir, `${file}.gz`), gzipSync(content, { level: 9 }));
    }
  },
};

/** Cloudscape carries its fonts as data: URLs in its style sheet, which all pages would wait for. */
const fontsApart = {
  name: 'fonts-apart',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
      file.source = String(file.source).replace(
        /url\(["']?data:font\/woff2;base64,([^)"']+)["']?\)/g,
        (_whole, content) => {
          const source = Buffer.from(content, 'base64');
          const name = `font-${createHash('sha256').update(source).digest('hex').slice(0, 12)}.woff2`;
          this.emitFile({ type: 'asset', fileName: `assets/${name}`, source });
          return `url(./${name})`;
        },
      );
    }
  },
};

export default {
  root: here,
  base: '/_console/',
  logLevel: 'warn',
  plugins: [react(), fontsApart, precompressed],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // The Content-Security-Policy lets in nothing inline, data: URLs included.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
  },
};
