import { describe, expect, test } from 'vitest';
import { readKubernetesOptions } from '../../../src/schedulers/kubernetes/kubernetes-options.ts';
import { defineKubernetesPlugin } from '../../../src/schedulers/kubernetes/out-of-tree.ts';
import { createPluginSet } from '../../../src/schedulers/kubernetes/plugin-set.ts';
import { podOfClass } from '../../../src/schedulers/kubernetes/pod.ts';
import { createCluster, type TaskSpec } from '../../support/cluster-builder.ts';
import { createFixture, type PodWords } from './fixture.ts';
import { resources } from './kubernetes-laws.ts';

const spreadArgs = (args: object) => ({ name: 'PodTopologySpread', args });
const NO_DEFAULTS = spreadArgs({ defaultingType: 'List', defaultConstraints: [] });
const signing = (more: object = {}) => ({ config: { profiles: [{ pluginConfig: [NO_DEFAULTS], ...more }] } });

const signed = defineKubernetesPlugin({
  name: 'Signed',
  filter: () => null,
  sign: ({ labels }) => ({ shade: labels.get('shade') ?? null }),
});
const unsigned = defineKubernetesPlugin({ name: 'Unsigned', score: () => 0 });
const choosy = defineKubernetesPlugin({
  name: 'Choosy',
  filter: () => null,
  sign: ({ priority }) => (priority > 0 ? null : {}),
});
const chooser = defineKubernetesPlugin({ name: 'Chooser', reserve: () => undefined });

/** The signature of the pod in the first profile. */
function sign(words: PodWords, raw: unknown = signing()): string | null {
  const { store, submit } = createFixture([]);
  const task = submit(words);
  const read = readKubernetesOptions(raw, [signed, unsigned, choosy, chooser]);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const plugins = createPluginSet(read.options.profiles[0]!, store.resources);
  return plugins.sign(podOfClass(store.classes[store.taskClass[task]!]!));
}

const spec = (one: Record<string, unknown>): PodWords => ({ spec: one });
const container = (one: object): PodWords => spec({ containers: [{ image: 'app:1', ...one }] });
const requests = (one: object) => container({ resources: { requests: one } });
const hard = 'requiredDuringSchedulingIgnoredDuringExecution';
const pool = (...values: string[]) => ({ matchExpressions: [{ key: 'pool', operator: 'In', values }] });
const required = (...terms: object[]) =>
  spec({ affinity: { nodeAffinity: { [hard]: { nodeSelectorTerms: terms } } } });
const volume = (name: string, source: object) => ({ name, ...source });
const toleration = (key: string) => ({ key, operator: 'Exists' });

describe('a pod has a signature', () => {
  test.each<{ what: string; pod: PodWords; raw?: object; has: boolean }>([
    { what: 'without default constraints', pod: {}, has: true },
    { what: 'with the system defaults, never', pod: {}, raw: {}, has: false },
    {
      what: 'with default constraints of its own, never',
      pod: {},
      raw: {
        config: {
          profiles: [
            {
              pluginConfig: [
                spreadArgs({
                  defaultingType: 'List',
                  defaultConstraints: [
                    { maxSkew: 1, topologyKey: 'pool', whenUnsatisfiable: 'ScheduleAnyway' },
                  ],
                }),
              ],
            },
          ],
        },
      },
      has: false,
    },
    {
      what: 'without PodTopologySpread',
      pod: {},
      raw: {
        config: { profiles: [{ plugins: { multiPoint: { disabled: [{ name: 'PodTopologySpread' }] } } }] },
      },
      has: true,
    },
    {
      what: 'unless it spreads',
      pod: spec({
        topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'pool', whenUnsatisfiable: 'ScheduleAnyway' }],
      }),
      has: false,
    },
    {
      what: 'unless it has affinity to pods, even an empty one',
      pod: spec({ affinity: { podAffinity: {} } }),
      has: false,
    },
    {
      what: 'unless it has anti-affinity to pods',
      pod: spec({ affinity: { podAntiAffinity: { [hard]: [{ topologyKey: 'pool', labelSelector: {} }] } } }),
      has: false,
    },
    {
      what: 'with affinity to pods in a profile that does not look at it',
      pod: spec({ affinity: { podAffinity: {} } }),
      raw: signing({ plugins: { multiPoint: { disabled: [{ name: 'InterPodAffinity' }] } } }),
      has: true,
    },
    {
      what: 'with an out-of-tree filter that signs',
      pod: {},
      raw: signing({ plugins: { filter: { enabled: [{ name: 'Signed' }] } } }),
      has: true,
    },
    {
      what: 'with an out-of-tree score that does not sign, never',
      pod: {},
      raw: signing({ plugins: { score: { enabled: [{ name: 'Unsigned' }] } } }),
      has: false,
    },
    {
      what: 'unless an out-of-tree filter refuses to sign it',
      pod: spec({ priority: 1 }),
      raw: signing({ plugins: { filter: { enabled: [{ name: 'Choosy' }] } } }),
      has: false,
    },
    {
      what: 'with an out-of-tree plugin that only reserves',
      pod: {},
      raw: signing({ plugins: { reserve: { enabled: [{ name: 'Chooser' }] } } }),
      has: true,
    },
  ])('$what', ({ pod, raw, has }) => {
    expect(sign(pod, raw) !== null).toBe(has);
  });
});

