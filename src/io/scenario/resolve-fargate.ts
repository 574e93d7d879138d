import type { FargateTasks } from '../../model/billing-plan.ts';
import {
  type FargateSize,
  MOST_POD_MEMORY_MIB,
  WINDOWS_CPUS,
  isFargateSize,
  nextFargateSize,
  podFargateSize,
} from '../../model/ecs/fargate-sizes.ts';
import type { PlatformPlan } from '../../model/plan.ts';
import { GIB, MIB, formatBytes, formatCpuMilli, parseDurationMs } from '../../units.ts';
import type { BillingNames, Named } from './billing-names.ts';
import { listed } from './did-you-mean.ts';
import type { FargateInput } from './fargate-schema.ts';
import { bytes, cpuMilli, wholeMiB } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';

/** Included in the price, and the most of a task. Source: AWS ECS developer guide, Fargate task ephemeral storage. */
const LEAST_STORAGE_GIB = 20;
const MOST_STORAGE_GIB = 200;
/** Source: Amazon EKS user guide, fargate-pod-configuration.adoc. */
const MOST_POD_STORAGE_GIB = 175;

/** What can be wrong with stated tasks on one kind of platform. */
interface Refusal {
  readonly key: string | null;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The Fargate tasks of the billing section; what a platform that they run beside cannot have is reported. */
export function resolveFargate(
  inputs: readonly FargateInput[],
  { platforms }: Named,
  names: BillingNames,
  resolving: Resolving,
): FargateTasks[] {
  const { problems } = resolving;
  const seen = new Set<string>();
  return inputs.map((input, index) => {
    const path = ['fargate', index];
    const report = ({ key, message, hint }: Refusal) =>
      problems.error('E1103', ['billing', ...path, ...(key === null ? [] : [key])], message, { hint });
    if (seen.has(input.name)) {
      const message = `two entries of Fargate tasks are named "${input.name}"`;
      problems.error('E1205', ['billing', ...path, 'name'], message);
    }
    seen.add(input.name);
    for (const [at, zone] of (input.zones ?? []).entries()) names.zone(zone, [...path, 'zones', at]);
    for (const [at, name] of (input.runsOn ?? []).entries()) names.platform(name, [...path, 'runsOn', at]);
    const tasks = tasksOf(input);
    if (tasks.toMs !== null && tasks.toMs <= tasks.fromMs)
      report({ key: 'to', message: `Fargate tasks "${input.name}" end before they start` });
    if (!Number.isInteger(tasks.ephemeralGiB) || !isWithin(tasks.ephemeralGiB, MOST_STORAGE_GIB)) {
      const message = `ephemeral storage is ${LEAST_STORAGE_GIB} to ${MOST_STORAGE_GIB} whole GiB`;
      report({ key: 'ephemeral', message });
    }
    const beside = platforms.filter(({ name }) => input.runsOn?.includes(name) ?? true);
    for (const refusal of refusals(tasks, beside)) report(refusal);
    return tasks;
  });
}

function tasksOf(input: FargateInput): FargateTasks {
  const { cpu, memory, spot, ephemeral, zones, runsOn, from, to, ...rest } = input;
  return {
    ...rest,
    cpuMilli: cpuMilli(cpu),
    memoryMiB: wholeMiB(memory),
    isSpot: spot,
    ephemeralGiB: bytes(ephemeral) / GIB,
    zones: zones ?? null,
    runsOn: runsOn === undefined ? null : [...new Set(runsOn)],
    fromMs: parseDurationMs(from)!,
    toMs: to === undefined ? null : parseDurationMs(to)!,
  };
}

function isWithin(storageGiB: number, mostGiB: number): boolean {
  return storageGiB >= LEAST_STORAGE_GIB && storageGiB <= mostGiB;
}

/** Why the tasks cannot run beside the platforms: one reason for each kind of platform that has one. */
function refusals(tasks: FargateTasks, beside: readonly PlatformPlan[]): Refusal[] {
  const isPossible = (platform: PlatformPlan) => refusalOn(platform, tasks) === null;
  const hosts = beside.filter(isPossible).map(({ name }) => name);
  const runsOn = hosts.length === 0 ? undefined : `runsOn: [${hosts.join(', ')}] states them for the others`;
  const found = new Map<string, Refusal>();
  for (const platform of beside) {
    const refusal = refusalOn(platform, tasks);
    if (refusal !== null && !found.has(refusal.message))
      found.set(refusal.message, { ...refusal, hint: refusal.hint ?? runsOn });
  }
  return [...found.values()];
}

function refusalOn(platform: PlatformPlan, tasks: FargateTasks): Refusal | null {
  if (platform.kind === 'ecs') return taskRefusal(tasks);
  if (platform.kind === 'kubernetes' && platform.controlPlane === 'eks') return podRefusal(tasks);
  return { key: null, message: `platform "${platform.name}" has no Fargate: it is neither ECS nor EKS` };
}

function taskRefusal({ platform, cpuMilli: milli, memoryMiB }: FargateTasks): Refusal | null {
  const isOffered = (cpu: number) => platform !== 'windows' || WINDOWS_CPUS.includes(cpu);
  const cpu = (milli * 1024) / 1000;
  if (isFargateSize(cpu, memoryMiB) && isOffered(cpu)) return null;
  const next = nextFargateSize(cpu, memoryMiB, isOffered);
  const on = platform === 'windows' ? ' on Windows' : '';
  return {
    key: 'cpu',
    message: `Fargate${on} has no task of ${sizeText(milli, memoryMiB)}`,
    hint:
      next === null
        ? `the largest has ${platform === 'windows' ? 'cpu 4, memory 30GiB' : 'cpu 32, memory 244GiB'}`
        : `the next larger size is ${nextText(next)}`,
  };
}

/** Source: Amazon EKS user guide, fargate.adoc, considerations. */
function podRefusal(tasks: FargateTasks): Refusal | null {
  const missing = [
    ...(tasks.platform === 'linux-x86' ? [] : [tasks.platform]),
    ...(tasks.isSpot ? ['Spot prices'] : []),
  ];
  if (missing.length > 0) {
    const key = tasks.platform === 'linux-x86' ? 'spot' : 'platform';
    return { key, message: `Fargate on EKS has no ${listed(missing, 'and')}` };
  }
  if (tasks.ephemeralGiB > MOST_POD_STORAGE_GIB && tasks.ephemeralGiB <= MOST_STORAGE_GIB)
    return {
      key: 'ephemeral',
      message: `a pod on Fargate has ${MOST_POD_STORAGE_GIB} GiB of ephemeral storage at most`,
    };
  if (podFargateSize(tasks.cpuMilli, tasks.memoryMiB) !== null) return null;
  return {
    key: 'cpu',
    message: `a pod of ${sizeText(tasks.cpuMilli, tasks.memoryMiB)} is too large for Fargate on EKS`,
    hint: `the largest requests ${sizeText(16_000, MOST_POD_MEMORY_MIB)}`,
  };
}

function sizeText(milli: number, memoryMiB: number): string {
  return `cpu ${formatCpuMilli(milli)}, memory ${formatBytes(memoryMiB * MIB)}`;
}

function nextText({ cpu, memoryMiB }: FargateSize): string {
  return sizeText((cpu * 1000) / 1024, memoryMiB);
}
