import { type BudgetRule, syncDisruptionBudget } from '../../../src/controllers/kubernetes/disruption-budget.ts';
import { ms, type ObjectMeta, type PodObject, podState } from './objects.ts';

interface Workload {
  readonly metadata: ObjectMeta;
  readonly spec: { readonly replicas: number };
}

interface Input {
  readonly now: string;
  readonly pdb: {
    readonly spec: Partial<Record<'minAvailable' | 'maxUnavailable', number | string>> & {
      readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    };
    readonly status: { readonly disruptedPods?: Readonly<Record<string, string>> };
  };
  readonly deployments?: readonly Workload[];
  readonly replicaSets?: readonly Workload[];
  readonly pods: readonly PodObject[];
}

export function playBudget({ now, pdb, deployments = [], replicaSets = [], pods }: Input): unknown {
  const { selector, minAvailable, maxUnavailable } = pdb.spec;
  const matching = pods.filter(({ metadata }) =>
    Object.entries(selector.matchLabels).every(([key, value]) => metadata.labels?.[key] === value),
  );
  const controllers = new Map<string, number>();
  for (const { metadata } of matching) {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller);
    const replicaSet = replicaSets.find((set) => set.metadata.uid === owner?.uid);
    const above = replicaSet?.metadata.ownerReferences?.find(({ controller }) => controller);
    const workload = deployments.find((deployment) => deployment.metadata.uid === above?.uid) ?? replicaSet;
    if (workload !== undefined) controllers.set(workload.metadata.uid!, workload.spec.replicas);
  }
  const status = syncDisruptionBudget(
    {
      rule: (maxUnavailable === undefined ? { minAvailable } : { maxUnavailable }) as BudgetRule,
      pods: matching.map(podState),
      controllerReplicas: [...controllers.values()].reduce((sum, replicas) => sum + replicas, 0),
      disrupted: new Map(Object.entries(pdb.status.disruptedPods ?? {}).map(([name, at]) => [name, ms(at)])),
    },
    ms(now),
  );
  const { disrupted, ...counts } = status;
  const allowed = counts.disruptionsAllowed > 0;
  return {
    ...counts,
    disruptedPods: [...disrupted.keys()].sort(),
    DisruptionAllowed: allowed ? 'True/SufficientPods' : 'False/InsufficientPods',
  };
}
