import { type Diagnostic, InputError } from '../../errors.ts';
import type { UserMetricDefinition } from '../../model/user-metric.ts';
import type { KubernetesPluginDefinition } from '../../schedulers/registry.ts';
import type { Path, Problems } from './locate.ts';
import {
  inlineObjects,
  type LocatedObject,
  readDocuments,
  readManifestObjects,
} from './manifest-documents.ts';
import { isOutsideFolder } from './plugin-file.ts';
import type { ListedNode, ManifestFile, PlanContext } from './plan-context.ts';
import { type CheckedDocument, readDocument } from './read-document.ts';
import type { Sections } from './sections.ts';

/** What files said, by the path of the entry that names them. An entry without a result has been reported. */
export interface Imports {
  readonly digests: ReadonlyMap<string, string>;
  /** Scheduler configurations in files of their own. */
  readonly schedulerConfigs: ReadonlyMap<string, CheckedDocument>;
  /** Out-of-tree plugins, by the path of the file name. Empty unless they are allowed. */
  readonly kubernetesPlugins: ReadonlyMap<string, readonly KubernetesPluginDefinition[]>;
  readonly nodes: ReadonlyMap<string, readonly ListedNode[]>;
  /** Kubernetes objects, in files and as they stand in the scenario. */
  readonly objects: ReadonlyMap<string, readonly LocatedObject[]>;
  /** Documents of the ECS API, likewise. */
  readonly ecsDocuments: ReadonlyMap<string, readonly LocatedObject[]>;
  /** Metrics of one's own, which checks may be about; null: not all are known, and that has been said or will be. */
  readonly metrics: readonly UserMetricDefinition[] | null;
}

/** Key of an entry in `Imports`. */
export function importKey(path: Path): string {
  return JSON.stringify(path);
}

/**
 * Reads everything that the scenario names, one file after the other; the only step that waits. Errors: E1207, E1208,
 * E4xxx, and those of documents.
 */
export async function loadImports(
  sections: Sections,
  { files, allowPlugins }: Pick<PlanContext, 'files' | 'allowPlugins'>,
  problems: Problems,
): Promise<Imports> {
  const schedulerConfigs = new Map<string, CheckedDocument>();
  const kubernetesPlugins = new Map<string, readonly KubernetesPluginDefinition[]>();
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
  for (const { path, value } of [
    ...sections.ecs,
    ...sections.fleet.flatMap(containerInstanceEntries),
    ...sections.platforms.flatMap(ownFleet).flatMap(containerInstanceEntries),
  ]) {
    if (typeof value !== 'string') {
      ecsDocuments.set(importKey(path), [{ value, path, locate: problems.locate }]);
      continue;
    }
    await attempt(path, path, async (key) => {
      ecsDocuments.set(key, readAll(files.readManifests(value), readEcsDocuments, problems));
    });
  }
  for (const { path, value } of sections.platforms) {
    if (value.kind !== 'kubernetes') continue;
    const { config } = value;
    if (typeof config === 'string') {
      await attempt(path, [...path, 'config'], async (key) => {
        const document = readSchedulerDocument(config, files.readBytes(config), problems);
        if (document !== undefined) schedulerConfigs.set(key, document);
      });
    }
    for (const [index, file] of (allowPlugins ? value.plugins : []).entries()) {
      const at = [...path, 'plugins', index];
      await attempt(at, at, async (key) => {
        kubernetesPlugins.set(key, await files.loadKubernetesPlugins(file));
      });
    }
  }
  const metrics: UserMetricDefinition[] = [];
  let areMetricsKnown = true;
  for (const [index, file] of (sections.head.metrics ?? []).entries()) {
    const at = ['metrics', index];
    const before = metrics.length;
    if (allowPlugins && !isOutsideFolder(file))
      await attempt(at, at, async () => void metrics.push(...(await files.loadMetrics(file))));
    if (metrics.length === before) areMetricsKnown = false;
  }
  return {
    digests,
    nodes,
    objects,
    ecsDocuments,
    schedulerConfigs,
    kubernetesPlugins,
    metrics: areMetricsKnown ? metrics : null,
  };
}

/** What is wrong with the text itself is told at its place in that file. */
function readSchedulerDocument(
  file: string,
  bytes: Uint8Array,
  problems: Problems,
): CheckedDocument | undefined {
  try {
    return readDocument(file, bytes);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // An empty file, or one that holds something else, is no scenario gone wrong.
    const hint = 'it begins with "apiVersion: kubescheduler.config.k8s.io/v1"';
    const isElse = ({ code }: Diagnostic) => code === 'E1001' || code === 'E1007';
    problems.adopt(error.diagnostics.map((found) => (isElse(found) ? { ...found, hint } : found)));
    return undefined;
  }
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

/** What an instance group names as its container instances. */
export function containerInstanceEntries({ path, value }: Sections['fleet'][number]): Sections['ecs'] {
  return (value.containerInstances ?? []).map((entry, index) => ({
    path: [...path, 'containerInstances', index],
    value: entry,
  }));
}

/** The groups that belong to one platform alone. */
export function ownFleet({ path, value }: Sections['platforms'][number]): Sections['fleet'] {
  return (value.fleet ?? []).map((group, index) => ({ path: [...path, 'fleet', index], value: group }));
}
