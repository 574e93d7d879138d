import { describe, expect, test } from 'vitest';
import { defineKubernetesPlugin } from '../../../src/schedulers/kubernetes/out-of-tree.ts';
import { readKubernetesOptions } from '../../../src/schedulers/kubernetes/kubernetes-options.ts';
import { settingsWithoutEffect } from '../../../src/schedulers/kubernetes/scheduler-config.ts';

const needsLimit = defineKubernetesPlugin({
  name: 'NeedsLimit',
  create(args) {
    const { limit } = (args ?? {}) as { readonly limit?: number };
    if (limit === undefined) throw new Error('limit is missing');
    return { filter: (view, slot) => (view.taskCount[slot]! < limit ? null : 'too many'), reserve: () => 1 };
  },
});
const chooser = defineKubernetesPlugin({ name: 'Chooser', score: () => 1, reserve: () => 1 });
const registered = [needsLimit, chooser];

function readConfig(config: unknown) {
  const read = readKubernetesOptions({ config }, registered);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.options;
}

function problemsOf(config: unknown): string[] {
  const read = readKubernetesOptions({ config }, registered);
  if (!('problems' in read)) return [];
  return read.problems.map(
    ({ path, message, code }) => `${code ?? ''} ${path.slice(1).join('.')}: ${message}`,
  );
}

const profile = (one: object) => ({ profiles: [one] });
const pluginConfig = (name: string, args: object) => profile({ pluginConfig: [{ name, args }] });

