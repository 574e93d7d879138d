import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../errors.ts';
import { type UserMetric, userMetricProblem } from '../model/user-metric.ts';
import {
  isKubernetesPlugin,
  isStartTaskDefinition,
  type KubernetesPluginDefinition,
  type StartTaskDefinition,
} from '../schedulers/registry.ts';
import type { SchedulerDefinition } from '../schedulers/scheduler.ts';
import { IS_SOURCE, moduleFile } from './package-file.ts';

let stripsTypes = false;

/**
 * Loads a scheduler from a module: its default export, a `SchedulerDefinition` (`definePolicy` makes one). Runs code:
 * call it only where the user has allowed plug-ins. Errors: E1207 for a module that cannot be loaded or exports
 * something else.
 */
export async function loadPlugin(folder: string, file: string): Promise<SchedulerDefinition> {
  const definition = await defaultExport(folder, file);
  if (!isDefinition(definition)) {
    throw pluginError(
      file,
      `Plug-in '${file}' has no scheduler as its default export: use definePolicy of stowage`,
    );
  }
  return definition;
}

/**
 * Loads out-of-tree plugins of kube-scheduler from a module: its default export, what `defineKubernetesPlugin` makes or
 * a list of such. Runs code: call it only where the user has allowed plug-ins. Errors: E1207.
 */
export async function loadKubernetesPlugins(
  folder: string,
  file: string,
): Promise<readonly KubernetesPluginDefinition[]> {
  const exported = await defaultExport(folder, file);
  const plugins: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  if (plugins.length > 0 && plugins.every(isKubernetesPlugin)) return plugins;
  throw pluginError(
    file,
    `Plug-in '${file}' has no scheduler plugin as its default export: use defineKubernetesPlugin of stowage`,
  );
}

/**
 * Loads a scheduler for `startTask` of an ECS platform from a module: its default export, what `defineStartTaskScheduler`
 * makes. Runs code: call it only where the user has allowed plug-ins. Errors: E1207.
 */
export async function loadStartTaskScheduler(folder: string, file: string): Promise<StartTaskDefinition> {
  const exported = await defaultExport(folder, file);
  if (isStartTaskDefinition(exported)) return exported;
  throw pluginError(
    file,
    `Plug-in '${file}' has no scheduler for startTask as its default export: use defineStartTaskScheduler of stowage`,
  );
}

/**
 * Loads metrics from a module: its default export, what `defineMetric` makes or a list of such. Runs code: call it only
 * where the user has allowed plug-ins. Errors: E1207.
 */
export async function loadMetrics(folder: string, file: string): Promise<readonly UserMetric<never>[]> {
  const exported = await defaultExport(folder, file);
  const metrics: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  const problem = metrics.map(userMetricProblem).find((found) => found !== null);
  if (problem === undefined && metrics.length > 0) return metrics as readonly UserMetric<never>[];
  throw pluginError(
    file,
    `Plug-in '${file}' has no metric as its default export (${problem ?? 'an empty list'}): use defineMetric of stowage`,
  );
}

async function defaultExport(folder: string, file: string): Promise<unknown> {
  const path = resolve(folder, file);
  if (path.endsWith('.ts')) stripTypes();
  try {
    return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (error) {
    throw pluginError(
      file,
      `Cannot load plug-in '${file}': ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function isDefinition(value: unknown): value is SchedulerDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { name, create, readOptions, complete } = value as Partial<SchedulerDefinition>;
  return (
    typeof name === 'string' &&
    [create, readOptions, complete].every((member) => typeof member === 'function')
  );
}

/** Node 20 cannot import TypeScript by itself; later versions can, and so can whoever runs this file as TypeScript. */
function stripTypes(): void {
  const native = (process.features as { typescript?: string | false }).typescript;
  if (stripsTypes || native || IS_SOURCE) return;
  stripsTypes = true;
  register(moduleFile('io/typescript-hooks'));
}

function pluginError(file: string, message: string): InputError {
  return new InputError([
    { severity: 'error', code: 'E1207', message, position: { file, line: 1, column: 1, length: 1 } },
  ]);
}
