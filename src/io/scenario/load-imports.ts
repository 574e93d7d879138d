import { InputError } from '../../errors.ts';
import type { Path, Problems } from './locate.ts';
import type { ListedNode, ScenarioFiles } from './plan-context.ts';
import type { Sections } from './sections.ts';

/** What files said, by the path of the entry that names them. An entry without a result has been reported. */
export interface Imports {
  readonly digests: ReadonlyMap<string, string>;
  readonly nodes: ReadonlyMap<string, readonly ListedNode[]>;
}

/** Key of an entry in `Imports`. */
export function importKey(path: Path): string {
  return JSON.stringify(path);
}

/** Reads everything that the scenario names, one file after the other; the only step that waits. Errors: E1208, E4xxx. */
export async function loadImports(
  sections: Sections,
  files: ScenarioFiles,
  problems: Problems,
): Promise<Imports> {
  const digests = new Map<string, string>();
  const nodes = new Map<string, readonly ListedNode[]>();
  const attempt = async (path: Path, filePath: Path, load: (key: string) => Promise<void>): Promise<void> => {
    try {
      await load(importKey(path));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const { code, message, position, hint } of error.diagnostics) {
        const where = position === undefined ? '' : ` (line ${position.line})`;
        problems.error(code, filePath, message + where, { hint });
      }
    }
  };

  for (const { path, value } of sections.traces) {
    await attempt(path, [...path, 'file'], async (key) => {
      digests.set(key, await files.hashTrace(value.file, value.format));
    });
  }
  for (const { path, value } of sections.distributions) {
    await attempt(path, [...path, 'file'], async (key) => {
      digests.set(key, await files.hashFile(value.file));
    });
  }
  for (const { path, value } of [...sections.fleet, ...sections.platforms.flatMap(ownFleet)]) {
    const { from } = value;
    if (from === undefined) continue;
    await attempt(path, [...path, 'from', 'file'], async (key) => {
      nodes.set(key, await files.readNodes(from.file));
    });
  }
  return { digests, nodes };
}

/** The groups that belong to one platform alone. */
export function ownFleet({ path, value }: Sections['platforms'][number]): Sections['fleet'] {
  return (value.fleet ?? []).map((group, index) => ({ path: [...path, 'fleet', index], value: group }));
}
