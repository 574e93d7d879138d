import { describe, expect, test } from 'vitest';
import { prepareScenario } from '../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../src/experiment/run-platform.ts';
import { checkLog } from '../../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../../src/telemetry/event-log.ts';

const A = 'us-east-1a';
const B = 'us-east-1b';
const C = 'us-east-1c';
const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';

interface World {
  readonly manifests: readonly object[];
  /** One instance group per zone, unless `fleet` says otherwise. */
  readonly zones?: readonly string[];
  readonly size?: object;
  readonly fleet?: readonly object[];
  readonly horizon?: string;
  readonly autoscaler?: object;
}

/** A run with the Cluster Autoscaler on nodes of 4 vCPU (3.92 to pods, less 150m of agents), up 30 s after the request. */
async function run({ manifests, zones = [A], horizon = '30m', autoscaler = {}, ...rest }: World) {
  const common = { type: 'm6i.xlarge', launch: '5s', boot: '25s' };
  const fleet =
    rest.fleet?.map((group) => ({ ...common, ...group })) ??
    zones.map((zone) => ({
      ...common,
      name: zone.slice(-1),
      zones: [zone],
      size: { min: 0, max: 10, ...rest.size },
    }));
  const scenario = {
    version: 1,
    name: 't',
    seed: 1,
    start: '2026-03-02T00:00:00Z',
    horizon,
    region: 'us-east-1',
    fleet,
    workload: { manifests },
    platforms: [
      {
        name: 'k',
        kind: 'kubernetes',
        controlPlane: 'none',
        autoscaler: { kind: 'cluster-autoscaler', ...autoscaler },
      },
    ],
  };
  const log = new MemoryLog();
  const result = await runPlatform(await prepareScenario('t.yaml', { scenario, folder: '.' }), { log });
  expect(checkLog(log.records, { livenessMs: 340_000 })).toEqual([]);
  const groups = result.instances.map(({ group }) => group);
  const unplaced = result.summary.metrics['unplaced'];
  return { ...result, groups: groups.sort().join(''), unplaced };
}

const deployment = (name: string, replicas: number, cpu: string, pod: object = {}) => ({
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ image: 'a', resources: { requests: { cpu, memory: '1Gi' } } }], ...pod },
    },
  },
});

const selects = (app: string) => ({ labelSelector: { matchLabels: { app } } });
const spread = (topologyKey: string, rest: object = {}) => ({
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', ...selects('web'), ...rest },
  ],
});
const apart = (topologyKey: string, app = 'web') => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, ...selects(app) }],
    },
  },
});
const near = (topologyKey: string, app: string) => ({
  affinity: {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, ...selects(app) }] },
  },
});

describe('the Cluster Autoscaler grows', () => {
  test.each([
    {
      name: 'x',
      world: { zones: [A, B, C], manifests: [deployment('web', 6, '1', spread(ZONE))] },
      groups: '',
    },
    {
      name: 'minDomains',
      world: { zones: [A, B, C], manifests: [deployment('web', 6, '1', spread(ZONE, { minDomains: 3 }))] },
      groups: '',
    },
    {
      name: 'apart by host',
      world: { manifests: [deployment('web', 4, '1', apart(HOST))] },
      groups: '',
    },
    {
      name: 'spread by host',
      world: { manifests: [deployment('web', 4, '1', spread(HOST))] },
      groups: '',
    },
    {
      name: 'apart by zone',
      world: { zones: [A, B, C], manifests: [deployment('web', 4, '1', apart(ZONE))] },
      groups: '',
    },
  ])('$name', async ({ world, groups }) => {
    const result = await run(world);
    expect([result.groups, result.unplaced]).toEqual([groups, 0]);
  });
});
void near;
