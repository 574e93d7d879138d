import { kubeletSettings } from '../../model/kubelet-defaults.ts';
import { nodeOffer } from '../../model/node-offer.ts';
import type { InstanceType } from '../../model/instance-type.ts';
import type { FleetGroup, Plan, PlatformPlan, TaskTemplate } from '../../model/plan.ts';
import { isTolerated } from '../../model/toleration.ts';
import { formatBytes, GIB, MIB } from '../../units.ts';
import { listed } from './did-you-mean.ts';
import type { Path } from './locate.ts';
import type { Resolving } from './resolving.ts';

/** A group of tasks with one template, and where that stands in the scenario. */
export interface FitSubject {
  readonly name: string;
  readonly template: TaskTemplate;
  readonly path: Path;
}

/** One kind of machine of a fleet. */
interface Machine {
  readonly group: FleetGroup;
  readonly type: InstanceType;
}

/** An amount that a task asks for, and what a machine offers of it, in the platform's own unit. */
interface Demand {
  readonly noun: string;
  readonly amount: number;
  readonly offered: (machine: Machine) => number;
  readonly shown: (amount: number) => string;
}

interface Finding {
  readonly subject: FitSubject;
  readonly codes: readonly [error: 'E2001' | 'E2002', warning: 'W2001' | 'W2004'];
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * Tasks that no instance of a platform's fleet could ever take, however empty: because of what they ask for (W2001),
 * or of where they may go (W2004). Errors (E2001, E2002) when that is every service and job of the workload. Only
 * what is certain is reported: reserves that a platform keeps beyond the ones named here make fewer tasks fit.
 */
export function checkFit(plan: Plan, subjects: readonly FitSubject[], { problems }: Resolving): void {
  const hasNodeClass = (plan.workload.manifests ?? []).some(({ kind }) => kind === 'EC2NodeClass');
  for (const platform of plan.platforms) {
    const fleet = platform.fleet ?? plan.fleet;
    // What a Node object or a container instance offers is not what its type would; nor a node of a class of its own.
    if (fleet.some(({ nodes, containerInstances }) => (nodes ?? containerInstances) !== undefined)) continue;
    if (platform.kind === 'kubernetes' && hasNodeClass) continue;
    // Fargate has no instances, and a run rejects what no size of it can take.
    if (platform.kind === 'ecs' && platform.fargate !== undefined) continue;
    const machines = machinesOf(fleet, plan.types);
    if (machines.length === 0) continue;
    const findings = subjects.flatMap((subject) => {
      const allowed = machines.filter((machine) => mayRun(subject.template, machine, platform));
      const found =
        allowed.length === 0 ? nowhere(subject, machines, platform) : shortage(subject, allowed, platform);
      return found === undefined ? [] : [found];
    });
    const isHopeless = findings.length === subjects.length;
    for (const { subject, codes, message, hint } of findings) {
      const text = `${message} (platform "${platform.name}")`;
      if (isHopeless) problems.error(codes[0], subject.path, text, { hint });
      else problems.warning(codes[1], subject.path, text, { hint });
    }
  }
}

function machinesOf(fleet: readonly FleetGroup[], types: readonly InstanceType[]): Machine[] {
  return fleet
    .filter((group) => group.size.max > 0)
    .flatMap((group) =>
      group.types.flatMap((name) =>
        types.filter((type) => type.name === name).map((type) => ({ group, type })),
      ),
    );
}

function shortage(
  subject: FitSubject,
  machines: readonly Machine[],
  platform: PlatformPlan,
): Finding | undefined {
  const { name, template } = subject;
  const finding = (message: string): Finding => ({ subject, codes: ['E2001', 'W2001'], message });
  const demands = demandsOf(template, platform);
  const fits = (machine: Machine) => demands.every(({ amount, offered }) => amount <= offered(machine));
  if (machines.some(fits)) return undefined;
  const reasons = demands.flatMap(({ noun, amount, offered, shown }) => {
    const largest = machines.reduce((best, machine) => (offered(machine) > offered(best) ? machine : best));
    if (amount <= offered(largest)) return [];
    const where = `the largest type in group ${largest.group.name} (${largest.type.name})`;
    return [`needs ${shown(amount)} ${noun}; ${where} offers ${shown(offered(largest))}`];
  });
  if (reasons.length > 0) return finding(`task ${name} ${reasons.join(', and ')}`);
  const nouns = demands.map(({ noun, amount, shown }) => `${shown(amount)} ${noun}`);
  return finding(`task ${name} needs ${listed(nouns, 'and')} together; no type of the fleet offers them all`);
}

function demandsOf(template: TaskTemplate, platform: PlatformPlan): Demand[] {
  const { cpuMilli, memoryBytes, ephemeralBytes, gpu, extended, network } = template;
  const memoryMiB = Math.ceil(memoryBytes / MIB);
  const demands: Demand[] = [];
  const plain = String;
  switch (platform.kind) {
    case 'ecs': {
      const units = Math.ceil((cpuMilli * 1024) / 1000);
      const reserved = platform.reservedMemoryMiB;
      demands.push({
        noun: 'CPU units',
        amount: units,
        offered: ({ type }) => type.vcpus * 1024,
        shown: plain,
      });
      demands.push({
        noun: 'MiB of memory',
        amount: memoryMiB,
        offered: ({ type }) => type.linuxMemoryMiB - reserved,
        shown: plain,
      });
      if (network === 'awsvpc') {
        const enis = (type: InstanceType) =>
          platform.awsvpcTrunking ? type.awsvpcTasks.trunked : type.awsvpcTasks.plain;
        demands.push({
          noun: 'network interfaces for tasks',
          amount: 1,
          offered: ({ type }) => enis(type),
          shown: plain,
        });
      }
      break;
    }
    case 'kubernetes': {
      const { daemons } = platform;
      const kubelet = kubeletSettings(platform.controlPlane, platform.kubelet);
      const offer = ({ group, type }: Machine) => nodeOffer(type, group.rootVolume.sizeGiB * GIB, kubelet);
      const freeMemory = (machine: Machine) =>
        Math.floor((offer(machine).memoryBytes - daemons.memoryBytes) / MIB);
      demands.push({
        noun: 'millicores',
        amount: cpuMilli,
        offered: (machine) => offer(machine).cpuMilli - daemons.cpuMilli,
        shown: plain,
      });
      demands.push({ noun: 'MiB of memory', amount: memoryMiB, offered: freeMemory, shown: plain });
      demands.push({
        noun: 'pods',
        amount: 1,
        offered: (machine) => offer(machine).pods - daemons.pods,
        shown: plain,
      });
      break;
    }
    case 'bare':
      demands.push({
        noun: 'millicores',
        amount: cpuMilli,
        offered: ({ type }) => type.vcpus * 1000,
        shown: plain,
      });
      demands.push({
        noun: 'MiB of memory',
        amount: memoryMiB,
        offered: ({ type }) => type.memoryMiB,
        shown: plain,
      });
  }
  // ECS does not count scratch space.
  if (platform.kind !== 'ecs' && ephemeralBytes > 0) {
    demands.push({
      noun: 'of scratch space',
      amount: ephemeralBytes,
      offered: ({ group }) => group.rootVolume.sizeGiB * GIB,
      shown: formatBytes,
    });
  }
  if (gpu !== null) {
    demands.push({
      noun: 'GPUs',
      amount: gpu.count,
      offered: ({ type }) => type.gpus?.count ?? 0,
      shown: plain,
    });
  }
  for (const [name, amount] of extended) {
    demands.push({ noun: name, amount, offered: ({ group }) => group.extended.get(name) ?? 0, shown: plain });
  }
  return demands;
}

/** Keys of `where` that every platform understands. */
function neutralValue(key: string, { group, type }: Machine): readonly string[] | undefined {
  if (key === 'zone') return group.zones;
  if (key === 'instance-type') return [type.name];
  if (key === 'architecture') return [type.architecture];
  return undefined;
}

function mayRun(template: TaskTemplate, machine: Machine, platform: PlatformPlan): boolean {
  const { where, gpu, tolerations } = template;
  const { group, type } = machine;
  // Karpenter gives nodes the labels and taints of their pool.
  const isPooled = platform.autoscaler.kind === 'karpenter';
  for (const [key, value] of where) {
    // Attributes that the platforms set themselves are not known here.
    if (/^ecs\.|kubernetes\.io\//.test(key)) continue;
    const values = neutralValue(key, machine);
    if (values === undefined && isPooled) continue;
    if (values === undefined ? group.labels.get(key) !== value : !values.includes(value)) return false;
  }
  if (gpu !== null && gpu.models.length > 0 && !gpu.models.includes(type.gpus?.model ?? '')) return false;
  // ECS has no taints.
  if (platform.kind === 'ecs' || isPooled) return true;
  return group.taints.every(
    (taint) => taint.effect === 'PreferNoSchedule' || isTolerated(taint, tolerations),
  );
}

function nowhere(subject: FitSubject, machines: readonly Machine[], platform: PlatformPlan): Finding {
  const { name, template } = subject;
  const models = template.gpu?.models ?? [];
  const wishes = [...template.where].map(([key, value]) => `${key} = ${value}`);
  if (models.length > 0) wishes.push(`a GPU ${listed(models, 'or')}`);
  const taints = machines.flatMap(({ group }) => group.taints.map(({ key, effect }) => `${key}:${effect}`));
  const message =
    wishes.length > 0
      ? `no instance of the fleet has ${listed(wishes, 'and')}, as task ${name} wants`
      : `no instance of the fleet lets task ${name} in`;
  const isTainted = taints.length > 0 && platform.kind !== 'ecs';
  const hint = isTainted ? `taints of the fleet: ${[...new Set(taints)].join(', ')}` : undefined;
  return { subject, codes: ['E2002', 'W2004'], message, hint };
}
