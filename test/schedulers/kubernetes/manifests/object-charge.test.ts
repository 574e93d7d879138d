import { describe, expect, test } from 'vitest';
import {
  isObjectResource,
  objectAmounts,
} from '../../../../src/schedulers/kubernetes/manifests/object-charge.ts';

const charged = (kind: string, object: object = {}) =>
  Object.fromEntries(
    [...objectAmounts(kind, object as Record<string, unknown>)]
      .filter(([, amount]) => amount > 0n)
      .map(([name, amount]) => [name, Number(amount / 1_000_000_000n)]),
  );
const service = (spec: object) => charged('Service', { spec });
const PORTS = [{ port: 80 }, { port: 443, nodePort: 30_443 }];

describe('objectAmounts()', () => {
  test.each([
    { name: 'a Deployment', is: charged('Deployment'), amounts: { 'count/deployments.apps': 1 } },
    { name: 'a Job', is: charged('Job'), amounts: { 'count/jobs.batch': 1 } },
    {
      name: 'a claim, by two names',
      is: charged('PersistentVolumeClaim'),
      amounts: { 'count/persistentvolumeclaims': 1, persistentvolumeclaims: 1 },
    },
    {
      name: 'a Service inside the cluster',
      is: service({ ports: PORTS }),
      amounts: { 'count/services': 1, services: 1 },
    },
    {
      name: 'one on ports of the nodes',
      is: service({ type: 'NodePort', ports: PORTS }),
      amounts: { 'count/services': 1, services: 1, 'services.nodeports': 2 },
    },
    {
      name: 'one behind a load balancer, which takes ports of the nodes, too',
      is: service({ type: 'LoadBalancer', ports: PORTS }),
      amounts: { 'count/services': 1, services: 1, 'services.loadbalancers': 1, 'services.nodeports': 2 },
    },
    {
      name: 'one that takes only those that it names',
      is: service({ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: PORTS }),
      amounts: { 'count/services': 1, services: 1, 'services.loadbalancers': 1, 'services.nodeports': 1 },
    },
    { name: 'what no quota here counts', is: charged('ConfigMap'), amounts: {} },
  ])('$name', ({ is, amounts }) => {
    expect(is).toEqual(amounts);
  });
});

test('isObjectResource() knows what the objects of a run are counted by, and nothing else', () => {
  const known = ['count/jobs.batch', 'count/services', 'services.nodeports', 'persistentvolumeclaims'];
  const unknown = ['pods', 'count/pods', 'jobs.batch', 'count/configmaps', 'requests.storage', 'secrets'];
  expect([...known, ...unknown].filter(isObjectResource)).toEqual(known);
});
