import type { Requests } from '../pod-object.ts';
import { isObject, type JsonObject, objectAt } from '../reader.ts';

const ONE = 1_000_000_000n;

/** What quotas call the objects of a run, by kind. */
const COUNTED: Readonly<Record<string, string>> = {
  Deployment: 'deployments.apps',
  ReplicaSet: 'replicasets.apps',
  StatefulSet: 'statefulsets.apps',
  DaemonSet: 'daemonsets.apps',
  Job: 'jobs.batch',
  CronJob: 'cronjobs.batch',
  Service: 'services',
  PersistentVolumeClaim: 'persistentvolumeclaims',
};
/** Names of quotas beside `count/RESOURCE`. Source: kubernetes v1.36.2 pkg/quota/v1/evaluator/core/services.go, persistent_volume_claims.go */
const OTHER_NAMES: readonly string[] = [
  'services',
  'services.loadbalancers',
  'services.nodeports',
  'persistentvolumeclaims',
];

/** Does a quota of this count objects that a run has? */
export function isObjectResource(name: string): boolean {
  return (
    OTHER_NAMES.includes(name) || Object.values(COUNTED).some((resource) => name === `count/${resource}`)
  );
}

/** As quotas and refusals name objects of a kind; undefined for those that no quota here counts. */
export function resourceOfKind(kind: string): string | undefined {
  return COUNTED[kind];
}

/** What an object of a kind takes of quotas, in billionths; nothing for kinds that none counts. */
export function objectAmounts(kind: string, object: JsonObject): Requests {
  const resource = COUNTED[kind];
  if (resource === undefined) return new Map();
  const amounts = new Map([[`count/${resource}`, ONE]]);
  if (kind === 'PersistentVolumeClaim') amounts.set('persistentvolumeclaims', ONE);
  if (kind !== 'Service') return amounts;
  const spec = objectAt(object, 'spec');
  amounts.set('services', ONE);
  if (spec['type'] === 'LoadBalancer') amounts.set('services.loadbalancers', ONE);
  amounts.set('services.nodeports', BigInt(nodePorts(spec)) * ONE);
  return amounts;
}

/** Source: kubernetes v1.36.2 pkg/quota/v1/evaluator/core/services.go, Usage */
function nodePorts({ type, ports, allocateLoadBalancerNodePorts }: JsonObject): number {
  const listed = Array.isArray(ports) ? ports.filter(isObject) : [];
  if (type === 'NodePort') return listed.length;
  if (type !== 'LoadBalancer') return 0;
  return allocateLoadBalancerNodePorts === false
    ? listed.filter(({ nodePort }) => typeof nodePort === 'number' && nodePort !== 0).length
    : listed.length;
}
