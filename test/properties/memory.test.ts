import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../src/experiment/run-platform.ts';
import { checkLog } from '../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';

const amount = fc.constantFrom('100MiB', '300MiB', '700MiB', '1500MiB');
const usage = fc.record(
  {
    memory: fc.oneof(amount, fc.constant({ uniform: { min: '50MiB', max: '900MiB' } })),
    memoryGrowth: fc.constantFrom('0MiB', '400MiB', '5GiB'),
    memoryLimit: fc.constantFrom('request', 'none', '1500MiB'),
  },
  { requiredKeys: [] },
);
const template = fc.record(
  {
    cpu: fc.constant('50m'),
    memory: amount,
    startup: fc.constantFrom('0s', '7s', '40s'),
    priority: fc.constantFrom(0, 5),
    usage,
  },
  { requiredKeys: ['cpu', 'memory'] },
);
const load = {
  requests: [
    { at: '0s', rate: '10/s' },
    { at: '5m', rate: '90/s' },
  ],
  memoryPerRequest: '20MiB',
};
const service = fc.record(
  { template, replicas: fc.integer({ min: 0, max: 5 }), load: fc.constant(load) },
  { requiredKeys: ['template', 'replicas'] },
);
const job = fc.record({
  template,
  arrivals: fc.constantFrom({ poisson: '200/h' }, { every: '20s' }),
  runtime: fc.constantFrom('30s', { exponential: { mean: '4m' } }),
});
const kubelet = fc.constantFrom(
  undefined,
  { evictionHard: '400MiB', evictionPressureTransitionPeriod: '30s' },
  { evictionSoft: '600MiB', evictionSoftGracePeriod: '30s', evictionMaxPodGracePeriod: '20s' },
  { evictionMinimumReclaim: '300MiB', maxContainerRestartPeriod: '20s' },
);
const platform = fc.oneof(
  fc.constantFrom({ kind: 'ecs' }, { kind: 'ecs', taskLife: 'parts' }, { kind: 'ecs', fargate: {} }),
  fc.constant({ kind: 'bare', scheduler: 'best-fit' }),
  fc.record({ kind: fc.constant('kubernetes'), kubelet, queue: fc.constantFrom('kube', 'skip') }),
);
const event = fc.constantFrom(
  { kind: 'drain', at: '7m', group: 'pool', count: 1 },
  { kind: 'outage', at: '6m', until: '9m', zone: 'us-east-1a' },
);

const world = fc.record({
  seed: fc.integer({ min: 0, max: 1000 }),
  services: fc.array(service, { maxLength: 3 }),
  jobs: fc.array(job, { maxLength: 2 }),
  platform,
  autoscaler: fc.constantFrom('none', 'demand'),
  events: fc.array(event, { maxLength: 1 }),
  max: fc.integer({ min: 1, max: 3 }),
});

test('whatever tasks use of memory, on any platform, every invariant holds, and equal runs are equal', async () => {
  let kills = 0;
  await fc.assert(
    fc.asyncProperty(world, async (made) => {
      const isFargate = 'fargate' in made.platform;
      const scenario = {
        version: 1,
        name: 't',
        seed: made.seed,
        horizon: '15m',
        types: [{ name: 'test.node', vcpus: 4, memory: '4GiB', linuxMemory: '3900MiB', price: 0.1 }],
        fleet: [
          {
            name: 'pool',
            type: 'test.node',
            zones: ['us-east-1a', 'us-east-1b'],
            size: { min: 1, max: made.max, initial: made.max },
            launch: '5s',
            boot: '10s',
          },
        ],
        workload: {
          services: made.services.map((one, index) => ({ name: `s${index}`, ...one })),
          jobs: made.jobs.map((one, index) => ({ name: `j${index}`, ...one })),
        },
        events: isFargate ? [] : made.events,
        platforms: [{ name: 'p', ...made.platform, ...(!isFargate && { autoscaler: made.autoscaler }) }],
      };
      const play = async () => {
        const log = new MemoryLog();
        const result = await runPlatform(await prepareScenario('t.yaml', { scenario, folder: '.' }), { log });
        return { log, result };
      };
      const { log, result } = await play();
      expect(checkLog(log.records)).toEqual([]);
      kills += log.records.filter(({ kind }) => kind === 'killed').length;
      const again = await play();
      expect(again.result.summary.fingerprint).toEqual(result.summary.fingerprint);
    }),
    { seed: 20_261, numRuns: 16 },
  );
  expect(kills).toBeGreaterThan(50);
});
