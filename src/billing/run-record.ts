import { HOUR } from '../units.ts';
import { DEFAULT_RULES } from './account-bill.ts';
import type { BilledInstance, BillInput } from './bill.ts';
import type { BillRules, InstanceUse, LoadBalancerUse, Usage, VolumeUse } from './usage.ts';

/** How the record of a run becomes the usage of an account, and what its resources are called there. */

/** Names of the resources of a run that have none of their own. */
export const CONTROL_PLANE_ID = 'eks/cluster';

/** The resource that a named load balancer is billed as. */
export function loadBalancerId(name: string): string {
  return `elb/${name}`;
}

/** The clock-hours that the run touches; what is used in them is owed. */
export function runRules({ startEpochMs, endMs, rules }: BillInput): BillRules {
  const startMs = Math.floor(startEpochMs / HOUR) * HOUR;
  const untilMs = Math.max(startMs + HOUR, Math.ceil((startEpochMs + endMs) / HOUR) * HOUR);
  const eksSupport = new Map([...ALWAYS_SUPPORTED, ...(rules?.eksSupport ?? [])]);
  return { ...DEFAULT_RULES, period: { startMs, endMs: untilMs }, tail: 'owed', ...rules, eksSupport };
}

/** Lifetimes on the calendar, as an account has them. */
export function runUsage(input: BillInput): Usage {
  const { region, startEpochMs, controlPlane, other = {} } = input;
  const given = new Set([...(other.loadBalancers ?? []), ...(other.eksClusters ?? [])].map(({ id }) => id));
  const balancers = input.loadBalancers.filter(({ name }) => !given.has(loadBalancerId(name)));
  const clusters = controlPlane !== null && !given.has(CONTROL_PLANE_ID);
  return {
    ...other,
    instances: [...input.instances.map((one) => instanceUse(input, one)), ...(other.instances ?? [])],
    volumes: [...input.instances.map((one) => volumeUse(input, one)), ...(other.volumes ?? [])],
    loadBalancers: [
      ...balancers.map(({ name, kind, fromMs, toMs }): LoadBalancerUse => {
        const span = { startMs: startEpochMs + fromMs, endMs: startEpochMs + toMs };
        const id = loadBalancerId(name);
        return { id, region, kind: BALANCER_KINDS[kind], ...span, publicZones: [], traffic: new Map() };
      }),
      ...(other.loadBalancers ?? []),
    ],
    eksClusters: [...(clusters ? [runCluster(input)] : []), ...(other.eksClusters ?? [])],
  };
}

const BALANCER_KINDS = { application: 'alb', network: 'nlb', classic: 'clb' } as const;

/** Stands for a version in standard support for as long as anybody asks. */
const SUPPORTED = 'supported';
const ALWAYS_SUPPORTED = new Map([
  [SUPPORTED, { standardUntilMs: Number.POSITIVE_INFINITY, extendedUntilMs: Number.POSITIVE_INFINITY }],
]);

function runCluster({ region, startEpochMs, endMs }: BillInput): NonNullable<Usage['eksClusters']>[number] {
  const versions = [{ fromMs: startEpochMs, version: SUPPORTED }];
  return { id: CONTROL_PLANE_ID, region, startMs: startEpochMs, endMs: startEpochMs + endMs, versions };
}

function instanceUse({ region, startEpochMs }: BillInput, one: BilledInstance): InstanceUse {
  const { id, typeName: type, zone, runningFromMs, endMs, terms = {} } = one;
  const { platform = 'linux', tenancy = 'default', option = 'od', endedBy = 'user', ...fees } = terms;
  const visit = { startMs: startEpochMs + runningFromMs, endMs: startEpochMs + endMs, endedBy };
  return { id, type, platform, region, zone, tenancy, option, visits: [visit], ...fees };
}

/** The resource that the root volume of an instance is billed as. */
export function rootVolumeId(instanceId: string): string {
  return `${instanceId}/root`;
}

/** The resource that the public address of an instance is billed as. */
export function addressId(instanceId: string): string {
  return `${instanceId}/ip`;
}

/** The root volume of an instance, which lives as long as it runs. */
export function volumeUse({ region, startEpochMs }: BillInput, one: BilledInstance): VolumeUse {
  const { id, zone, runningFromMs, endMs, rootVolume } = one;
  const { type, sizeGiB, iops, throughputMiBps } = rootVolume;
  return {
    id: rootVolumeId(id),
    region,
    zone,
    type,
    sizeGiB,
    // The performance of gp2 follows from its size and is not provisioned.
    ...(type === 'gp3' && { iops, throughputMiBps }),
    startMs: startEpochMs + runningFromMs,
    endMs: startEpochMs + endMs,
  };
}

/** Instance groups by resource: instances, their root volumes and addresses. */
export function poolsOf({ instances }: BillInput): Map<string, string> {
  const pools = new Map<string, string>();
  for (const { id, groupName } of instances) {
    pools.set(id, groupName);
    pools.set(rootVolumeId(id), groupName);
    pools.set(addressId(id), groupName);
  }
  return pools;
}
