import type { Refusal } from '../../scheduler.ts';
import { type Plugin, RUN, SKIP } from '../framework.ts';
import { FRAGMENT } from '../pod-signature.ts';

const NAME = 'NodePorts';
const REFUSAL: Refusal = {
  rule: NAME,
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  resolvable: true,
};

/**
 * NodePorts: refuses a node on which a wanted host port is taken. Ports clash when protocol and number are equal and
 * the addresses are equal or one of them is 0.0.0.0; the cluster's port table keeps that rule.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/nodeports/node_ports.go
 */
export function nodePorts(): Plugin {
  return {
    name: NAME,
    sign: FRAGMENT.hostPorts,
    concerns: (pod) => pod.hostPorts.length > 0,
    preFilter: (pod) => (pod.hostPorts.length === 0 ? SKIP : RUN),
    filter: {
      dependsOn: 'tasks',
      concerns: (pod) => pod.taskClass.portClashBits.length > 0,
      passes: (pod, slot, cluster) => cluster.view.portsFit(slot, pod.taskClass),
      refusal: () => REFUSAL,
    },
  };
}
