import type { KubernetesControllerSettings } from '../../model/kubernetes-defaults.ts';
import { EKS_AGENTS, requestsOfAgents } from '../../model/node-agents.ts';
import type { Autoscaler, FleetGroup, PlatformPlan } from '../../model/plan.ts';
import { ownFleet } from './load-imports.ts';
import type { Path } from './locate.ts';
import type { PlatformInput } from './platform-schema.ts';
import { resolveAutoscaler } from './resolve-autoscaler.ts';
import { resolveControlPlane, resolveUpgrades } from './resolve-control-plane.ts';
import { durationMs } from './resolve-distribution.ts';
import { resolveEcsPlatform } from './resolve-ecs-platform.ts';
import { resolveFleet } from './resolve-fleet.ts';
import { resolveKubelet } from './resolve-kubelet.ts';
import { kubernetesChoice } from './resolve-kubernetes-scheduler.ts';
import { checkProviders } from './resolve-managed-scaling.ts';
import { resolveBareScheduler } from './resolve-scheduler.ts';
import { bytes, cpuMilli, type TypeBook } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import { present } from './scheduler-options.ts';
import type { Entry } from './sections.ts';

type Input<Kind extends PlatformInput['kind']> = Extract<PlatformInput, { kind: Kind }>;

const NO_SCALER: Autoscaler = { kind: 'none' };

/** The platforms; one whose scheduler cannot be had is reported and left out. */
export function resolvePlatforms(
  fleet: readonly FleetGroup[],
  book: TypeBook,
  resolving: Resolving,
): PlatformPlan[] {
  const names = new Set<string>();
  return resolving.sections.platforms.flatMap((entry) => {
    const { name } = entry.value;
    if (names.has(name)) {
      resolving.problems.error('E1205', [...entry.path, 'name'], `two platforms are named "${name}"`);
    }
    names.add(name);
    return resolvePlatform(entry, { fleet, book, resolving });
  });
}

/** What platforms are resolved with: `fleet` is that of the scenario. */
interface Surroundings {
  readonly fleet: readonly FleetGroup[];
  readonly book: TypeBook;
  readonly resolving: Resolving;
}

function resolvePlatform(entry: Entry<PlatformInput>, surroundings: Surroundings): PlatformPlan[] {
  const { path, value } = entry;
  const { book, resolving } = surroundings;
  const { sections, problems } = resolving;
  const isOnFargate = value.kind === 'ecs' && value.fargate !== undefined;
  if (!isOnFargate && value.fleet === undefined && sections.fleet.length === 0 && sections.isComplete) {
    const message = `platform "${value.name}" has no fleet, and the scenario has none either`;
    const hint = 'fleet: [{ name: general, type: m6i.xlarge, size: 3 }]';
    problems.error('E1101', [...path, 'fleet'], message, { hint });
  }
  const common = {
    name: value.name,
    fleet: value.fleet === undefined ? null : resolveFleet(ownFleet(entry), book, resolving),
    queue: resolveQueue(value.queue),
    autoscaler: isOnFargate ? NO_SCALER : resolveAutoscaler(value.autoscaler),
  };
  checkProviders(common, path, resolving);
  switch (value.kind) {
    case 'ecs':
      return resolveEcsPlatform({ path, value }, common, resolving);
    case 'kubernetes':
      return resolveKubernetes({ path, value }, common, surroundings);
    case 'bare':
      return resolveBare({ path, value }, common, resolving);
  }
}

type Common = Pick<PlatformPlan, 'name' | 'fleet' | 'queue' | 'autoscaler'>;

function resolveKubernetes(
  { path, value }: Entry<Input<'kubernetes'>>,
  common: Common,
  { fleet, book, resolving }: Surroundings,
): PlatformPlan[] {
  const { version } = value;
  const scheduler = kubernetesChoice({ path, value }, resolving);
  if (scheduler === undefined) return [];
  const daemons = resolveDaemons(value.daemons, [...path, 'daemons'], resolving);
  const drains = value.terminationHandler === false ? { drainsOnNotice: false } : {};
  const controllers =
    value.controllers === undefined ? {} : { controllers: resolveControllers(value.controllers) };
  const at = [...path, 'controlPlane'];
  const controlPlane = resolveControlPlane(value.controlPlane, common.fleet ?? fleet, {
    path: at,
    book,
    resolving,
  });
  const upgrades = resolveUpgrades(value.upgrades, controlPlane, { path: [...path, 'upgrades'], resolving });
  const kubelet = resolveKubelet(value.kubelet, controlPlane, { path: [...path, 'kubelet'], resolving });
  const more = {
    ...controllers,
    ...(upgrades !== undefined && { upgrades }),
    ...(kubelet !== undefined && { kubelet }),
  };
  return [{ ...common, ...drains, kind: 'kubernetes', scheduler, version, controlPlane, daemons, ...more }];
}

/** Agents by name, or what they ask for together: not both. */
function resolveDaemons(
  { agents, ...own }: Input<'kubernetes'>['daemons'],
  path: Path,
  { problems }: Resolving,
): Extract<PlatformPlan, { kind: 'kubernetes' }>['daemons'] {
  const [stated] = Object.keys(present(own));
  if (agents !== undefined && stated !== undefined) {
    const message = `daemons say agents and ${stated}: the agents bring their own requests`;
    problems.error('E1203', [...path, stated], message, { part: 'key' });
  }
  if (agents !== undefined) return requestsOfAgents(agents);
  const standard = requestsOfAgents(EKS_AGENTS);
  return {
    cpuMilli: own.cpu === undefined ? standard.cpuMilli : cpuMilli(own.cpu),
    memoryBytes: own.memory === undefined ? standard.memoryBytes : bytes(own.memory),
    pods: own.pods ?? standard.pods,
  };
}

function resolveBare(
  { path, value }: Entry<Input<'bare'>>,
  common: Common,
  resolving: Resolving,
): PlatformPlan[] {
  const scheduler = resolveBareScheduler(value.scheduler, [...path, 'scheduler'], resolving);
  return scheduler === undefined ? [] : [{ ...common, kind: 'bare', scheduler }];
}

function resolveQueue(input: PlatformInput['queue']): PlatformPlan['queue'] {
  if (input === 'skip' || input === 'strict') return input;
  const { cycle, bind, grace } = input === 'kube' ? { cycle: '1ms', bind: '10ms', grace: '30s' } : input;
  return { kind: 'kube', cycleMs: durationMs(cycle), bindMs: durationMs(bind), graceMs: durationMs(grace) };
}

function resolveControllers(
  input: NonNullable<Input<'kubernetes'>['controllers']>,
): Partial<KubernetesControllerSettings> {
  const { latency, autoscalerPeriod, nodeGrace, evictionRetry, ...rest } = input;
  const ms = (text: typeof latency) => (text === undefined ? undefined : durationMs(text));
  return present({
    ...rest,
    latencyMs: ms(latency),
    autoscalerPeriodMs: ms(autoscalerPeriod),
    nodeGraceMs: ms(nodeGrace),
    evictionRetryMs: ms(evictionRetry),
  }) as Partial<KubernetesControllerSettings>;
}
