import type { SchedulerChoice } from '../../model/plan.ts';
import { findScheduler, SCHEDULER_NAMES } from '../../schedulers/registry.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Path } from './locate.ts';
import type { PlatformInput } from './platform-schema.ts';
import { isPluginFile } from './plugin-file.ts';
import type { Resolving } from './resolving.ts';
import { reportOption } from './scheduler-options.ts';

type BareInput = Extract<PlatformInput, { kind: 'bare' }>;

/** Schedulers that belong to a platform, with its units and resource lanes, and cannot stand on a bare one. */
const PLATFORM_SCHEDULERS: readonly string[] = ['ecs', 'kubernetes'];

/** The scheduler of a bare platform, by name with its options, or a plug-in; undefined after a problem. */
export function resolveBareScheduler(
  input: BareInput['scheduler'],
  path: Path,
  resolving: Resolving,
): SchedulerChoice | undefined {
  if (typeof input === 'string') return bareChoice(input, {}, path, path, resolving);
  if ('use' in input) return pluginChoice(input as { use: string }, path, resolving);
  const { name, ...options } = input as { name: string };
  return bareChoice(name, options, path, [...path, 'name'], resolving);
}

function bareChoice(
  name: string,
  options: object,
  path: Path,
  namePath: Path,
  resolving: Resolving,
): SchedulerChoice | undefined {
  const { problems } = resolving;
  if (PLATFORM_SCHEDULERS.includes(name)) {
    const message = `scheduler "${name}" belongs to its platform and cannot stand on a bare one`;
    problems.error('E1204', namePath, message, { hint: `write kind: ${name}` });
    return undefined;
  }
  if (findScheduler(name) === undefined) {
    const names = SCHEDULER_NAMES.filter((known) => !PLATFORM_SCHEDULERS.includes(known));
    problems.error('E1204', namePath, `there is no scheduler "${name}"`, { hint: didYouMean(name, names) });
    return undefined;
  }
  return chosen(name, options, path, resolving);
}

function pluginChoice(
  { use, ...options }: { readonly use: string },
  path: Path,
  resolving: Resolving,
): SchedulerChoice | undefined {
  if (!isPluginFile(use, [...path, 'use'], resolving)) return undefined;
  return { name: 'plugin', options, plugin: use };
}

/** Lets the scheduler's own definition read the options; its findings become positions in the scenario. */
export function chosen(
  name: string,
  options: object,
  at: Path,
  { problems, placeOf }: Resolving,
): SchedulerChoice | undefined {
  const definition = findScheduler(name);
  if (definition === undefined) {
    problems.error('E1206', at, `the scheduler "${name}" is not part of this version`);
    return undefined;
  }
  const result = definition.readOptions(options);
  if ('options' in result) return { name, options, plugin: null };
  for (const problem of result.problems) {
    reportOption(problem, options, [...at, ...problem.path], `${placeOf(at)}: `, problems);
  }
  return undefined;
}
