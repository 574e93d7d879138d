import type { Toleration } from '../../../model/task-class.ts';
import { isTolerated } from '../../../model/toleration.ts';
import type { Refusal } from '../../scheduler.ts';
import { MAX_NODE_SCORE, type Plugin } from '../framework.ts';
import type { NodeAttributes } from '../node-selector.ts';
import { FRAGMENT } from '../pod-signature.ts';
import { normaliseByMax } from '../scoring/normalise.ts';

const NAME = 'TaintToleration';
const REFUSAL: Refusal = { rule: NAME, reasons: ['node(s) had untolerated taint(s)'], resolvable: false };

/**
 * TaintToleration. Filter: refuses a node with a NoSchedule or NoExecute taint that the pod does not tolerate.
 * Score: the number of PreferNoSchedule taints that it does not tolerate; normalised so that the fewest is best:
 * 100 - floor(100 * score / max), all 100 when the maximum is 0.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go
 */
export function taintToleration(): Plugin {
  return {
    name: NAME,
    sign: FRAGMENT.tolerations,
    filter: {
      dependsOn: 'attributes',
      check: (pod, node) => (toleratesHardTaints(pod.tolerations, node) ? null : REFUSAL),
    },
    preScore: () => true,
    score: {
      dependsOn: 'attributes',
      raw: (pod, node) => untoleratedSoftTaints(pod.tolerations, node),
      normalise: (scores, _slots, count) => {
        normaliseByMax(scores, count);
        for (let i = 0; i < count; i++) scores[i] = MAX_NODE_SCORE - scores[i]!;
      },
      alike: (_pod, cluster) => cluster.nodesToAvoid === 0,
    },
  };
}

/** Are all NoSchedule and NoExecute taints of the node tolerated? */
export function toleratesHardTaints(tolerations: readonly Toleration[], node: NodeAttributes): boolean {
  return node.taints.every((taint) => taint.effect === 'PreferNoSchedule' || isTolerated(taint, tolerations));
}

function untoleratedSoftTaints(tolerations: readonly Toleration[], node: NodeAttributes): number {
  let count = 0;
  for (const taint of node.taints) {
    if (taint.effect === 'PreferNoSchedule' && !isTolerated(taint, tolerations)) count += 1;
  }
  return count;
}
