import { describe, expect, test } from 'vitest';
import type { KubernetesControllerSettings } from '../../../src/model/kubernetes-defaults.ts';
import type { Plan, PlatformPlan, ServicePlan } from '../../../src/model/plan.ts';
import type { LogRecord } from '../../../src/telemetry/log-record.ts';
import { MINUTE, SECOND } from '../../../src/units.ts';
import { group, kubeQueue, plan, platform, seconds, service, template } from '../../support/plans.ts';
import { play } from '../../support/play.ts';

/** Pods of half a CPU that take 10 s to come up: eight to an instance of 4 vCPU. */
const POD = template({ cpuMilli: 500, startup: seconds(10), labels: new Map([['app', 'web']]) });

function web(count: number, rest: Partial<ServicePlan> = {}): ServicePlan {
  return service('web', [[0, count]], { template: POD, ...rest });
}

function kubernetes(
  settings: Partial<KubernetesControllerSettings> = {},
  rest: Parameters<typeof platform>[2] = {},
): PlatformPlan {
  const on = platform('kubernetes', {}, rest) as Extract<PlatformPlan, { kind: 'kubernetes' }>;
  return { ...on, controllers: settings };
}

function run(services: readonly ServicePlan[], rest: Partial<Plan> = {}, on = kubernetes()) {
  const { manifests } = rest.workload ?? {};
  const workload = { services, ...(manifests !== undefined && { manifests }) };
  return play(plan(workload, { fleet: [group(4)], ...rest, ...{ workload: plan(workload).workload } }), on);
}

/** `30 Scaled up ...`: what was said of services, with the second. */
function said(log: readonly LogRecord[]): string[] {
  return log.flatMap((record) =>
    record.kind === 'service' ? [`${record.timeMs / SECOND} ${record.message}`] : [],
  );
}