describe('readSchedulerConfig()', () => {
  test('a back-off is handed on in milliseconds, 1 s and 10 s by default', () => {
    expect(readConfig({})).toMatchObject({ podInitialBackoffMs: 1000, podMaxBackoffMs: 10_000 });
    const config = { podInitialBackoffSeconds: 2, podMaxBackoffSeconds: 60 };
    expect(readConfig(config)).toMatchObject({ podInitialBackoffMs: 2000, podMaxBackoffMs: 60_000 });
  });

  test('each profile has its own plugins, arguments and percentage, or the global one', () => {
    const { profiles } = readConfig({
      percentageOfNodesToScore: 40,
      profiles: [
        { schedulerName: 'default-scheduler' },
        {
          schedulerName: 'packer',
          percentageOfNodesToScore: 100,
          plugins: {
            score: { disabled: [{ name: '*' }], enabled: [{ name: 'NodeResourcesFit', weight: 3 }] },
          },
          pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'MostAllocated' } } }],
        },
      ],
    });
    expect(
      profiles.map((one) => [one.schedulerName, one.percentageOfNodesToScore, one.fit.strategy]),
    ).toEqual([
      ['default-scheduler', 40, 'LeastAllocated'],
      ['packer', 100, 'MostAllocated'],
    ]);
    expect(profiles[1]!.profile.score).toEqual([{ name: 'NodeResourcesFit', weight: 3 }]);
    expect(profiles[0]!.profile.score).toHaveLength(9);
  });

  test('an only profile is the default one unless it has a name', () => {
    expect(readConfig({}).profiles[0]!.schedulerName).toBe('default-scheduler');
    expect(readConfig(profile({ plugins: {} })).profiles[0]!.schedulerName).toBe('default-scheduler');
    expect(readConfig(profile({ schedulerName: 'own' })).profiles[0]!.schedulerName).toBe('own');
  });

  test('whatever a real configuration sets beside, with and without effect, is accepted', () => {
    const config = {
      apiVersion: 'kubescheduler.config.k8s.io/v1',
      kind: 'KubeSchedulerConfiguration',
      parallelism: 8,
      leaderElection: { leaderElect: true, leaseDuration: '15s' },
      clientConnection: { kubeconfig: '/etc/kubernetes/scheduler.conf', qps: 100, burst: 200 },
      enableProfiling: false,
      delayCacheUntilActive: false,
      extenders: [],
      percentageOfNodesToScore: 100,
      profiles: [
        {
          plugins: {
            preEnqueue: { enabled: [{ name: 'SchedulingGates' }] },
            queueSort: { enabled: [{ name: 'PrioritySort' }] },
            postFilter: { disabled: [{ name: '*' }], enabled: [{ name: 'DefaultPreemption' }] },
            reserve: { enabled: [{ name: 'VolumeBinding' }] },
            preBind: { enabled: [{ name: 'VolumeBinding' }] },
            bind: { enabled: [{ name: 'DefaultBinder' }] },
            postBind: {},
            permit: {},
          },
          pluginConfig: [
            { name: 'VolumeBinding', args: { kind: 'VolumeBindingArgs', bindTimeoutSeconds: 300 } },
            { name: 'DynamicResources', args: { filterTimeout: '10s' } },
            { name: 'NodeName' },
          ],
        },
      ],
    };
    expect(readConfig(config).profiles[0]!.profile.postFilter).toEqual(['DefaultPreemption']);
    expect(settingsWithoutEffect(config)).toEqual([
      'parallelism',
      'leaderElection',
      'clientConnection',
      'enableProfiling',
      'delayCacheUntilActive',
      'VolumeBinding bindTimeoutSeconds',
      'DynamicResources filterTimeout',
    ]);
    expect(settingsWithoutEffect(undefined)).toEqual([]);
  });

  test.each([
    { config: { parallelism: 0 }, found: [' parallelism: must be a whole number from 1 to 2147483647'] },
    { config: { enableProfiling: 'no' }, found: ['E1102 enableProfiling: must be true or false'] },
    {
      config: { leaderElection: { elect: true } },
      found: ["E1203 leaderElection.elect: 'elect' is unknown"],
    },
    {
      config: { healthzBindAddress: '' },
      found: ["E1203 healthzBindAddress: 'healthzBindAddress' is unknown"],
    },
    {
      config: { extenders: [{ urlPrefix: 'http://a' }] },
      found: [
        'E1206 extenders: extenders are programs of their own, asked over the network, and are not simulated',
      ],
    },
    // The longest back-off is 10 s unless set.
    {
      config: { podInitialBackoffSeconds: 11 },
      found: [
        ' podMaxBackoffSeconds: podMaxBackoffSeconds (10) must not be less than podInitialBackoffSeconds (11)',
      ],
    },
    {
      config: { podInitialBackoffSeconds: 0 },
      found: [' podInitialBackoffSeconds: must be a whole number from 1 to 2147483648'],
    },
    {
      config: { profiles: [{ schedulerName: 'a' }, { schedulerName: 'b' }, { schedulerName: 'a' }] },
      found: ["E1205 profiles.2.schedulerName: two profiles have the schedulerName 'a'"],
    },
    {
      config: { profiles: [{ schedulerName: 'a' }, {}] },
      found: ['E1101 profiles.1.schedulerName: each profile needs a schedulerName'],
    },
    {
      config: {
        profiles: [
          { schedulerName: 'a' },
          { schedulerName: 'b', plugins: { queueSort: { enabled: [{ name: 'PrioritySort' }] } } },
        ],
      },
      found: [' profiles.1.plugins.queueSort: must be the same in all profiles'],
    },
    {
      config: profile({ plugins: { queueSort: { disabled: [{ name: '*' }] } } }),
      found: [" profiles.0.plugins.queueSort: exactly one plugin must sort the queue: 'PrioritySort'"],
    },
    {
      config: profile({ plugins: { bind: { disabled: [{ name: 'DefaultBinder' }] } } }),
      found: [" profiles.0.plugins.bind: at least one plugin must bind: 'DefaultBinder'"],
    },
    {
      config: profile({ plugins: { score: { enabled: [{ weight: 2 }] } } }),
      found: ['E1101 profiles.0.plugins.score.enabled.0.name: the name of a plugin is missing'],
    },
    {
      config: profile({ pluginConfig: [{ name: 'NodeAffinity' }, { name: 'NodeAffinity' }] }),
      found: ["E1205 profiles.0.pluginConfig.1.name: 'NodeAffinity' is configured twice"],
    },
    {
      config: profile({
        plugins: { reserve: { enabled: [{ name: 'Chooser' }, { name: 'NeedsLimit' }] } },
        pluginConfig: [{ name: 'NeedsLimit', args: { limit: 1 } }],
      }),
      found: [' profiles.0.plugins.reserve: Chooser and NeedsLimit would both choose devices'],
    },
    {
      config: profile({ plugins: { multiPoint: { enabled: [{ name: 'NeedsLimit' }] } } }),
      found: ["E1207 profiles.0.pluginConfig: plugin 'NeedsLimit': limit is missing"],
    },
    {
      config: profile({ plugins: { filter: { enabled: [{ name: 'Chooser' }] } } }),
      found: [" profiles.0.plugins.filter.enabled: 'Chooser' takes no part in filter"],
    },
    {
      config: profile({
        plugins: { score: { enabled: [{ name: 'Chooser' }] } },
        pluginConfig: [{ name: 'Chooser', args: { x: 1 } }],
      }),
      found: ["E1207 profiles.0.pluginConfig.0.args: plugin 'Chooser': it takes no arguments"],
    },
  ])('refuses $config', ({ config, found }) => {
    expect(problemsOf(config)).toEqual(found);
  });

  test('everything is found in one pass', () => {
    const config = {
      kind: 'Pod',
      extenders: [{}],
      profiles: [
        { schedulerName: 'a', plugins: { score: { enabled: [{ name: 'NodeResourceFit' }] } } },
        { schedulerName: 'a', pluginConfig: [{ name: 'NodePort', args: {} }] },
      ],
    };
    expect(problemsOf(config).map((text) => text.split(':')[0])).toEqual([
      ' kind',
      'E1206 extenders',
      ' profiles.0.plugins.score.enabled.0.name',
      'E1205 profiles.1.schedulerName',
      ' profiles.1.pluginConfig.0.name',
    ]);
  });
});

