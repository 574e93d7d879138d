import { describe, expect, test } from 'vitest';
import {
  controllerOf,
  groupOf,
  PodSelectors,
} from '../../../../src/schedulers/kubernetes/manifests/pod-owners.ts';

function pod(name: string, owner?: readonly [kind: string, name: string], labels: object = {}) {
  const ownerReferences = owner === undefined ? [] : [{ kind: owner[0], name: owner[1], controller: true }];
  return { kind: 'Pod', namespace: 'shop', name, object: { metadata: { labels, ownerReferences } } };
}

describe('groupOf()', () => {
  test.each([
    ['a pod of its own', pod('web'), 'shop/web'],
    [
      'one of a Deployment',
      pod('web-5f-x', ['ReplicaSet', 'web-5f'], { 'pod-template-hash': '5f' }),
      'shop/web',
    ],
    ['one of a bare ReplicaSet', pod('web-5f-x', ['ReplicaSet', 'web-5f']), 'shop/web-5f'],
    ['one of a StatefulSet', pod('db-0', ['StatefulSet', 'db']), 'shop/db'],
    ['a mirror pod', pod('kube-proxy-node-a', ['Node', 'node-a']), 'shop/kube-proxy'],
  ])('%s', (_title, named, group) => {
    expect(groupOf(named, controllerOf(named.object))).toBe(group);
  });
});

describe('PodSelectors.of()', () => {
  const selectors = new PodSelectors([
    { kind: 'Service', namespace: 'shop', name: 'web', object: { spec: { selector: { app: 'web' } } } },
    { kind: 'Service', namespace: 'other', name: 'web', object: { spec: { selector: { app: 'web' } } } },
    { kind: 'Service', namespace: 'shop', name: 'headless', object: { spec: {} } },
    {
      kind: 'ReplicaSet',
      namespace: 'shop',
      name: 'known',
      object: { spec: { selector: { matchLabels: { app: 'web' } } } },
    },
    {
      kind: 'ReplicationController',
      namespace: 'shop',
      name: 'old',
      object: { spec: { selector: { app: 'web' } } },
    },
  ]);
  const web = { matchLabels: { app: 'web' } };
  test.each([
    ['a Service of its namespace that selects it', pod('a', undefined, { app: 'web', tier: 'x' }), [web]],
    ['none that does not', pod('a', undefined, { app: 'api' }), []],
    ['the selector of its controller too', pod('a', ['ReplicaSet', 'known'], { app: 'web' }), [web, web]],
    ['the old form of one', pod('a', ['ReplicationController', 'old'], { app: 'api' }), [web]],
    [
      'all labels of its own for a controller that is not there, but for those that differ from pod to pod',
      pod('a', ['StatefulSet', 'db'], { app: 'db', 'statefulset.kubernetes.io/pod-name': 'db-0' }),
      [{ matchLabels: { app: 'db' } }],
    ],
    ['none of a controller that spreading does not look at', pod('a', ['Job', 'j'], { app: 'api' }), []],
  ])('%s', (_title, { object, namespace }, expected) => {
    expect(selectors.of(object, namespace)).toEqual(expected);
  });
});
