import type { Distribution, PlatformPlan } from './plan.ts';
import { type DefaultRows, defaultsOf, namedRows, type PlatformDefault } from './platform-default.ts';

/**
 * A Kubernetes control plane on instances of the cluster's owner, in the manner of kops: each master is an Auto Scaling
 * group of one instance in one zone, with a root volume of its own and two volumes of etcd that outlive it.
 */
export interface SelfRunControlPlanePlan extends SelfRunSettings {
  readonly kind: 'self-run';
  readonly type: string;
  /** Of each master; 1, 3 or 5 of them. */
  readonly zones: readonly string[];
  /** From the request to running, not billed; from running until it is a member of etcd and answers, billed. */
  readonly launch: Distribution;
  readonly boot: Distribution;
  /** How often each of them fails by itself; absent: never. */
  readonly failuresPerHour?: number;
}

export interface SelfRunSettings {
  readonly rootGiB: number;
  /** Of each of the two volumes. */
  readonly etcdGiB: number;
  /** In front of the API. */
  readonly loadBalancer: 'network' | 'classic' | 'none';
  /** From the loss of a master until its Auto Scaling group asks for another one. */
  readonly replaceAfterMs: number;
  /** How long the others wait for a leader that is gone, and between two tries to take its place. */
  readonly leaseMs: number;
  readonly electionMs: number;
}

const ROWS = {
  rootGiB: {
    value: 64,
    unit: 'GiB',
    evidence: 'source',
    source: 'kubernetes/kops pkg/model/defaults/volumes.go, DefaultVolumeSizeMaster',
  },
  etcdGiB: {
    value: 20,
    unit: 'GiB',
    evidence: 'source',
    source: 'kubernetes/kops pkg/model/master_volumes.go, DefaultEtcdVolumeSize',
  },
  loadBalancer: {
    value: 'network',
    unit: '',
    evidence: 'chosen',
    source: 'kops sets one up where DNS does not name the masters',
  },
  replaceAfterMs: {
    value: 60_000,
    unit: 'ms',
    evidence: 'documented',
    source: 'Amazon EC2 user guide: status checks run every minute',
  },
  leaseMs: {
    value: 15_000,
    unit: 'ms',
    evidence: 'documented',
    source: 'kube-scheduler, kube-controller-manager 1.36: --leader-elect-lease-duration',
  },
  electionMs: {
    value: 2000,
    unit: 'ms',
    evidence: 'documented',
    source: 'kube-scheduler, kube-controller-manager 1.36: --leader-elect-retry-period',
  },
} as const satisfies DefaultRows<SelfRunSettings>;

/** Where the scenario says nothing else. */
export const SELF_RUN_DEFAULTS: SelfRunSettings = defaultsOf<SelfRunSettings>(ROWS);

/** Every default of a self-run control plane as a row of a table. */
export const SELF_RUN_ROWS: readonly PlatformDefault[] = [
  {
    name: 'type',
    value: 't3.medium',
    unit: '',
    evidence: 'source',
    source: 'kubernetes/kops upup/pkg/fi/cloudup/awsup/aws_cloud.go, DefaultInstanceType',
    setting: 'controlPlane.type',
  },
  {
    name: 'masters',
    value: '3, or 1',
    unit: '',
    evidence: 'documented',
    source: 'kops, high availability: an odd number for a quorum of etcd; 3 where the fleet has three zones',
    setting: 'controlPlane.masters',
  },
  ...namedRows(ROWS, 'controlPlane'),
  {
    name: 'boot',
    value: 180_000,
    unit: 'ms',
    evidence: 'chosen',
    source: 'a master loads its parts and mounts the volumes of etcd before it answers: some minutes',
    setting: 'controlPlane.boot',
  },
];

/** Has the platform a control plane of its own that can fail? */
export function hasOwnMasters(platform: PlatformPlan): boolean {
  return platform.kind === 'kubernetes' && typeof platform.controlPlane !== 'string';
}