describe('the order of plugins, out-of-tree ones among them', () => {
  const scoresOf = (plugins: object) =>
    readConfig(profile({ plugins })).profiles[0]!.profile.score.map(
      ({ name, weight }) => `${name}:${weight}`,
    );
  const DEFAULTS = scoresOf({});

  test('at multiPoint they come after the default ones, with weight 1 unless they have one', () => {
    expect(scoresOf({ multiPoint: { enabled: [{ name: 'Chooser' }] } })).toEqual([...DEFAULTS, 'Chooser:1']);
    expect(scoresOf({ multiPoint: { enabled: [{ name: 'Chooser', weight: 9 }] } }).at(-1)).toBe('Chooser:9');
  });

  test('at their point they come after those of multiPoint, and before them when they are among those', () => {
    const enabled = [{ name: 'Chooser', weight: 4 }, { name: 'ImageLocality' }];
    expect(scoresOf({ score: { enabled } })).toEqual([
      'ImageLocality:1',
      ...DEFAULTS.slice(0, -1),
      'Chooser:4',
    ]);
    expect(
      scoresOf({ score: { enabled }, multiPoint: { enabled: [{ name: 'Chooser', weight: 2 }] } }),
    ).toEqual(['Chooser:4', 'ImageLocality:1', ...DEFAULTS.slice(0, -1)]);
  });

  test('one that is disabled at a point takes part in the others', () => {
    const plugins = {
      multiPoint: { enabled: [{ name: 'Chooser' }] },
      score: { disabled: [{ name: 'Chooser' }] },
    };
    const { profile: one } = readConfig(profile({ plugins })).profiles[0]!;
    expect([one.score.some(({ name }) => name === 'Chooser'), one.reserve.at(-1)]).toEqual([
      false,
      'Chooser',
    ]);
  });
});

describe('readPluginArgs()', () => {
  const shape = [{ utilization: 0, score: 0 }];
  test.each([
    {
      name: 'NodeResourcesFit',
      args: { ignoredResources: ['example.com/fpga', 'not a name'] },
      found: " ignoredResources.1: 'not a name' is no name of a resource or label",
    },
    {
      name: 'NodeResourcesFit',
      args: { scoringStrategy: {} },
      found:
        "E1101 scoringStrategy.type: 'type' is missing: use LeastAllocated, MostAllocated, RequestedToCapacityRatio",
    },
    {
      name: 'NodeResourcesFit',
      args: { scoringStrategy: { type: 'MostAllocated', requestedToCapacityRatio: { shape } } },
      found: ' scoringStrategy.requestedToCapacityRatio: means nothing with type MostAllocated',
    },
    {
      name: 'NodeResourcesFit',
      args: { ignoredResourceGroups: ['example.com', 'a/b'] },
      found: " ignoredResourceGroups.1: a resource group name cannot contain '/'",
    },
    {
      name: 'NodeResourcesFit',
      args: { scoringStrategy: { type: 'LeastAllocated', resources: [{ name: 'cpu', weight: 101 }] } },
      found: ' scoringStrategy.resources.0.weight: must be a whole number from 1 to 100',
    },
    {
      name: 'NodeResourcesBalancedAllocation',
      args: { resources: [{ name: 'cpu' }, { name: 'cpu' }] },
      found: "E1205 resources.1.name: 'cpu' appears twice",
    },
    {
      name: 'NodeResourcesBalancedAllocation',
      args: { resources: [{ name: 'cpu', weight: 2 }] },
      found: ' resources.0.weight: must be a whole number from 1 to 1',
    },
    {
      name: 'PodTopologySpread',
      args: {
        defaultingType: 'List',
        defaultConstraints: [
          { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: {} },
        ],
      },
      found: ' defaultConstraints.0.labelSelector: defaults have no selector: it follows from each pod',
    },
    {
      name: 'PodTopologySpread',
      args: {
        defaultingType: 'List',
        defaultConstraints: [
          { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' },
          { maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' },
        ],
      },
      found: "E1205 defaultConstraints.1: 'zone' has such a constraint already",
    },
    {
      name: 'VolumeBinding',
      args: { bindTimeoutSeconds: -1 },
      found: ' bindTimeoutSeconds: must be a whole number from 0 to 1099511627776',
    },
    {
      name: 'VolumeBinding',
      args: { shape },
      found: "E1206 shape: 'shape' needs the feature gate StorageCapacityScoring, which is off",
    },
    {
      name: 'DynamicResources',
      args: { filterTimeout: 'soon' },
      found: "E1104 filterTimeout: 'soon' is no duration like 10s",
    },
    {
      name: 'InterPodAffinity',
      args: { kind: 'NodeAffinityArgs' },
      found: " kind: 'NodeAffinityArgs' is none of InterPodAffinityArgs",
    },
    { name: 'ImageLocality', args: { size: 1 }, found: "E1203 : 'ImageLocality' takes no arguments" },
  ])('refuses $args for $name', ({ name, args, found }) => {
    const at = 'profiles.0.pluginConfig.0.args';
    const [code, ...rest] = found.split(' ');
    const text = rest.join(' ');
    const expected = text.startsWith(':') ? `${code} ${at}${text}` : `${code} ${at}.${text}`;
    expect(problemsOf(pluginConfig(name, args))).toEqual([expected]);
  });
});
