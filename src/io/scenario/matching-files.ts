import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path/posix';

/** Endings of files that hold Kubernetes objects. */
const MANIFEST = /\.(?:ya?ml|json)$/;

/**
 * Names of the files that `name` means, sorted: itself; every manifest of a folder; every file that matches, if it has
 * a `*`, which stands for any part of one name. `locate` turns a name into a path and throws for what is not there.
 */
export function matchingFiles(name: string, locate: (name: string) => string): string[] {
  if (!name.includes('*')) return isFolder(locate(name)) ? entriesOf(name, locate, MANIFEST) : [name];
  // Refused there, like every name that does not begin in the folder.
  if (name.startsWith('/')) locate(name);
  const segments = name.split('/').filter((segment) => segment !== '.' && segment !== '');
  let found = ['.'];
  segments.forEach((segment, depth) => {
    const isLast = depth === segments.length - 1;
    const pattern = segment.includes('*') ? patternOf(segment) : undefined;
    found = found.flatMap((folder) => {
      if (pattern === undefined) return [join(folder, segment)];
      return namesIn(locate(folder))
        .filter((entry) => pattern.test(entry))
        .map((entry) => join(folder, entry))
        .filter((path) => isFolder(locate(path)) !== isLast);
    });
  });
  return found;
}

function entriesOf(folder: string, locate: (name: string) => string, pattern: RegExp): string[] {
  return namesIn(locate(folder))
    .filter((entry) => pattern.test(entry))
    .map((entry) => join(folder, entry))
    .filter((path) => !isFolder(locate(path)));
}

/** Sorted by code unit: the order of a folder is the file system's own. */
function namesIn(path: string): string[] {
  return readdirSync(path).sort();
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

/** Like a shell: names that begin with a dot match only patterns that do. */
function patternOf(segment: string): RegExp {
  const parts = segment.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
  return new RegExp(`^${segment.startsWith('*') ? String.raw`(?!\.)` : ''}${parts.join('[^/]*')}$`);
}
