// JavaScript of the build. Node takes half a millisecond to find, read and link a module, and there are 600: a few
// chunks, with the packages in them, start twice as fast. Declarations are the compiler's (tsconfig.json).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Loaded by their file names: the command line, the library, threads and hooks. */
const ENTRIES = [
  'cli.ts',
  'index.ts',
  'experiment/replication-worker.ts',
  'experiment/sweep/chunk-worker.ts',
  'experiment/sweep/queue/chunk-processor.ts',
  'io/typescript-hooks.ts',
];

/**
 * Of yargs the parser alone is used; what else its helpers import is there for those who use the rest, and does nothing
 * by being loaded.
 */
const PARSER_OF_YARGS = {
  name: 'parser-of-yargs',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/(lib\/platform-shims|build\/lib\/utils)\// }, ({ path, resolveDir }) =>
      /[\\/]node_modules[\\/]yargs[\\/]helpers$/.test(resolveDir)
        ? { path: join(resolveDir, path), sideEffects: false }
        : undefined,
    );
  },
};

/** Packages that find files of their own beside them, and those that a user installs if wanted. */
const EXTERNAL = ['amaro', 'bullmq', 'ioredis', 'pg', 'piscina'];

// Packages in CommonJS ask for Node's own modules by require.
const REQUIRE =
  "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);";

/** dist/*.js from src/. */
export async function bundle(root) {
  const inputs = [...(await bundleProgram(root)), ...(await bundlePage(root))];
  writeFileSync(join(root, 'dist', 'THIRD-PARTY.txt'), licences(root, inputs));
}

async function bundleProgram(root) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ENTRIES.map((entry) => join('src', entry)),
    outbase: 'src',
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Half of the text is blanks. Names stay: a stack trace must say something.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: true,
    external: EXTERNAL,
    plugins: [PARSER_OF_YARGS],
    banner: { js: REQUIRE },
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

/** The script of the report page, in one piece: dist/report/page.js. */
async function bundlePage(root) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/report/page/main.tsx'],
    outfile: 'dist/report/page.js',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    alias: { 'node:util': './scripts/page-util.mjs' },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

/** The licences of the packages whose code is in the bundle. */
function licences(root, inputs) {
  const packages = new Set(
    inputs.flatMap((input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  const texts = [...packages].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version} (${license})\n\n${licenceText(folder)}`;
  });
  return `Parts of these packages are in the JavaScript files of this folder.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function licenceText(folder) {
  for (const file of [
    'LICENSE',
    'LICENSE.md',
    'LICENSE.txt',
    'license',
    'license.md',
    'LICENCE',
    'LICENSE-MIT',
  ]) {
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch {}
  }
  return 'No licence file in the package; what its sources say is kept at the end of the files they are in.\n';
}
