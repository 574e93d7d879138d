import { stepProblems } from '../../model/step-adjustments.ts';
import type { ServicePlan } from '../../model/plan.ts';
import type { LoadPlan, PlanEvent, RolloutPlan, ServiceScalingPlan } from '../../model/service-plan.ts';
import { assert } from '../../errors.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Path } from './locate.ts';
import { parseRatePerHour, parseShare } from './rates.ts';
import { durationMs } from './resolve-distribution.ts';
import { resolveTemplate } from './resolve-template.ts';
import { bytes } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import type { Entry } from './sections.ts';
import type { EventInput, LoadInput, RolloutInput, ScalingInput } from './service-schema.ts';
import type { ServiceInput } from './workload-schema.ts';

type Behaviour = Pick<ServicePlan, 'rollout' | 'load' | 'scaling'>;

/** What a service does beyond being a number of tasks; what it does not say is absent. */
export function resolveBehaviour({ path, value }: Entry<ServiceInput>, resolving: Resolving): Behaviour {
  const { rollout, load, autoscaling } = value;
  return {
    ...(rollout !== undefined && { rollout: resolveRollout(rollout) }),
    ...(load !== undefined && { load: resolveLoad(load, [...path, 'load'], resolving) }),
    ...(autoscaling !== undefined && {
      scaling: resolveScaling(autoscaling, load !== undefined, [...path, 'autoscaling'], resolving),
    }),
  };
}

/** A rollout with its defaults. */
export function resolveRollout(input: RolloutInput): RolloutPlan {
  const { circuitBreaker, minimumHealthyPercent, maximumPercent } = input;
  return {
    ...(minimumHealthyPercent !== undefined && { minimumHealthyPercent }),
    ...(maximumPercent !== undefined && { maximumPercent }),
    circuitBreaker: circuitBreaker ?? null,
  };
}

function resolveLoad(input: LoadInput, path: Path, { problems, placeOf }: Resolving): LoadPlan {
  const steps = typeof input.requests === 'string' ? [{ at: '0s', rate: input.requests }] : input.requests;
  const requests = steps.map(({ at, rate }) => {
    const perHour = parseRatePerHour(rate);
    assert(perHour !== undefined, 'the schema accepts only rates that can be read');
    return { atMs: durationMs(at), perHour };
  });
  requests.forEach(({ atMs }, index) => {
    if (index === 0 || atMs > requests[index - 1]!.atMs) return;
    const message = `${placeOf(path)}: ${steps[index]!.at} is not after the step before`;
    problems.error('E1103', [...path, 'requests', index, 'at'], message);
  });
  const repeatMs = input.repeat === undefined ? null : durationMs(input.repeat);
  if (repeatMs !== null && repeatMs <= requests[requests.length - 1]!.atMs) {
    problems.error(
      'E1103',
      [...path, 'repeat'],
      `${placeOf(path)}: ${input.repeat!} is not after the last step`,
    );
  }
  return {
    requests,
    repeatMs,
    cpuMs: durationMs(input.cpu),
    memoryBytes: bytes(input.memory),
    memoryBytesPerRequest: bytes(input.memoryPerRequest),
  };
}

function resolveScaling(
  input: ScalingInput,
  hasLoad: boolean,
  path: Path,
  { problems, placeOf }: Resolving,
): ServiceScalingPlan {
  const { min, max } = input;
  if (min > max)
    problems.error('E1103', [...path, 'max'], `${placeOf(path)}: max ${max} is below min ${min}`);
  if (!hasLoad && input.targets.length + input.steps.length > 0) {
    const hint = 'load: { requests: 200/s, cpu: 20ms }';
    problems.error('E1101', path, `${placeOf(path)}: its policies have no load to follow`, { hint });
  }
  input.steps.forEach(({ adjustments }, index) => {
    for (const problem of stepProblems(adjustments.map(boundsOf))) {
      problems.error('E1103', [...path, 'steps', index, 'adjustments'], `${placeOf(path)}: ${problem}`);
    }
  });
  return {
    minCapacity: min,
    maxCapacity: max,
    targets: input.targets.map(({ scaleInCooldown, ...target }) => ({
      ...target,
      scaleInCooldownMs: durationMs(scaleInCooldown),
    })),
    steps: input.steps.map(({ adjustments, cooldown, ...step }) => ({
      ...step,
      adjustments: adjustments.map((adjustment) => ({ ...boundsOf(adjustment), change: adjustment.change })),
      cooldownMs: durationMs(cooldown),
    })),
    scheduled: input.scheduled
      .map(({ at, min: least, max: most }) => ({
        atMs: durationMs(at),
        minCapacity: least ?? null,
        maxCapacity: most ?? null,
      }))
      .sort((a, b) => a.atMs - b.atMs),
  };
}

