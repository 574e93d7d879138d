import { EVICTION_MEMORY_MIB } from './node-overhead.ts';
import { defaultsOf, namedRows, type PlatformDefault } from './platform-default.ts';
import type { SelfRunControlPlanePlan } from './self-run-control-plane.ts';
import { MIB } from '../units.ts';

/** The KubeletConfiguration of the nodes of a platform, as far as it decides anything here. */
export interface KubeletSettings {
  /** What is kept back for kubelet and the runtime: as EKS sets it up, or nothing, as kubelet does by itself. */
  readonly kubeReserved: 'eks' | 'none';
  /** Pods of a node at most: as many as its network interfaces carry addresses for, or a number. */
  readonly maxPods: 'interfaces' | number;
  /** memory.available below which pods are evicted at once; it is kept back from pods, too. */
  readonly evictionHardBytes: number;
  /** The same after a grace period; null: there is no soft threshold. */
  readonly evictionSoftBytes: number | null;
  readonly evictionSoftGracePeriodMs: number;
  /** The longest grace period of pods that go for the soft threshold. */
  readonly evictionMaxPodGracePeriodMs: number;
  readonly evictionMinimumReclaimBytes: number;
  readonly evictionPressureTransitionPeriodMs: number;
  readonly maxContainerRestartPeriodMs: number;
}

const KUBELET = 'kubernetes v1.36.2 pkg/kubelet';
const CONFIG = `${KUBELET}/apis/config/v1beta1/defaults.go`;
const mebibytes = (amount: number) => amount * MIB;

/** Those of bytes are shown in MiB. */
const ROWS = {
  kubeReserved: {
    value: 'eks',
    unit: '',
    evidence: 'source',
    source: 'amazon-eks-ami nodeadm/internal/kubelet/config.go',
  },
  maxPods: {
    value: 'interfaces',
    unit: '',
    evidence: 'source',
    source: 'amazon-eks-ami nodeadm/internal/kubelet/eni_max_pods.go',
  },
  evictionHardBytes: {
    value: mebibytes(EVICTION_MEMORY_MIB),
    unit: 'bytes',
    evidence: 'source',
    source: `${KUBELET}/eviction/defaults_linux.go; amazon-eks-ami nodeadm sets the same`,
  },
  evictionSoftBytes: {
    value: null,
    unit: 'bytes',
    evidence: 'source',
    source: `${CONFIG}: no soft threshold`,
  },
  evictionSoftGracePeriodMs: {
    value: 90_000,
    unit: 'ms',
    evidence: 'chosen',
    source: 'kubelet wants one with each soft threshold; the Kubernetes documentation shows 1m30s',
  },
  evictionMaxPodGracePeriodMs: { value: 0, unit: 'ms', evidence: 'source', source: `${CONFIG}: zero` },
  evictionMinimumReclaimBytes: { value: 0, unit: 'bytes', evidence: 'source', source: `${CONFIG}: none` },
  evictionPressureTransitionPeriodMs: { value: 300_000, unit: 'ms', evidence: 'source', source: CONFIG },
  maxContainerRestartPeriodMs: {
    value: 300_000,
    unit: 'ms',
    evidence: 'source',
    source: `${CONFIG}, MaxContainerBackOff`,
  },
} as const;

const EKS_DEFAULTS = defaultsOf<KubeletSettings>(ROWS);

/** Nodes of a cluster that its owner runs: kops reserves nothing, and kubelet then allows 110 pods. */
const SELF_RUN_ROWS = {
  kubeReserved: {
    value: 'none',
    unit: '',
    evidence: 'source',
    source: 'kubernetes/kops pkg/model/components/kubelet.go sets no kubeReserved or systemReserved',
  },
  maxPods: {
    value: 110,
    unit: 'count',
    evidence: 'source',
    source: `${CONFIG}; kubernetes/kops nodeup/pkg/model/kubelet.go sets fewer for networks of EC2 addresses alone`,
  },
} as const;

/** The settings of a platform: those of EKS nodes, or of nodes that kops sets up, with what the owner has set. */
export function kubeletSettings(
  controlPlane: 'eks' | 'none' | SelfRunControlPlanePlan,
  own: Partial<KubeletSettings> = {},
): KubeletSettings {
  const selfRun = typeof controlPlane === 'string' ? {} : defaultsOf<Partial<KubeletSettings>>(SELF_RUN_ROWS);
  return { ...EKS_DEFAULTS, ...selfRun, ...own };
}

/** How long a pod that goes for the hard threshold takes at most: the least that any container gets. */
export const EVICTION_GRACE_MS = 2000;
/** After an eviction kubelet waits for the pod to be gone, and looks again. */
export const CLEANUP_POLL_MS = 1000;

/** Every default above as a row of a table, and what nobody can set. */
export const KUBELET_ROWS: readonly PlatformDefault[] = [
  ...namedRows(shown(ROWS), 'kubelet'),
  ...namedRows(SELF_RUN_ROWS, 'kubelet').map((row) => ({ ...row, name: `${row.name}, self-run` })),
  {
    name: 'look at memory',
    value: 10_000,
    unit: 'ms',
    evidence: 'source',
    source: `${KUBELET}/kubelet.go, evictionMonitoringPeriod`,
    setting: '',
  },
  {
    name: 'grace period of evicted pods',
    value: EVICTION_GRACE_MS,
    unit: 'ms',
    evidence: 'source',
    source: `${KUBELET}/kuberuntime/kuberuntime_manager.go, minimumGracePeriodInSeconds`,
    setting: '',
  },
  {
    name: 'look for evicted pods',
    value: CLEANUP_POLL_MS,
    unit: 'ms',
    evidence: 'source',
    source: `${KUBELET}/eviction/eviction_manager.go, podCleanupPollFreq`,
    setting: '',
  },
  {
    name: 'first restart with back-off',
    value: 10_000,
    unit: 'ms',
    evidence: 'source',
    source: `${KUBELET}/kubelet.go, newCrashLoopBackOff`,
    setting: '',
  },
];

type Rows = Record<string, Omit<PlatformDefault, 'name' | 'setting'>>;

function shown(rows: typeof ROWS): Rows {
  const inMiB = (row: { readonly value: number | null }) => ({
    ...row,
    value: row.value === null ? 'none' : row.value / MIB,
    unit: row.value === null ? ('' as const) : ('MiB' as const),
  });
  const { evictionHardBytes, evictionSoftBytes, evictionMinimumReclaimBytes, ...rest } = rows;
  const { kubeReserved, maxPods, ...times } = rest;
  return {
    kubeReserved,
    maxPods,
    evictionHard: { ...evictionHardBytes, ...inMiB(evictionHardBytes) },
    evictionSoft: { ...evictionSoftBytes, ...inMiB(evictionSoftBytes) },
    evictionMinimumReclaim: { ...evictionMinimumReclaimBytes, ...inMiB(evictionMinimumReclaimBytes) },
    ...times,
  };
}
