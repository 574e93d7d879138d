import { assert } from '../../errors.ts';
import type { ClusterUpgradeSettings } from '../../model/cluster-upgrade.ts';
import type { PlatformPlan } from '../../model/plan.ts';
import { formatBytes, formatDurationMs, GIB } from '../../units.ts';
import { formatRatePerHour } from './rates.ts';
import { renderDistribution } from './render-distribution.ts';
import type { ScenarioInput } from './scenario-schema.ts';

type KubernetesPlan = Extract<PlatformPlan, { kind: 'kubernetes' }>;
type KubernetesInput = Extract<ScenarioInput['platforms'][number], { kind: 'kubernetes' }>;

/** The control plane, with the zone of each master. */
export function renderControlPlane(
  controlPlane: KubernetesPlan['controlPlane'],
): NonNullable<KubernetesInput['controlPlane']> {
  if (typeof controlPlane === 'string') return controlPlane;
  const { type, zones, rootGiB, etcdGiB, loadBalancer, failuresPerHour } = controlPlane;
  const masters = zones.length;
  assert(masters === 1 || masters === 3 || masters === 5, 'a quorum has an odd number of masters');
  return {
    kind: 'self-run',
    type,
    masters,
    zones: [...zones],
    root: formatBytes(rootGiB * GIB),
    etcd: formatBytes(etcdGiB * GIB),
    loadBalancer,
    launch: renderDistribution(controlPlane.launch),
    boot: renderDistribution(controlPlane.boot),
    replaceAfter: formatDurationMs(controlPlane.replaceAfterMs),
    lease: formatDurationMs(controlPlane.leaseMs),
    election: formatDurationMs(controlPlane.electionMs),
    ...(failuresPerHour !== undefined && { failures: formatRatePerHour(failuresPerHour) }),
  };
}

/** What the plan says of upgrades; the rest has its defaults. */
export function renderUpgrades(
  settings: Partial<ClusterUpgradeSettings>,
): NonNullable<KubernetesInput['upgrades']> {
  const { maxSurge, maxUnavailable, onDrainTimeout, validations } = settings;
  const { controlPlaneMs, drainTimeoutMs, postDrainMs, intervalMs, validationTimeoutMs } = settings;
  return {
    ...(controlPlaneMs !== undefined && { controlPlane: formatDurationMs(controlPlaneMs) }),
    ...(typeof maxSurge === 'number' && { maxSurge }),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
    ...(drainTimeoutMs !== undefined && { drainTimeout: formatDurationMs(drainTimeoutMs) }),
    ...(onDrainTimeout !== undefined && { onDrainTimeout }),
    ...(postDrainMs !== undefined && { postDrain: formatDurationMs(postDrainMs) }),
    ...(intervalMs !== undefined && { interval: formatDurationMs(intervalMs) }),
    ...(validations !== undefined && { validations }),
    ...(validationTimeoutMs !== undefined && { validationTimeout: formatDurationMs(validationTimeoutMs) }),
  };
}
