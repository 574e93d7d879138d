import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MANIFEST } from './result-files.ts';

/** `OUT/SCENARIO/PLATFORM/seed=N` is the deepest that stowage writes. */
const DEPTH = 3;
/** Enough to name a few of; a folder of a sweep may hold very many. */
const ENOUGH = 100;

/** Result directories in a folder, sorted by path; of very many, the first hundred. */
export function resultsBelow(folder: string): readonly string[] {
  const found: string[] = [];
  collect(folder, DEPTH, found);
  return found;
}

function collect(folder: string, depth: number, found: string[]): void {
  for (const name of foldersIn(folder)) {
    if (found.length >= ENOUGH) return;
    const path = join(folder, name);
    if (existsSync(join(path, MANIFEST))) found.push(path);
    else if (depth > 1) collect(path, depth - 1, found);
  }
}

function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}