describe('signatures are equal', () => {
  test.each<{ what: string; a: PodWords; b: PodWords; raw?: object; equal: boolean }>([
    { what: 'for equal requests', a: requests({ cpu: '1' }), b: requests({ cpu: '1000m' }), equal: true },
    { what: 'not for other requests', a: requests({ cpu: '1' }), b: requests({ cpu: '2' }), equal: false },
    {
      what: 'not for other extended resources',
      a: requests({ cpu: '1', 'example.com/fpga': '1' }),
      b: requests({ cpu: '1' }),
      equal: false,
    },
    {
      // A silent container counts 100m in scores, a second one 200m: the real request is 0 for both.
      what: 'whatever silent containers count as',
      a: spec({ containers: [{ image: 'app:1' }] }),
      b: spec({ containers: [{ image: 'app:1' }, { image: 'app:1' }] }),
      equal: true,
    },
    { what: 'whatever the priority', a: spec({ priority: 5 }), b: spec({}), equal: true },
    { what: 'whatever the namespace', a: { namespace: 'web' }, b: { namespace: 'jobs' }, equal: true },
    {
      what: 'not for other labels',
      a: { labels: { app: 'web' } },
      b: { labels: { app: 'api' } },
      equal: false,
    },
    {
      what: 'in whatever order labels stand',
      a: { labels: { app: 'web', tier: 'x' } },
      b: { labels: { tier: 'x', app: 'web' } },
      equal: true,
    },
    {
      what: 'whatever the labels, if preferred terms of others do not count',
      a: { labels: { app: 'web' } },
      b: { labels: { app: 'api' } },
      raw: signing({
        pluginConfig: [
          NO_DEFAULTS,
          { name: 'InterPodAffinity', args: { ignorePreferredTermsOfExistingPods: true } },
        ],
      }),
      equal: true,
    },
    {
      what: 'not for other images',
      a: container({ image: 'app:1' }),
      b: container({ image: 'app:2' }),
      equal: false,
    },
    {
      what: 'for an image with the tag left out',
      a: container({ image: 'app' }),
      b: container({ image: 'app:latest' }),
      equal: true,
    },
    {
      what: 'for images in another order, and mentioned twice',
      a: spec({ containers: [{ image: 'a:1' }, { image: 'b:1' }] }),
      b: spec({ containers: [{ image: 'b:1' }, { image: 'a:1' }, { image: 'a:1' }] }),
      equal: true,
    },
    {
      what: 'whatever protocol and address a host port has',
      a: container({ ports: [{ hostPort: 80 }] }),
      b: container({ ports: [{ hostPort: 80, protocol: 'UDP' }] }),
      equal: true,
    },
    {
      what: 'not with a host port and without',
      a: container({ ports: [{ hostPort: 80 }] }),
      b: container({}),
      equal: false,
    },
    {
      what: 'in whatever order tolerations stand',
      a: spec({ tolerations: [toleration('x'), toleration('y')] }),
      b: spec({ tolerations: [toleration('y'), toleration('x')] }),
      equal: true,
    },
    {
      what: 'not for other tolerations',
      a: spec({ tolerations: [toleration('x')] }),
      b: spec({}),
      equal: false,
    },
    {
      what: 'not for another node selector',
      a: spec({ nodeSelector: { pool: 'a' } }),
      b: spec({}),
      equal: false,
    },
    {
      what: 'in whatever order terms and values of node affinity stand',
      a: required(pool('a', 'b'), pool('c')),
      b: required(pool('c'), pool('b', 'a')),
      equal: true,
    },
    { what: 'not for other node affinity', a: required(pool('a')), b: required(pool('b')), equal: false },
    { what: 'not for another node name', a: spec({ nodeName: 'n1' }), b: spec({}), equal: false },
    {
      what: 'whatever config maps and secrets are mounted, and by what name a volume goes',
      a: spec({
        volumes: [volume('a', { iscsi: { iqn: 'i' } }), volume('b', { secret: { secretName: 's' } })],
      }),
      b: spec({ volumes: [volume('c', { configMap: { name: 'm' } }), volume('d', { iscsi: { iqn: 'i' } })] }),
      equal: true,
    },
    {
      what: 'not with another disk',
      a: spec({ volumes: [volume('a', { awsElasticBlockStore: { volumeID: 'vol-1' } })] }),
      b: spec({ volumes: [volume('a', { awsElasticBlockStore: { volumeID: 'vol-2' } })] }),
      equal: false,
    },
    {
      what: 'not where an out-of-tree plugin tells them apart',
      a: { labels: { shade: 'dark' } },
      b: { labels: { shade: 'light' } },
      raw: signing({
        pluginConfig: [
          NO_DEFAULTS,
          { name: 'InterPodAffinity', args: { ignorePreferredTermsOfExistingPods: true } },
        ],
        plugins: { filter: { enabled: [{ name: 'Signed' }] } },
      }),
      equal: false,
    },
  ])('$what', ({ a, b, raw, equal }) => {
    const [one, other] = [sign(a, raw), sign(b, raw)];
    expect(one).not.toBeNull();
    expect(one === other).toBe(equal);
  });
});

test('a neutral pod is signed unless it spreads or keeps apart, and its group tells it from others', () => {
  const cluster = createCluster({ resources });
  const read = readKubernetesOptions(signing());
  if ('problems' in read) throw new Error('options refused');
  const plugins = createPluginSet(read.options.profiles[0]!, resources);
  const signatureOf = (words: TaskSpec) => plugins.sign(podOfClass(cluster.taskClass(words)));
  const web = signatureOf({ group: 'web', cpu: 100 });
  expect(web).not.toBeNull();
  expect(signatureOf({ group: 'web', cpu: 100, priority: 7 })).toBe(web);
  expect(signatureOf({ group: 'api', cpu: 100 })).not.toBe(web);
  expect(signatureOf({ group: 'web', cpu: 100, spread: 'zone' })).toBeNull();
  expect(signatureOf({ group: 'web', cpu: 100, distinctInstance: true })).toBeNull();
});
