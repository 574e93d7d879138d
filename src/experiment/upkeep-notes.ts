import type { ClusterUpgradeSettings } from '../model/cluster-upgrade.ts';
import type { Plan, PlatformPlan } from '../model/plan.ts';
import type { SelfRunControlPlanePlan } from '../model/self-run-control-plane.ts';
import { MINUTE, SECOND } from '../units.ts';
import { upgradesOf } from './run/kubernetes-upkeep.ts';

type KubernetesPlatform = Extract<PlatformPlan, { kind: 'kubernetes' }>;

/** What a reader must know of who kept a Kubernetes cluster going: its masters, and its upgrades. */
export function upkeepNotes(plan: Plan, platform: KubernetesPlatform): string[] {
  const { controlPlane } = platform;
  const isUpgraded = (plan.events ?? []).some(({ kind }) => kind === 'upgrade');
  return [
    ...(typeof controlPlane === 'string' ? [] : [mastersNote(controlPlane)]),
    ...(isUpgraded ? [upgradeNote(platform, upgradesOf(platform))] : []),
  ];
}

function mastersNote(plan: SelfRunControlPlanePlan): string {
  const { type, zones, leaseMs, electionMs, replaceAfterMs } = plan;
  const one = zones.length === 1;
  const lead = one
    ? ''
    : ` One of them leads; without it nothing is decided for ${(leaseMs + electionMs) / SECOND} s.`;
  return (
    `Self-run control plane: ${zones.length} ${one ? 'master' : 'masters'} (${type}, ${zones.join(', ')}) beside the nodes, in no figure of ` +
    `capacity. With ${one ? 'it gone' : 'half of them gone or more'} the API does not answer: nothing is scheduled, replaced or scaled, no ` +
    `node joins, and what runs goes on.${lead} A master that fails is asked for again after ${replaceAfterMs / SECOND} s, one in a lost zone ` +
    'when the zone is back; the volumes of etcd outlive it.'
  );
}

function upgradeNote(platform: KubernetesPlatform, settings: ClusterUpgradeSettings): string {
  const { maxSurge, maxUnavailable, drainTimeoutMs, onDrainTimeout, validations, controlPlaneMs } = settings;
  const isOwn = typeof platform.controlPlane !== 'string';
  const first = isOwn
    ? 'masters one by one'
    : `the control plane in ${controlPlaneMs / MINUTE} min, which answers meanwhile`;
  if (platform.autoscaler.kind === 'karpenter') {
    return `Upgrade: first ${first}; then the nodes have drifted, and Karpenter replaces them by its own rules.`;
  }
  const surge =
    maxSurge === 'two-per-zone'
      ? 'two nodes per zone more'
      : `${maxSurge} ${maxSurge === 1 ? 'node' : 'nodes'} more`;
  const late =
    onDrainTimeout === 'force' ? 'ends with the pods that are left' : 'ends the upgrade where it is';
  const looks = validations === 0 ? '' : `, and the cluster found whole ${validations} times before the next`;
  return (
    `Upgrade: first ${first}; then each instance group by its Auto Scaling group, with ${surge}, ${maxUnavailable} at a time beside them, ` +
    `each cordoned, drained and replaced${looks}. A drain that takes more than ${drainTimeoutMs / MINUTE} min ${late}. The scheduler decides ` +
    'by the rules of one version throughout. Listed instances stay.'
  );
}
