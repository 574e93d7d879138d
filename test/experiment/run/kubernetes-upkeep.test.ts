import { describe, expect, test } from 'vitest';
import type { Plan, PlatformPlan } from '../../../src/model/plan.ts';
import {
  SELF_RUN_DEFAULTS,
  type SelfRunControlPlanePlan,
} from '../../../src/model/self-run-control-plane.ts';
import type { PlanEvent } from '../../../src/model/service-plan.ts';
import type { LogRecord } from '../../../src/telemetry/log-record.ts';
import { MINUTE, SECOND } from '../../../src/units.ts';
import {
  DEMAND,
  group,
  job,
  kubeQueue,
  plan,
  platform,
  seconds,
  service,
  template,
} from '../../support/plans.ts';
import { play } from '../../support/play.ts';

type KubernetesPlatform = Extract<PlatformPlan, { kind: 'kubernetes' }>;

/** Pods of half a CPU that take 10 s to come up: eight to an instance of 4 vCPU. */
const WEB = template({ cpuMilli: 500, startup: seconds(10), labels: new Map([['app', 'web']]) });
const ZONES = ['zone-a', 'zone-b', 'zone-c'];

/** 20 s to launch, 100 s to boot; noticed after 60 s, lease 15 s, election 2 s. */
const masters = (...zones: string[]): SelfRunControlPlanePlan => ({
  ...SELF_RUN_DEFAULTS,
  kind: 'self-run',
  type: 't4x16',
  zones,
  launch: seconds(20),
  boot: seconds(100),
});

function kubernetes(rest: Partial<KubernetesPlatform> = {}): KubernetesPlatform {
  const on = platform('kubernetes', {}, { queue: kubeQueue() }) as KubernetesPlatform;
  return { ...on, ...rest };
}

function run(workload: Parameters<typeof plan>[0], rest: Partial<Plan>, on: KubernetesPlatform) {
  return play(plan(workload, { fleet: [group(2)], ...rest }), on);
}

/** What the control plane said, with minute and second. */
function told(log: readonly LogRecord[]): string[] {
  return log.flatMap((record) =>
    record.kind === 'service' && record.service === 'control-plane'
      ? [`${clock(record.timeMs)} ${record.event} ${record.message}`]
      : [],
  );
}

const clock = (timeMs: number) =>
  `${Math.floor(timeMs / MINUTE)}:${String((timeMs % MINUTE) / SECOND).padStart(2, '0')}`;

