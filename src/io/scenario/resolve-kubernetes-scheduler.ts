import type { SchedulerChoice } from '../../model/plan.ts';
import {
  type KubernetesPluginDefinition,
  kubernetesSchedulerWith,
  PLUGIN_NAMES,
} from '../../schedulers/registry.ts';
import type { OptionsProblem } from '../../schedulers/scheduler.ts';
import { importKey } from './load-imports.ts';
import { formatPath, type Path, Problems } from './locate.ts';
import type { PlatformInput } from './platform-schema.ts';
import type { CheckedDocument } from './read-document.ts';
import type { Resolving } from './resolving.ts';
import { mayRun, present, reportOption } from './scheduler-options.ts';
import type { Entry } from './sections.ts';

type KubernetesInput = Extract<PlatformInput, { kind: 'kubernetes' }>;

/**
 * The scheduler of a Kubernetes platform: its configuration, inline or from a file of its own, read with the
 * out-of-tree plugins that the platform registers. A configuration from a file stands in the plan as if it were
 * inline. Undefined when something is wrong with it, which is then reported: what is wrong in the file, at its place
 * there.
 */
export function kubernetesChoice(
  { path, value }: Entry<KubernetesInput>,
  resolving: Resolving,
): SchedulerChoice | undefined {
  const { problems, placeOf } = resolving;
  const { version, featureGates, tieBreak } = value;
  const registered = registeredPlugins(path, value.plugins, resolving);
  const file =
    typeof value.config === 'string' ? resolving.imports.schedulerConfigs.get(importKey(path)) : undefined;
  if (registered === undefined || (typeof value.config === 'string' && file === undefined)) return undefined;
  const config = file === undefined ? value.config : file.value;
  const plugins = value.plugins.length === 0 ? undefined : value.plugins;
  const options = present({ version, config, featureGates, tieBreak, plugins });
  const read = kubernetesSchedulerWith(registered).readOptions(options);
  const found = 'problems' in read ? read.problems : [];
  if (file !== undefined) reportInFile(found.filter(isInConfig), options, file, problems);
  for (const problem of file === undefined ? found : found.filter((one) => !isInConfig(one))) {
    reportOption(problem, options, [...path, ...problem.path], `${placeOf(path)}: `, problems);
  }
  const isWhole = file === undefined || hasTypeMeta(file, problems);
  return found.length > 0 || !isWhole ? undefined : { name: 'kubernetes', options, plugin: null };
}

function isInConfig({ path }: OptionsProblem): boolean {
  return path[0] === 'config';
}

/** The file's own line and column; the path below `config` is the path in the file. */
function reportInFile(
  found: readonly OptionsProblem[],
  options: object,
  file: CheckedDocument,
  problems: Problems,
): void {
  const inFile = new Problems(file.locate);
  for (const problem of found) {
    const at = problem.path.slice(1);
    reportOption(problem, options, at, at.length === 0 ? '' : `${formatPath(at)}: `, inFile);
  }
  problems.adopt(inFile.list);
}

/** Inline it is clear what a configuration is; a file must say so, as for kube-scheduler itself. */
function hasTypeMeta({ value, locate }: CheckedDocument, problems: Problems): boolean {
  const wanted = { apiVersion: 'kubescheduler.config.k8s.io/v1', kind: 'KubeSchedulerConfiguration' };
  const inFile = new Problems(locate);
  for (const [key, text] of Object.entries(wanted)) {
    if (Object.hasOwn(value as object, key)) continue;
    inFile.error('E1101', [], `missing key "${key}"`, { hint: `${key}: ${text}` });
  }
  problems.adopt(inFile.list);
  return !inFile.hasErrors;
}

/** Undefined when one may not be loaded, could not be, or has a name that is taken. */
function registeredPlugins(
  path: Path,
  files: readonly string[],
  { context, imports, problems }: Resolving,
): readonly KubernetesPluginDefinition[] | undefined {
  const registered: KubernetesPluginDefinition[] = [];
  let isSound = true;
  files.forEach((file, index) => {
    const at = [...path, 'plugins', index];
    const loaded = mayRun(file, at, context.allowPlugins, problems)
      ? imports.kubernetesPlugins.get(importKey(at))
      : undefined;
    if (loaded === undefined) isSound = false;
    for (const plugin of loaded ?? []) {
      const isTaken = [...PLUGIN_NAMES, ...registered.map(({ name }) => name)].includes(plugin.name);
      if (isTaken) {
        problems.error('E1205', at, `"${file}" exports a plugin "${plugin.name}", a name that is taken`);
        isSound = false;
      } else registered.push(plugin);
    }
  });
  return isSound ? registered : undefined;
}
