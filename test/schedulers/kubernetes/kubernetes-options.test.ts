import { describe, expect, test } from 'vitest';
import { readKubernetesOptions } from '../../../src/schedulers/kubernetes/kubernetes-options.ts';
import { PLUGIN_NAMES } from '../../../src/schedulers/kubernetes/profile.ts';
import { optionsOf } from '../../support/laws.ts';
import { kubernetesScheduler } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';

const readAll = (raw: unknown) => optionsOf(kubernetesScheduler, raw);
/** The options with those of their only profile. */
const read = (raw: unknown) => {
  const { profiles, ...rest } = readAll(raw);
  expect(profiles).toHaveLength(1);
  return { ...rest, ...profiles[0]! };
};
const problems = (raw: unknown) => {
  const result = readKubernetesOptions(raw);
  return 'problems' in result ? result.problems : [];
};
const profile = (one: object) => ({ config: { profiles: [one] } });
const plugins = (section: object) => profile({ plugins: section });
const args = (name: string, values: object) => profile({ pluginConfig: [{ name, args: values }] });

describe('readKubernetesOptions', () => {
  test.each([null, undefined, {}, { config: {} }, { config: { profiles: [] } }])(
    'takes the defaults for %j',
    (raw) => {
      expect(read(raw)).toMatchObject({
        version: '1.36',
        tieBreak: 'kube',
        percentageOfNodesToScore: 0,
        fit: {
          strategy: 'LeastAllocated',
          resources: [
            { name: 'cpu', weight: 1 },
            { name: 'memory', weight: 1 },
          ],
        },
        spreadDefaults: { system: true },
      });
    },
  );

  test('namespaces have their name as a label beside those given', () => {
    const { namespaces } = read({ namespaces: { a: { team: 'x' }, b: null } });
    expect(Object.fromEntries(namespaces.get('a')!)).toEqual({
      team: 'x',
      'kubernetes.io/metadata.name': 'a',
    });
    expect([...namespaces.get('b')!.keys()]).toEqual(['kubernetes.io/metadata.name']);
  });

  test('limits of volumes are numbers by node and driver', () => {
    expect(read({ volumeLimits: { n: { d: 25 } } }).volumeLimits).toEqual(
      new Map([['n', new Map([['d', 25]])]]),
    );
    expect(read({}).volumeLimits).toEqual(new Map());
  });

  test('InterPodAffinity has weight 1 for required terms unless told otherwise', () => {
    expect(read({}).interPodAffinity).toEqual({
      hardPodAffinityWeight: 1,
      ignorePreferredTermsOfExistingPods: false,
    });
    const values = { hardPodAffinityWeight: 0, ignorePreferredTermsOfExistingPods: true };
    expect(read(args('InterPodAffinity', values)).interPodAffinity).toEqual(values);
  });

  test('a percentage of the profile wins over the global one', () => {
    const config = { percentageOfNodesToScore: 30, profiles: [{ percentageOfNodesToScore: 70 }] };
    expect(read({ config }).percentageOfNodesToScore).toBe(70);
    expect(read({ config: { percentageOfNodesToScore: 30 } }).percentageOfNodesToScore).toBe(30);
  });

  test('scores of a shape are scaled from 10 to 100', () => {
    const shape = [
      { utilization: 0, score: 0 },
      { utilization: 100, score: 10 },
    ];
    const strategy = { type: 'RequestedToCapacityRatio', requestedToCapacityRatio: { shape } };
    expect(read(args('NodeResourcesFit', { scoringStrategy: strategy })).fit.shape).toEqual([
      { utilisation: 0, score: 0 },
      { utilisation: 100, score: 100 },
    ]);
  });

  test.each([
    {
      raw: { strategy: 'x' },
      path: ['strategy'],
      validNames: ['version', 'featureGates', 'tieBreak', 'config', 'namespaces', 'volumeLimits', 'plugins'],
    },
    { raw: { version: '1.35' }, path: ['version'], validNames: ['1.34', '1.36'] },
    { raw: { volumeLimits: { n: { d: -1 } } }, path: ['volumeLimits', 'n', 'd'] },
    {
      raw: { tieBreak: 'worst' },
      path: ['tieBreak'],
      validNames: ['kube', 'first', 'last', 'random', 'shuffled'],
    },
    { raw: { config: { extenders: [{ urlPrefix: 'http://a' }] } }, path: ['config', 'extenders'] },
    { raw: { config: { kind: 'Pod' } }, path: ['config', 'kind'] },
    { raw: { config: { percentageOfNodesToScore: 101 } }, path: ['config', 'percentageOfNodesToScore'] },
    { raw: { config: { profiles: [{}, {}] } }, path: ['config', 'profiles', 1, 'schedulerName'] },
    {
      raw: plugins({ score: { enabled: [{ name: 'NodeResourceFit' }] } }),
      path: ['config', 'profiles', 0, 'plugins', 'score', 'enabled', 0, 'name'],
      validNames: PLUGIN_NAMES,
    },
    {
      raw: plugins({ score: { enabled: [{ name: 'NodePorts' }] } }),
      path: ['config', 'profiles', 0, 'plugins', 'score', 'enabled'],
    },
    {
      raw: plugins({ score: { enabled: [{ name: 'ImageLocality' }, { name: 'ImageLocality' }] } }),
      path: ['config', 'profiles', 0, 'plugins', 'score', 'enabled'],
    },
    {
      raw: plugins({ postFilter: { enabled: [{ name: 'ImageLocality' }] } }),
      path: ['config', 'profiles', 0, 'plugins', 'postFilter', 'enabled'],
    },
    {
      raw: plugins({ preFilter: { disabled: [{ name: 'NodeResourcesFit' }] } }),
      path: ['config', 'profiles', 0, 'plugins', 'preFilter'],
    },
    {
      raw: plugins({ preScore: { disabled: [{ name: '*' }] } }),
      path: ['config', 'profiles', 0, 'plugins', 'preScore'],
    },
    {
      raw: args('NodeName', { node: 'a' }),
      path: ['config', 'profiles', 0, 'pluginConfig', 0, 'args'],
    },
    {
      raw: args('DefaultPreemption', { minCandidateNodesPercentage: 101 }),
      path: ['config', 'profiles', 0, 'pluginConfig', 0, 'args', 'minCandidateNodesPercentage'],
    },
    {
      raw: args('DefaultPreemption', { minCandidateNodesPercentage: 0, minCandidateNodesAbsolute: 0 }),
      path: ['config', 'profiles', 0, 'pluginConfig', 0, 'args'],
    },
    {
      raw: args('NodeResourcesFit', { ignored: [] }),
      path: ['config', 'profiles', 0, 'pluginConfig', 0, 'args', 'ignored'],
    },
    {
      raw: args('NodeResourcesFit', { scoringStrategy: { type: 'RequestedToCapacityRatio' } }),
      path: [
        'config',
        'profiles',
        0,
        'pluginConfig',
        0,
        'args',
        'scoringStrategy',
        'requestedToCapacityRatio',
        'shape',
      ],
    },
    { raw: { namespaces: { a: { team: 1 } } }, path: ['namespaces', 'a', 'team'] },
    {
      raw: args('InterPodAffinity', { hardPodAffinityWeight: 101 }),
      path: ['config', 'profiles', 0, 'pluginConfig', 0, 'args', 'hardPodAffinityWeight'],
    },
    {
      raw: args('InterPodAffinity', { ignorePreferredTermsOfExistingPods: 'yes' }),
      path: ['config', 'profiles', 0, 'pluginConfig', 0, 'args', 'ignorePreferredTermsOfExistingPods'],
    },
    {
      raw: args('PodTopologySpread', {
        defaultConstraints: [{ topologyKey: 'x', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
      }),
      path: ['config', 'profiles', 0, 'pluginConfig', 0, 'args', 'defaultConstraints'],
    },
  ])('refuses $raw', ({ raw, path, validNames }) => {
    const found = problems(raw);
    expect(found.map((problem) => problem.path)).toContainEqual(path);
    if (validNames !== undefined) {
      expect(found.find((problem) => problem.validNames !== undefined)?.validNames).toEqual(validNames);
    }
  });
});

describe('readProfile', () => {
  const scores = (section: object, version = '1.36') =>
    read({ version, ...plugins(section) }).profile.score.map(({ name, weight }) => `${name}:${weight}`);
  const DEFAULTS = [
    'TaintToleration:3',
    'NodeAffinity:2',
    'NodeResourcesFit:1',
    'VolumeBinding:1',
    'PodTopologySpread:2',
    'InterPodAffinity:2',
    'DynamicResources:2',
    'NodeResourcesBalancedAllocation:1',
    'ImageLocality:1',
  ];

  test('the default profile', () => {
    expect(scores({})).toEqual(DEFAULTS);
    expect(scores({}, '1.34')).toEqual(DEFAULTS.filter((name) => name !== 'DynamicResources:2'));
    expect(read({}).profile.filter.slice(0, 6)).toEqual([
      'NodeUnschedulable',
      'NodeName',
      'TaintToleration',
      'NodeAffinity',
      'NodePorts',
      'NodeResourcesFit',
    ]);
  });

  test('a weight at a point moves the plugin to the front', () => {
    expect(scores({ score: { enabled: [{ name: 'ImageLocality', weight: 7 }] } })).toEqual([
      'ImageLocality:7',
      ...DEFAULTS.slice(0, -1),
    ]);
  });

  test('a weight at multiPoint keeps its place, and 0 means 1', () => {
    expect(
      scores({ multiPoint: { enabled: [{ name: 'NodeAffinity', weight: 9 }, { name: 'TaintToleration' }] } }),
    ).toEqual(['TaintToleration:1', 'NodeAffinity:9', ...DEFAULTS.slice(2)]);
  });

  test('disabling all leaves what is enabled, in that order', () => {
    const enabled = [{ name: 'NodeAffinity' }, { name: 'NodeResourcesFit', weight: 4 }];
    expect(scores({ score: { disabled: [{ name: '*' }], enabled } })).toEqual([
      'NodeAffinity:1',
      'NodeResourcesFit:4',
    ]);
  });

  test('disabling a plugin at multiPoint removes it from all points', () => {
    const { profile: one } = read(plugins({ multiPoint: { disabled: [{ name: 'NodeAffinity' }] } }));
    const names = [...one.preFilter, ...one.filter, ...one.preScore, ...one.score.map(({ name }) => name)];
    expect(names).not.toContain('NodeAffinity');
  });
});
