import { existsSync } from 'node:fs';

/** The folder with package.json above this file: the same from the sources, from a build and in an installed package. */
const ROOT = folderAbove(new URL('.', import.meta.url));

/** Runs from TypeScript, not from a build. */
export const IS_SOURCE: boolean = import.meta.url.endsWith('.ts');

/** A file or folder (with `/` at its end) that the package ships, by its path in the package: `data/regions.csv`. */
export function packageFile(path: string): URL {
  return new URL(path, ROOT);
}

/** A module that is loaded by its file name, in a thread of its own or as a hook: `experiment/replication-worker`. */
export function moduleFile(path: string): URL {
  return packageFile(IS_SOURCE ? `src/${path}.ts` : `dist/${path}.js`);
}

function folderAbove(folder: URL): URL {
  return existsSync(new URL('package.json', folder)) ? folder : folderAbove(new URL('..', folder));
}