function boundsOf({ lower, upper }: { lower?: number | undefined; upper?: number | undefined }) {
  return { lower: lower ?? null, upper: upper ?? null };
}

/** The events of a scenario in order of time; names that do not exist are reported. `objects`: Kubernetes objects that can be restarted. */
export function resolveEvents(
  services: readonly ServicePlan[],
  fleets: readonly { readonly name: string; readonly zones: readonly string[] }[],
  objects: readonly string[],
  resolving: Resolving,
): PlanEvent[] {
  const zones = [...new Set(fleets.flatMap((group) => group.zones))];
  const groups = [...new Set(fleets.map(({ name }) => name))];
  const names = services.map(({ name }) => name);
  const events = resolving.sections.events.flatMap((entry) =>
    resolveEvent(entry, { names, zones, groups, objects }, resolving),
  );
  return events.sort((a, b) => a.atMs - b.atMs);
}

interface Known {
  readonly objects: readonly string[];
  readonly names: readonly string[];
  readonly zones: readonly string[];
  readonly groups: readonly string[];
}

function resolveEvent({ path, value }: Entry<EventInput>, known: Known, resolving: Resolving): PlanEvent[] {
  const { problems, sections } = resolving;
  const atMs = durationMs(value.at);
  const mustBe = (noun: string, key: string, name: string | undefined, among: readonly string[]) => {
    if (name === undefined || among.includes(name) || !sections.isComplete) return;
    problems.error('E1204', [...path, key], `there is no ${noun} "${name}"`, {
      hint: didYouMean(name, among),
    });
  };
  switch (value.kind) {
    case 'deploy': {
      mustBe('service', 'service', value.service, known.names);
      const owner = { path, name: value.service, isForRows: false };
      const template =
        value.template === undefined ? null : resolveTemplate(value.template, owner, resolving);
      if (template === undefined) return [];
      const { failing } = value;
      const share = failing === undefined ? 0 : parseShare(failing.share);
      assert(share !== undefined, 'the schema accepts only shares that can be read');
      const fails = failing === undefined ? null : { at: failing.at, share };
      return [{ kind: 'deploy', atMs, service: value.service, template, failing: fails }];
    }
    case 'restart':
      mustBe('Deployment, StatefulSet or DaemonSet', 'object', value.object, known.objects);
      return [{ kind: 'restart', atMs, object: value.object }];
    case 'outage': {
      mustBe('zone', 'zone', value.zone, known.zones);
      const untilMs = value.until === undefined ? null : durationMs(value.until);
      if (untilMs !== null && untilMs <= atMs)
        problems.error('E1103', [...path, 'until'], `${value.until!} is not after ${value.at}`);
      return [{ kind: 'outage', atMs, untilMs, zone: value.zone }];
    }
    case 'disconnect':
      mustBe('instance group', 'group', value.group, known.groups);
      mustBe('zone', 'zone', value.zone, known.zones);
      return [
        {
          kind: 'disconnect',
          atMs,
          lastingMs: durationMs(value.for),
          group: value.group,
          zone: value.zone ?? null,
          count: value.count ?? null,
        },
      ];
    case 'drain':
      mustBe('instance group', 'group', value.group, known.groups);
      mustBe('zone', 'zone', value.zone, known.zones);
      return [
        { kind: 'drain', atMs, group: value.group, zone: value.zone ?? null, count: value.count ?? null },
      ];
  }
}
