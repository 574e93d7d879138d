import { InputError } from '../../errors.ts';
import {
  inlineObjects,
  type LocatedObject,
  readDocuments,
  readManifestObjects,
} from './manifest-documents.ts';
import type { Path, Problems } from './locate.ts';
import type { ListedNode, ManifestFile, ScenarioFiles } from './plan-context.ts';
import type { Sections } from './sections.ts';

/** What files said, by the path of the entry that names them. An entry without a result has been reported. */
export interface Imports {
  readonly digests: ReadonlyMap<string, string>;
  readonly nodes: ReadonlyMap<string, readonly ListedNode[]>;
  /** Kubernetes objects, in files and as they stand in the scenario. */
  readonly objects: ReadonlyMap<string, readonly LocatedObject[]>;
  /** Documents of the ECS API, likewise. */
  readonly ecsDocuments: ReadonlyMap<string, readonly LocatedObject[]>;
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
  const objects = new Map<string, readonly LocatedObject[]>();
  for (const { path, value } of [
    ...sections.manifests,
    ...sections.fleet.flatMap(nodeEntries),
    ...sections.platforms.flatMap(ownFleet).flatMap(nodeEntries),
  ]) {
    if (typeof value !== 'string') {
      objects.set(importKey(path), inlineObjects(value, problems.locate, path));
      continue;
    }
    await attempt(path, path, async (key) => {
      objects.set(key, readAll(files.readManifests(value), readManifestObjects, problems));
    });
  }
  const ecsDocuments = new Map<string, readonly LocatedObject[]>();
  for (const { path, value } of sections.ecs) {
    if (typeof value !== 'string') {
      ecsDocuments.set(importKey(path), [{ value, path, locate: problems.locate }]);
      continue;
    }
    await attempt(path, path, async (key) => {
      ecsDocuments.set(key, readAll(files.readManifests(value), readEcsDocuments, problems));
    });
  }
  return { digests, nodes, objects, ecsDocuments };
}

/** A mistake in one file does not hide those in others; they keep their own positions. */
function readAll(
  files: readonly ManifestFile[],
  read: (file: ManifestFile) => LocatedObject[],
  problems: Problems,
): LocatedObject[] {
  return files.flatMap((file) => {
    try {
      return read(file);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.adopt(error.diagnostics);
      return [];
    }
  });
}

function readEcsDocuments(file: ManifestFile): LocatedObject[] {
  return readDocuments(file).map(({ value, locate }) => ({ value, locate, path: [] }));
}

/** What an instance group names as its nodes. */
export function nodeEntries({ path, value }: Sections['fleet'][number]): Sections['manifests'] {
  return (value.nodes ?? []).map((entry, index) => ({ path: [...path, 'nodes', index], value: entry }));
}

/** The groups that belong to one platform alone. */
export function ownFleet({ path, value }: Sections['platforms'][number]): Sections['fleet'] {
  return (value.fleet ?? []).map((group, index) => ({ path: [...path, 'fleet', index], value: group }));
}
