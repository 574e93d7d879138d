import type { Toleration } from '../../model/task-class.ts';

const NODE_TAINT = 'node.kubernetes.io';

/**
 * What every pod of a DaemonSet tolerates without being told.
 * Source: kubernetes v1.36.2 pkg/controller/daemon/util/daemonset_util.go, AddOrUpdateDaemonPodTolerations.
 */
export function daemonTolerations(hostNetwork: boolean): Toleration[] {
  const tolerate = (name: string, effect: 'NoExecute' | 'NoSchedule'): Toleration => ({
    key: `${NODE_TAINT}/${name}`,
    operator: 'Exists',
    effect,
  });
  const pressures = ['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'];
  return [
    ...['not-ready', 'unreachable'].map((name) => tolerate(name, 'NoExecute')),
    ...pressures.map((name) => tolerate(name, 'NoSchedule')),
    ...(hostNetwork ? [tolerate('network-unavailable', 'NoSchedule')] : []),
  ];
}
