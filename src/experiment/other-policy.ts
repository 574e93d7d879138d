import { InputError } from '../errors.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import type { Plan, PlatformPlan } from '../model/plan.ts';
import { findScheduler, SCHEDULER_NAMES } from '../schedulers/registry.ts';
import type { Scheduler } from '../schedulers/scheduler.ts';
import type { PolicyVerdict } from './explanation.ts';
import { schedulerText } from './scheduler-text.ts';

/** A scheduler to be asked about a state that another one has made. */
export interface OtherPolicy extends Pick<PolicyVerdict, 'name' | 'dialect'> {
  readonly scheduler: Scheduler;
}

const STRATEGIES: Readonly<Record<string, object>> = {
  binpack: { placementStrategy: [{ type: 'binpack', field: 'memory' }] },
  spread: { placementStrategy: [{ type: 'spread', field: 'attribute:ecs.availability-zone' }] },
};
const scoringBy = (type: string) => ({
  config: {
    profiles: [
      {
        pluginConfig: [
          {
            name: 'NodeResourcesFit',
            args: {
              scoringStrategy: {
                type,
                resources: [
                  { name: 'cpu', weight: 1 },
                  { name: 'memory', weight: 1 },
                ],
              },
            },
          },
        ],
      },
    ],
  },
});
const PROFILES: Readonly<Record<string, object>> = {
  LeastAllocated: scoringBy('LeastAllocated'),
  MostAllocated: scoringBy('MostAllocated'),
};
/** By kind of platform: what has a name of its own there, as options of the platform's scheduler. */
const PRESETS: Readonly<Record<PlatformPlan['kind'], Readonly<Record<string, object>>>> = {
  ecs: { ecs: {}, ...STRATEGIES },
  kubernetes: { kubernetes: {}, ...PROFILES },
  bare: {},
};
const OF_PLATFORMS: readonly string[] = ['ecs', 'kubernetes'];

/**
 * The policy that `--policy` names: another platform of the plan of the same kind, a preset of the kind (`binpack`,
 * `spread`; `LeastAllocated`, `MostAllocated`), or a baseline of the registry with its defaults, which looks at room and
 * at the neutral wishes alone. Errors: E5001 with the valid names.
 */
export function otherPolicy(wanted: string, plan: Plan, platform: PlatformPlan): OtherPolicy {
  const twins = plan.platforms.filter(
    ({ kind, scheduler }) => kind === platform.kind && scheduler.plugin === null,
  );
  const twin = twins.find(({ name }) => name === wanted);
  if (twin !== undefined) {
    const name = `${twin.name} (${schedulerText(twin)})`;
    return made(twin.scheduler.name, twin.scheduler.options, name, platform.kind);
  }
  const presets = PRESETS[platform.kind];
  const preset = presets[wanted];
  if (preset !== undefined) return made(platform.kind, preset, wanted, platform.kind);
  const baselines = SCHEDULER_NAMES.filter((name) => !OF_PLATFORMS.includes(name));
  if (baselines.includes(wanted)) {
    const limits = platform.kind === 'bare' ? '' : ' (knows room, labels and taints alone)';
    return made(wanted, {}, wanted + limits, 'bare');
  }
  const names = [...new Set([...twins.map(({ name }) => name), ...Object.keys(presets), ...baselines])];
  const message = `there is no policy '${wanted}' for a platform of kind ${platform.kind}: use ${names.join(', ')}`;
  throw new InputError([{ severity: 'error', code: 'E5001', message, hint: didYouMean(wanted, names) }]);
}

function made(scheduler: string, raw: unknown, name: string, kind: PlatformPlan['kind']): OtherPolicy {
  const definition = findScheduler(scheduler)!;
  const read = definition.readOptions(raw);
  if ('problems' in read) {
    throw new InputError([
      { severity: 'error', code: 'E5001', message: `${name}: ${read.problems[0]!.message}` },
    ]);
  }
  return { name, dialect: dialectOf(kind), scheduler: definition.create(read.options) };
}

/** Whose words a platform speaks. */
export function dialectOf(kind: PlatformPlan['kind']): PolicyVerdict['dialect'] {
  return kind === 'bare' ? 'plain' : kind;
}