/** `30 submitted`, `40 running`, `60 ended`: counts of records by second, of tasks alone. */
function counts(log: readonly LogRecord[], fromS = 0): string[] {
  const lines = new Map<string, number>();
  for (const { kind, timeMs } of log) {
    const isOfTask = kind === 'submitted' || kind === 'running' || kind === 'ended' || kind === 'evicted';
    if (!isOfTask || timeMs < fromS * SECOND) continue;
    const line = `${timeMs / SECOND} ${kind}`;
    lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  return [...lines].map(([line, count]) => `${line} × ${count}`);
}

describe('a Deployment', () => {
  test('rolls out by surge and unavailability: 10 pods, 25 % and 25 %', () => {
    // Surge ⌈2.5⌉ = 3, unavailable ⌊2.5⌋ = 2: new 3 and old 8 at once, new 5 (total 13); when these are available
    // old goes to 8 + 5 available - 8 wanted = 3, new to 10; when these are, old to none.
    const deploy = { kind: 'deploy', atMs: MINUTE, service: 'web', template: null, failing: null } as const;
    const { log } = run([web(10)], { events: [deploy] });
    expect(said(log)).toEqual([
      '0 Scaled up replica set web-1 from 0 to 10',
      '10 ReplicaSet web-1 has successfully progressed',
      '60 Scaled up replica set web-2 from 0 to 3',
      '60 Scaled down replica set web-1 from 10 to 8',
      '60 Scaled up replica set web-2 from 3 to 5',
      '70 Scaled down replica set web-1 from 8 to 3',
      '70 Scaled up replica set web-2 from 5 to 10',
      '80 Scaled down replica set web-1 from 3 to 0',
      '80 ReplicaSet web-2 has successfully progressed',
    ]);
  });

  test('keeps to the bounds of the neutral rollout: at least 100 %, at most 150 %', () => {
    const deploy = { kind: 'deploy', atMs: MINUTE, service: 'web', template: null, failing: null } as const;
    const rollout = { minimumHealthyPercent: 100, maximumPercent: 150, circuitBreaker: null };
    const { log } = run([web(4, { rollout })], { events: [deploy] });
    expect(said(log).slice(2)).toEqual([
      '60 Scaled up replica set web-2 from 0 to 2',
      '70 Scaled down replica set web-1 from 4 to 2',
      '70 Scaled up replica set web-2 from 2 to 4',
      '80 Scaled down replica set web-1 from 2 to 0',
      '80 ReplicaSet web-2 has successfully progressed',
    ]);
  });

  test('is stuck with pods that never get ready, says so at its deadline, and rolls nothing back', () => {
    const failing = { at: 'start', share: 1 } as const;
    const deploy = { kind: 'deploy', atMs: MINUTE, service: 'web', template: null, failing } as const;
    const { log, result } = run([web(4)], { events: [deploy] });
    // The last progress was the new ReplicaSet at 60 s; 600 s and a millisecond later it is late.
    expect(said(log).slice(2)).toEqual([
      '60 Scaled up replica set web-2 from 0 to 1',
      '60 Scaled down replica set web-1 from 4 to 3',
      '60 Scaled up replica set web-2 from 1 to 2',
      '660.001 ReplicaSet web-2 has timed out progressing',
    ]);
    expect(result.summary.metrics['tasks.submitted']).toBe(6);
  });

  test('scales in the pods without a node first, then those on the fullest nodes', () => {
    // One instance holds eight; nine are wanted, so one waits. It goes first, though it is not the youngest.
    const steps = service(
      'web',
      [
        [0, 9],
        [60, 8],
      ],
      { template: POD },
    );
    const { log } = run([steps], { fleet: [group(1)] });
    expect(counts(log, 60)).toEqual(['60 ended × 1']);
    const [ended] = log.filter((record) => record.kind === 'ended');
    expect(ended).toMatchObject({ task: 8, instance: null, outcome: 'stopped' });
  });

  test('makes no more pods at a time than the client of its controller may', () => {
    const on = kubernetes({ creationsPerSecond: 2, creationBurst: 3 });
    expect(counts(run([web(6)], {}, on).log).filter((line) => line.includes('submitted'))).toEqual([
      '0 submitted × 3',
      '0.5 submitted × 1',
      '1 submitted × 1',
      '1.5 submitted × 1',
    ]);
  });

  test('acts after the latency of its controllers: one for the ReplicaSet, one for its pods', () => {
    const { log } = run([web(1)], {}, kubernetes({ latencyMs: 100 }));
    expect(counts(log)[0]).toBe('0.1 submitted × 1');
  });
});

test('a deleted pod holds its room for the grace period, and its ReplicaSet needs no other', () => {
  const steps = service(
    'web',
    [
      [0, 2],
      [60, 1],
    ],
    { template: POD },
  );
  const { log } = run([steps], {}, kubernetes({}, { queue: kubeQueue({ graceMs: 20_000 }) }));
  expect(counts(log, 60)).toEqual(['60 evicted × 1', '80 ended × 1']);
  expect(log.find((record) => record.kind === 'evicted')).toMatchObject({ for: null, untilMs: 80_000 });
});

describe('a drain', () => {
  const drain = { kind: 'drain', atMs: MINUTE, group: 'pool', zone: null, count: 1 } as const;
  const budget = (maxUnavailable: number | string) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { maxUnavailable, selector: { matchLabels: { app: 'web' } } },
  });
  const drained = (manifests: readonly object[]) =>
    play(
      plan(
        { services: [web(8)], manifests: manifests as Plan['workload']['manifests'] & object },
        { fleet: [group({ min: 1, max: 3, initial: 1 })], events: [drain] },
      ),
      kubernetes(),
    );

  test('evicts everything at once where no budget says otherwise, and the replacement takes it', () => {
    const { log, result } = drained([]);
    expect(counts(log, 60)).toEqual(['60 ended × 8', '60 submitted × 8', '70 running × 8']);
    expect(result.summary.metrics['tasks.interrupted']).toBe(8);
  });

  test('lets go what the budget allows, and asks again every 5 s', () => {
    // Two of eight may be missing. New pods take 10 s: two at 60 s, the next two at 70 s, and so on.
    const { log } = drained([budget('25%')]);
    expect(counts(log, 60).filter((line) => line.includes('ended'))).toEqual([
      '60 ended × 2',
      '70 ended × 2',
      '80 ended × 2',
      '90 ended × 2',
    ]);
  });

  test('never ends where the budget allows nothing', () => {
    const { log } = drained([budget(0)]);
    expect(counts(log, 60)).toEqual([]);
  });
});