/** `5:00 submitted × 2` of tasks, in order of time. */
function happened(log: readonly LogRecord[], kinds: readonly LogRecord['kind'][]): string[] {
  const lines = new Map<string, number>();
  for (const { kind, timeMs } of log) {
    if (!kinds.includes(kind)) continue;
    const line = `${clock(timeMs)} ${kind}`;
    lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  return [...lines].map(([line, count]) => `${line} × ${count}`);
}

/** Instances of the fleet: name, zone, from request to end. */
const nodes = ({ result }: ReturnType<typeof play>) =>
  result.instances.map(({ instance, requestedMs, endMs }) => {
    return `${instance} ${clock(requestedMs)}-${endMs === null ? '' : clock(endMs)}`;
  });

const lossOf = (atMin: number): PlanEvent => ({
  kind: 'master-loss',
  atMs: atMin * MINUTE,
  zone: null,
  count: 1,
});
const UPGRADE: PlanEvent = { kind: 'upgrade', atMs: 10 * MINUTE, version: null, groups: null };

describe('a control plane that is down', () => {
  // Down from 5:00 (lost) to 5:00 + 60 s + 20 s + 100 s + 2 s = 8:02.
  const on = kubernetes({ controlPlane: masters('zone-a') });

  test('schedules nothing, and what runs goes on; the backlog goes when it is back', () => {
    // Jobs of 4 minutes come at 4:30, 6:00 and 7:00; the first ends at 8:30 as if nothing had happened.
    const batch = job('batch', { at: [270, 360, 420], runS: 240 });
    const { log, result } = run({ jobs: [batch] }, { events: [lossOf(5)] }, on);
    expect(happened(log, ['submitted', 'placed', 'ended'])).toEqual([
      '4:30 submitted × 1',
      '4:30 placed × 1',
      '6:00 submitted × 1',
      '7:00 submitted × 1',
      '8:02 placed × 2',
      '8:30 ended × 1',
      '12:02 ended × 2',
    ]);
    expect(result.summary.metrics['controlPlane.downtime']).toBe(182);
    // The longest wait is that of the job of 6:00.
    expect(result.summary.metrics['wait.max']).toBe(122);
  });

  test('makes no pods for a Deployment that is scaled, and rolls nothing out', () => {
    const web = service(
      'web',
      [
        [0, 2],
        [6 * 60, 4],
      ],
      { template: WEB },
    );
    const { log } = run({ services: [web] }, { events: [lossOf(5)] }, on);
    expect(happened(log, ['submitted', 'running'])).toEqual([
      '0:00 submitted × 2',
      '0:10 running × 2',
      '8:02 submitted × 2',
      '8:12 running × 2',
    ]);
  });

  test('lets no node join, and launches none', () => {
    // The pod of 4:50 waits; at 5:00 the plain autoscaler asks for a node, which boots from 5:20 to 6:00 and joins at 8:02.
    const fleet = [group({ min: 0, max: 3 }, { launch: seconds(20), boot: seconds(40) })];
    const batch = job('batch', { at: [290, 400], runS: 60 });
    const demand = { ...kubernetes({ controlPlane: masters('zone-b') }), autoscaler: DEMAND };
    const late = { ...lossOf(5), atMs: 5 * MINUTE + SECOND };
    const { log } = run({ jobs: [batch] }, { fleet, events: [late] }, demand);
    const states = log.flatMap((one) => (one.kind === 'state' ? [`${clock(one.timeMs)} ${one.state}`] : []));
    expect(states.slice(0, 2)).toEqual(['5:20 booting', '8:03 ready']);
    expect(happened(log, ['placed'])).toEqual(['8:03 placed × 2']);
  });

  test('finds no node silent; each has the whole grace period from when somebody watches again', () => {
    // zone-a is lost from 5:00 to 9:00 with the only master and a node. Asked for at 9:00, up at 11:00, elected 11:02: the
    // silent node is one from 11:02 + 50 s on, at the next look of every 5 s: 11:55. But it has been known since 11:02 that
    // the zone is back, and its pods are replaced at once.
    const fleet = [group(3, { zones: ZONES, launch: seconds(20), boot: seconds(40) })];
    const web = service('web', [[0, 3]], { template: WEB, spread: 'zone' });
    const outage: PlanEvent = { kind: 'outage', atMs: 5 * MINUTE, untilMs: 9 * MINUTE, zone: 'zone-a' };
    const { log, result } = run({ services: [web] }, { fleet, events: [outage] }, on);
    expect(happened(log, ['submitted', 'placed'])).toEqual([
      '0:00 submitted × 3',
      '0:00 placed × 3',
      '11:02 submitted × 1',
      '11:02 placed × 1',
    ]);
    expect(result.summary.metrics['controlPlane.downtime']).toBe(362);
  });

  test('drains nothing: whoever asks is answered when it is back', () => {
    const web = service('web', [[0, 2]], { template: WEB });
    const drain: PlanEvent = { kind: 'drain', atMs: 6 * MINUTE, group: 'pool', zone: null, count: 1 };
    const { log } = run({ services: [web] }, { events: [lossOf(5), drain] }, on);
    expect(happened(log, ['evicted'])).toEqual(['8:02 evicted × 1']);
  });
});

test('the same loss costs a cluster of three masters 17 s at most, and nothing where it is managed', () => {
  const batch = job('batch', { at: [270, 302, 420], runS: 240 });
  const three = run(
    { jobs: [batch] },
    { events: [lossOf(5)] },
    kubernetes({ controlPlane: masters(...ZONES) }),
  );
  expect(three.result.summary.metrics['controlPlane.downtime']).toBe(17);
  expect(three.result.summary.metrics['wait.max']).toBe(15);
  const managed = run({ jobs: [batch] }, { events: [lossOf(5)] }, kubernetes({ controlPlane: 'eks' }));
  expect(managed.result.summary.metrics['controlPlane.downtime']).toBeNull();
  expect(managed.result.summary.metrics['wait.max']).toBe(0);
});

describe('an upgrade', () => {
  const web = service('web', [[0, 4]], { template: WEB });
  const fleet = [group(2, { launch: seconds(20), boot: seconds(40) })];
  const upgrade = (rest: Partial<Plan>, on: KubernetesPlatform) =>
    run({ services: [web] }, { fleet, ...rest }, on);

  test('of EKS: control plane, two nodes per zone more, old ones cordoned and drained one by one, the surge trimmed', () => {
    const played = upgrade({ events: [UPGRADE] }, kubernetes({ controlPlane: 'eks' }));
    expect(told(played.log)).toEqual([
      '10:00 UpgradeStarted the control plane is upgraded, the nodes follow',
      '20:00 GroupUpdate group pool: 2 nodes to replace, 2 more for the time',
      // The surge is ready at 21:00. Drained within the grace period of 30 s, a minute later it ends: 22:30, and the second
      // 90 s later: 24:00. Four new ones are there; the two newest are empty, and go a minute after their cordon: 26:00.
      '26:00 GroupUpdated group pool: 2 replaced, done',
      '26:00 UpgradeCompleted control plane and nodes are of the new version',
    ]);
    expect(nodes(played).slice(0, 4)).toEqual([
      'i-0000001 0:00-22:30',
      'i-0000002 0:00-24:00',
      'i-0000003 20:00-',
      'i-0000004 20:00-',
    ]);
    expect(played.result.instances.filter(({ endMs }) => endMs === null)).toHaveLength(2);
    expect(played.result.summary.metrics['disruption.evictions']).toBeGreaterThanOrEqual(4);
  });

  test('with masters of one’s own: these first, one at a time, each when the cluster was found whole twice', () => {
    const played = upgrade(
      { events: [UPGRADE] },
      kubernetes({ controlPlane: masters('zone-a', 'zone-b', 'zone-c'), upgrades: { maxSurge: 0 } }),
    );
    expect(told(played.log)).toEqual([
      '10:00 UpgradeStarted the control plane is upgraded, the nodes follow',
      // 5 s after its drain. Up 120 s later, 12:05; looks from 10:20 on every 30 s: 12:20 finds it whole, and again 12:30.
      '10:05 MasterLost master 1 in zone-a is gone: 2 of 3 masters are up',
      '10:22 LeaderElected master 2 leads: scheduler and controllers go on',
      '12:05 MasterUp master 1 in zone-a answers: 3 of 3 are up',
      '12:30 MasterUpdated master 1 is replaced, the cluster is whole',
      '12:35 MasterLost master 2 in zone-b is gone: 2 of 3 masters are up',
      '12:52 LeaderElected master 3 leads: scheduler and controllers go on',
      '14:35 MasterUp master 2 in zone-b answers: 3 of 3 are up',
      '15:00 MasterUpdated master 2 is replaced, the cluster is whole',
      '15:05 MasterLost master 3 in zone-c is gone: 2 of 3 masters are up',
      '15:22 LeaderElected master 1 leads: scheduler and controllers go on',
      '17:05 MasterUp master 3 in zone-c answers: 3 of 3 are up',
      '17:30 MasterUpdated master 3 is replaced, the cluster is whole',
      '17:30 GroupUpdate group pool: 2 nodes to replace, 0 more for the time',
      // Drained by 18:00, ended 18:05; the next one is ready at 19:05; looks at 18:20, 18:50, 19:20, 19:30. The second alike.
      '21:30 GroupUpdated group pool: 2 replaced, done',
      '21:30 UpgradeCompleted control plane and nodes are of the new version',
    ]);
    expect(nodes(played)).toEqual([
      'i-0000001 0:00-18:05',
      'i-0000002 0:00-20:05',
      'i-0000003 18:05-',
      'i-0000004 20:05-',
    ]);
    expect(played.result.summary.metrics['controlPlane.downtime']).toBe(51);
  });

  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'web' } } },
  };

  test.each([
    // The control plane until 20:00, the surge until 21:00, the drain until 36:00: then it is given up, and the old nodes
    // take pods again. By force the two old ones end at 36:00 and 51:00, the empty surge two minutes later.
    {
      onDrainTimeout: 'fail' as const,
      last: '36:00 UpgradeFailed the drain of i-0000001 took too long',
      replaced: 0,
    },
    {
      onDrainTimeout: 'force' as const,
      last: '53:00 UpgradeCompleted control plane and nodes are of the new version',
      replaced: 2,
    },
  ])('that a disruption budget holds up: $onDrainTimeout', ({ onDrainTimeout, last, replaced }) => {
    const on = kubernetes({ controlPlane: 'eks', upgrades: { onDrainTimeout } });
    const events = [UPGRADE];
    const { log, result } = play(
      plan({ services: [web], manifests: [budget] }, { fleet, events, horizonMs: 90 * MINUTE }),
      on,
    );
    expect(told(log).at(-1)).toBe(last);
    const old = result.instances.slice(0, 2);
    expect(old.filter(({ endMs }) => endMs !== null)).toHaveLength(replaced);
    const cordons = log.flatMap((one) => (one.kind === 'agent' ? [one.isConnected] : []));
    const isBack = cordons.filter((isConnected) => isConnected).length;
    expect(isBack).toBe(onDrainTimeout === 'fail' ? 1 : 0);
  });

  test('with masters of one’s own there is a node more: the last is not replaced, and the group never has fewer', () => {
    const on = kubernetes({ controlPlane: masters('zone-a'), upgrades: { validations: 0 } });
    const played = upgrade({ events: [{ ...UPGRADE, groups: ['pool'] }] }, on);
    const lives = played.result.instances;
    expect(lives).toHaveLength(4);
    expect(lives.filter(({ endMs }) => endMs === null)).toHaveLength(2);
    // At no time fewer than two are there.
    for (const { endMs } of lives) {
      if (endMs === null) continue;
      const left = lives.filter(
        (one) => one.requestedMs <= endMs && (one.endMs === null || one.endMs > endMs),
      );
      expect(left.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('of groups that are named, in that order; the others keep their nodes', () => {
    const other = group(1, { name: 'other', launch: seconds(20), boot: seconds(40) });
    const events = [{ ...UPGRADE, groups: ['other'] }];
    const played = upgrade({ fleet: [...fleet, other], events }, kubernetes({ controlPlane: 'none' }));
    const replaced = played.result.instances.filter(({ endMs }) => endMs !== null).map((one) => one.group);
    expect(new Set(replaced)).toEqual(new Set(['other']));
  });
});
