import type { Refusal } from '../../scheduler.ts';
import type { Plugin } from '../framework.ts';

const NAME = 'NodeName';
const REFUSAL: Refusal = {
  rule: NAME,
  reasons: ["node(s) didn't match the requested node name"],
  resolvable: false,
};

/**
 * NodeName: a pod that names its node fits no other.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/nodename/node_name.go
 */
export function nodeName(): Plugin {
  return {
    name: NAME,
    sign: ({ nodeName: wanted }) => ({ nodeName: wanted }),
    filter: {
      dependsOn: 'attributes',
      check: (pod, node) => (pod.nodeName === '' || pod.nodeName === node.name ? null : REFUSAL),
    },
  };
}