describe('a node that vanishes', () => {
  const zones = ['zone-a', 'zone-b'];
  const outage = { kind: 'outage', atMs: 62 * SECOND, untilMs: 20 * MINUTE, zone: 'zone-a' } as const;

  test('is noticed after 50 s, and its pods are replaced five minutes later', () => {
    // Lost at 62 s; silent at 112 s, seen at the next look at 115 s, tainted then; gone 300 s later, at 415 s.
    const { log, result } = run([web(2, { spread: 'zone' })], {
      fleet: [group(2, { zones })],
      events: [outage],
    });
    expect(counts(log, 60)).toEqual(['62 ended × 1', '415 submitted × 1', '425 running × 1']);
    expect(result.summary.metrics['tasks.interrupted']).toBe(1);
  });

  test('is replaced sooner where its pods tolerate less', () => {
    const key = 'node.kubernetes.io/unreachable';
    const tolerations = [{ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }] as const;
    const quick = web(2, { spread: 'zone', template: { ...POD, tolerations } });
    const { log } = run([quick], { fleet: [group(2, { zones })], events: [outage] });
    expect(counts(log, 63)).toEqual(['145 submitted × 1', '155 running × 1']);
  });

  test('has its pods replaced when it is back, if no other node is ready', () => {
    const { log } = run([web(2)], { fleet: [group(1, { zones: ['zone-a'] })], events: [outage] });
    expect(counts(log, 62)[0]).toBe('62 ended × 2');
    expect(counts(log, 63)).toEqual(['1200 submitted × 2', '1210 running × 2']);
  });
});

test('a daemon has a pod on every node, before anything else does, and rolls out one node at a time', () => {
  const daemon = service('agent', [[0, 0]], {
    daemon: true,
    template: template({ name: 'agent', cpuMilli: 100, startup: seconds(5) }),
  });
  const deploy = { kind: 'deploy', atMs: MINUTE, service: 'agent', template: null, failing: null } as const;
  const { log, result } = run([daemon], { fleet: [group(3)], events: [deploy] });
  expect(counts(log)).toEqual([
    '0 submitted × 3',
    '5 running × 3',
    '60 ended × 1',
    '60 submitted × 1',
    '65 running × 1',
    '65 ended × 1',
    '65 submitted × 1',
    '70 running × 1',
    '70 ended × 1',
    '70 submitted × 1',
    '75 running × 1',
  ]);
  expect(result.summary.metrics['services.availability']).toBeGreaterThan(0.98);
});

test('an autoscaler follows the load: every 15 s up, after five minutes down', () => {
  // 10 requests a second of 150 ms are 1.5 CPU: of two pods with half a CPU each, 150 %. Target 60: 2 × 150 / 60 = 5, at
  // most 4 in the first step. At 45 s the new pods are too young to count, but the 5 of 30 s is still the highest
  // recommendation of the last five minutes. From 600 s on 0.3 CPU: 5 × 12 / 60 = 1, kept at the minimum 2.
  const load = {
    requests: [
      { atMs: 0, perHour: 36_000 },
      { atMs: 10 * MINUTE, perHour: 7200 },
    ],
    repeatMs: null,
    cpuMs: 150,
    memoryBytes: 0,
    memoryBytesPerRequest: 0,
  };
  const scaling = {
    minCapacity: 2,
    maxCapacity: 20,
    targets: [{ metric: 'cpu', value: 60, scaleInCooldownMs: 5 * MINUTE, disableScaleIn: false }],
    steps: [],
    scheduled: [],
  } as const;
  const { log } = run([web(2, { load, scaling })]);
  expect(said(log).filter((line) => line.includes('Scaled'))).toEqual([
    '0 Scaled up replica set web-1 from 0 to 2',
    '30 Scaled up replica set web-1 from 2 to 4',
    '45 Scaled up replica set web-1 from 4 to 5',
    '900 Scaled down replica set web-1 from 5 to 2',
  ]);
});
