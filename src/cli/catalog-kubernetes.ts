import { UPGRADE_ROWS } from '../model/cluster-upgrade.ts';
import { KUBERNETES_CONTROLLER_ROWS } from '../model/kubernetes-defaults.ts';
import { NODE_AGENT_ROWS } from '../model/node-agents.ts';
import { KUBELET_ROWS } from '../model/kubelet-defaults.ts';
import type { PlatformDefault } from '../model/platform-default.ts';
import { SELF_RUN_ROWS } from '../model/self-run-control-plane.ts';
import { formatDurationMs } from '../units.ts';

const PKG = 'kubernetes v1.36.2 pkg';
const NODE_LIFECYCLE = `${PKG}/controller/nodelifecycle`;
const row = (
  name: string,
  value: PlatformDefault['value'],
  unit: PlatformDefault['unit'],
  evidence: PlatformDefault['evidence'],
  source: string,
  setting = '',
): PlatformDefault => ({ name, value, unit, evidence, source, setting });

/** What the scheduler and the nodes go by. */
const SCHEDULING_ROWS: readonly PlatformDefault[] = [
  row('version', '1.36', '', 'source', 'kube-scheduler, whose decisions are replayed', 'version'),
  row('control plane', 'eks', '', 'chosen', 'managed, billed by the hour', 'controlPlane'),
  row('queue', 'kube', '', 'source', `${PKG}/scheduler/backend/queue`, 'queue'),
  row(
    'scheduling cycle',
    1,
    'ms',
    'chosen',
    'the upstream thresholds are some hundred pods a second',
    'queue.cycle',
  ),
  row('binding', 10, 'ms', 'chosen', 'one write to the API, while other cycles go on', 'queue.bind'),
  row('grace period', 30_000, 'ms', 'documented', 'terminationGracePeriodSeconds', 'queue.grace'),
  row(
    'daemons, CPU',
    '150m',
    '',
    'documented',
    'aws-node 50m, kube-proxy 100m, as EKS installs them',
    'daemons.cpu',
  ),
  row('daemons, memory', 0, 'MiB', 'documented', 'neither asks for memory', 'daemons.memory'),
  row('daemons, pods', 2, 'count', 'documented', 'aws-node and kube-proxy', 'daemons.pods'),
  row(
    'node allocatable',
    'capacity - kube-reserved - 100 MiB',
    '',
    'source',
    'amazon-eks-ami nodeadm',
    'eksAllocatable',
  ),
];

/** What the node lifecycle and other controllers go by, and nobody can set here. */
const FIXED_ROWS: readonly PlatformDefault[] = [
  row('look at nodes', 5000, 'ms', 'source', `${NODE_LIFECYCLE}/config/v1alpha1/defaults.go`),
  row(
    'taints of a zone',
    '0.1 nodes a second',
    '',
    'source',
    `${NODE_LIFECYCLE}/config/v1alpha1/defaults.go`,
  ),
  row(
    'tolerated silence',
    300_000,
    'ms',
    'source',
    'kubernetes v1.36.2 plugin/pkg/admission/defaulttolerationseconds',
  ),
  row(
    'retry of refused pods',
    '5ms, doubling to 1000s',
    '',
    'source',
    'client-go util/workqueue/default_rate_limiters.go',
  ),
  row(
    'retry of refused pods, Jobs',
    '1s, doubling to 1m',
    '',
    'source',
    `${PKG}/controller/job/job_controller.go`,
  ),
];

/** Every default and delay of Kubernetes that runs go by, as texts for a table. */
export function kubernetesRows(): readonly (readonly string[])[] {
  return [
    ...SCHEDULING_ROWS,
    ...NODE_AGENT_ROWS,
    ...KUBERNETES_CONTROLLER_ROWS,
    ...KUBELET_ROWS,
    ...SELF_RUN_ROWS,
    ...UPGRADE_ROWS,
    ...FIXED_ROWS,
  ].map((one) => {
    const { name, evidence, setting, source } = one;
    return [name, shown(one), evidence, setting === '' ? '-' : setting, source];
  });
}

function shown({ value, unit }: PlatformDefault): string {
  if (unit === 'ms') return formatDurationMs(Number(value));
  return unit === 'MiB' || unit === 'GiB' ? `${value} ${unit}` : String(value);
}
