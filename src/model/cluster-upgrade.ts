import { type DefaultRows, defaultsOf, namedRows, type PlatformDefault } from './platform-default.ts';

/**
 * How a Kubernetes cluster is brought to another version: the control plane first, then the nodes, one instance group
 * after the other, each node drained and replaced.
 */
export interface ClusterUpgradeSettings {
  /** How long a managed control plane takes. It answers all the while. */
  readonly controlPlaneMs: number;
  /** Nodes that a group gets beforehand, for the time of its update; `two-per-zone`: of the zones of the group. */
  readonly maxSurge: number | 'two-per-zone';
  /** Nodes that are drained at once, beside those that surging made up for. */
  readonly maxUnavailable: number;
  /** Old nodes take no more pods from the beginning, not only when it is their turn. */
  readonly cordonFirst: boolean;
  /** Every node is replaced and the surge drained at the end; if not, the last nodes are replaced by the surge. */
  readonly trimsSurge: boolean;
  /** The longest that a drain may take, and what follows when it takes longer. */
  readonly drainTimeoutMs: number;
  readonly onDrainTimeout: 'fail' | 'force';
  /** From the end of the drain to that of the instance, and from there to the first look at the cluster. */
  readonly postDrainMs: number;
  readonly intervalMs: number;
  /** Looks in a row that must find the cluster whole before the next node; 0: nobody looks. */
  readonly validations: number;
  readonly validationTimeoutMs: number;
}

const EKS_GUIDE = 'Amazon EKS user guide, managed node update behavior';
const KOPS = 'kubernetes/kops cmd/kops/rolling-update_cluster.go';
const KOPS_DOCS = 'kubernetes/kops docs/operations/rolling-update.md';
const KOPS_SETTINGS = 'kubernetes/kops pkg/instancegroups/settings.go';
const row = <Value>(
  value: Value,
  unit: PlatformDefault['unit'],
  evidence: PlatformDefault['evidence'],
  source: string,
) => ({ value, unit, evidence, source });

const EKS_ROWS = {
  controlPlaneMs: row(600_000, 'ms', 'chosen', 'Amazon EKS user guide: an update takes several minutes'),
  maxSurge: row('two-per-zone', '', 'documented', `${EKS_GUIDE}: scale up phase`),
  maxUnavailable: row(1, 'count', 'documented', `${EKS_GUIDE}: setup phase`),
  cordonFirst: row(true, '', 'documented', `${EKS_GUIDE}: scale up phase`),
  trimsSurge: row(true, '', 'documented', `${EKS_GUIDE}: scale down phase`),
  drainTimeoutMs: row(900_000, 'ms', 'documented', `${EKS_GUIDE}: PodEvictionFailure`),
  onDrainTimeout: row('fail', '', 'documented', `${EKS_GUIDE}: unless there is a force flag`),
  postDrainMs: row(60_000, 'ms', 'documented', `${EKS_GUIDE}: upgrade phase`),
  intervalMs: row(0, 'ms', 'documented', `${EKS_GUIDE}: upgrade phase`),
  validations: row(0, 'count', 'documented', `${EKS_GUIDE}: upgrade phase`),
  validationTimeoutMs: row(900_000, 'ms', 'chosen', 'EKS does not validate between nodes'),
} as const satisfies DefaultRows<ClusterUpgradeSettings>;

const KOPS_ROWS = {
  controlPlaneMs: row(0, 'ms', 'source', `${KOPS}: masters are updated like nodes`),
  maxSurge: row(1, 'count', 'source', `${KOPS_SETTINGS}: on AWS; masters never surge`),
  maxUnavailable: row(0, 'count', 'source', `${KOPS_SETTINGS}: 1 without a surge`),
  cordonFirst: row(false, '', 'documented', `${KOPS_DOCS}: old nodes are only tainted softly`),
  trimsSurge: row(false, '', 'documented', `${KOPS_DOCS}: detached nodes go last`),
  drainTimeoutMs: row(900_000, 'ms', 'source', `${KOPS}: InitDefaults, DrainTimeout`),
  onDrainTimeout: row('fail', '', 'source', `${KOPS}: --fail-on-drain-error`),
  postDrainMs: row(5000, 'ms', 'source', `${KOPS}: --post-drain-delay`),
  intervalMs: row(15_000, 'ms', 'source', `${KOPS}: --master-interval, --node-interval`),
  validations: row(2, 'count', 'source', `${KOPS}: --validate-count`),
  validationTimeoutMs: row(900_000, 'ms', 'source', `${KOPS}: --validation-timeout`),
} as const satisfies DefaultRows<ClusterUpgradeSettings>;

/** Between two looks at a cluster that is not whole, and after one that found it whole. Source: the same, RunRollingUpdateCluster. */
export const VALIDATION_TICK_MS = 30_000;
export const VALIDATION_SUCCESS_MS = 10_000;

const EKS_DEFAULTS = defaultsOf<ClusterUpgradeSettings>(EKS_ROWS);
const KOPS_DEFAULTS = defaultsOf<ClusterUpgradeSettings>(KOPS_ROWS);

/**
 * The settings of a platform: those of EKS and its managed node groups, or of `kops rolling-update cluster` where masters
 * are one's own, with what its owner has set. Without a surge kops lets one node go at a time, with one none beside it.
 */
export function upgradeSettings(
  controlPlane: 'eks' | 'none' | { readonly kind: 'self-run' },
  own: Partial<ClusterUpgradeSettings> = {},
): ClusterUpgradeSettings {
  if (typeof controlPlane === 'string') return { ...EKS_DEFAULTS, ...own };
  const maxUnavailable = own.maxSurge === 0 ? 1 : KOPS_DEFAULTS.maxUnavailable;
  return { ...KOPS_DEFAULTS, maxUnavailable, ...own };
}

/** Nodes that are drained at once. */
export function atOnce({ maxSurge, maxUnavailable, trimsSurge }: ClusterUpgradeSettings): number {
  return trimsSurge || typeof maxSurge !== 'number' ? maxUnavailable : maxUnavailable + maxSurge;
}

/** Every default of upgrades as a row of a table, those of EKS first. */
export const UPGRADE_ROWS: readonly PlatformDefault[] = [
  ...rowsOf(EKS_ROWS, 'EKS', ['cordonFirst', 'trimsSurge']),
  ...rowsOf(KOPS_ROWS, 'self-run', ['cordonFirst', 'trimsSurge', 'controlPlane']),
];

function rowsOf(
  rows: Parameters<typeof namedRows>[0],
  whose: string,
  fixed: readonly string[],
): PlatformDefault[] {
  return namedRows(rows, 'upgrades').map((one) => ({
    ...one,
    name: `${one.name}, ${whose}`,
    setting: fixed.includes(one.name) ? '' : one.setting,
  }));
}

/** How many nodes a group gets beforehand. Source: Amazon EKS user guide, managed node update behavior. */
export function surgeOf(settings: ClusterUpgradeSettings, zoneCount: number): number {
  const { maxSurge, maxUnavailable } = settings;
  return maxSurge === 'two-per-zone' ? Math.max(2 * zoneCount, maxUnavailable) : maxSurge;
}
