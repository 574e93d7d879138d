import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { type ExplainQuestion, explainRun } from '../../src/experiment/explain-run.ts';
import type { DecisionExplanation, RunExplanation } from '../../src/experiment/explanation.ts';
import { type PreparedScenario, prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import type { RunSummary } from '../../src/experiment/result.ts';
import { runPlatform } from '../../src/experiment/run-platform.ts';
import { renderExplanation } from '../../src/report/explanation-text.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';
import { formatDurationMs, HOUR, MIB, MINUTE, SECOND } from '../../src/units.ts';
import { ROOT } from '../cli/process.ts';

/** A finished run, and questions to it. */
interface Finished {
  readonly prepared: PreparedScenario;
  readonly summary: RunSummary;
  readonly log: MemoryLog;
  ask(question: ExplainQuestion, policy?: string): Promise<RunExplanation>;
}

async function finished(name: string, platform: string): Promise<Finished> {
  const prepared = await prepareScenario(join(ROOT, 'scenarios', name, 'scenario.yaml'));
  const log = new MemoryLog();
  const { summary } = await runPlatform(prepared, { platform, log });
  const ask = (question: ExplainQuestion, policy?: string) =>
    explainRun(prepared, question, { platform, expected: summary, ...(policy !== undefined && { policy }) });
  return { prepared, summary, log, ask };
}

let manifests: Finished;
let ecs: Finished;
beforeAll(async () => {
  manifests = await finished('manifests', 'kubernetes');
  ecs = await finished('tiny', 'ecs-binpack');
});

async function decision(of: Finished, number: number): Promise<DecisionExplanation> {
  const told = await of.ask({ kind: 'decision', number });
  if (told.kind !== 'decision') throw new Error('another answer');
  return told.decision;
}

async function failureOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof InputError) return `${error.diagnostics[0]!.code} ${error.diagnostics[0]!.message}`;
    throw error;
  }
  return 'none';
}

describe('explainRun() of a decision', () => {
  test('tells what was decided, for every decision of the run', async () => {
    const first = await manifests.ask({ kind: 'decision', number: 1 });
    const count = first.kind === 'decision' ? first.decisions : 0;
    const placements: string[] = [];
    for (let number = 1; number <= count; number++) {
      const { chosen } = (await decision(manifests, number)).policy;
      if (chosen !== null) placements.push(chosen);
    }
    const { records } = manifests.log;
    const names = new Map(
      records.flatMap((one) => (one.kind === 'instance' ? [[one.instance, one.name]] : [])),
    );
    // Pods that were on their nodes are placed without a decision, before everybody else.
    const bound = manifests.prepared.plan.workload.manifests!.filter(
      (object) => (object['spec'] as { nodeName?: string } | undefined)?.nodeName !== undefined,
    ).length;
    const placed = records.flatMap((one) => (one.kind === 'placed' ? [names.get(one.instance)] : []));
    expect(count).toBe(26);
    expect(placements).toEqual(placed.slice(bound));
  });

  test('gives the scores that make the total, the tie group and the words of kube-scheduler', async () => {
    const { policy, task, asks } = await decision(manifests, 2);
    expect([task, policy.chosen, policy.tied]).toEqual(['shop/search-0', 'node-c', ['node-c']]);
    expect(asks).toEqual(['0.25 vCPU', '512MiB', 'affinity to nodes', 'anti-affinity to pods']);
    const chosen = policy.instances.find(({ name }) => name === 'node-c')!;
    // Fit: cpu (3920 - 650 - 250) / 3920 = 77 %, memory (14930 - 1088 - 512) / 14930 = 89 %: floor(166 / 2) = 83.
    expect(chosen.scores.find(({ rule }) => rule === 'NodeResourcesFit')?.raw).toBe(83);
    expect(chosen.scores.reduce((sum, { weighted }) => sum + weighted, 0)).toBe(chosen.total);
    // The image of 700 MiB is on one of five nodes: (734003200 / 5 - 23 MiB) / (1000 MiB - 23 MiB) = 11 %.
    expect(chosen.scores.find(({ rule }) => rule === 'ImageLocality')?.raw).toBe(11);
    const failed = await manifests.ask({ kind: 'task', name: 'shop/giant' });
    expect(failed.kind === 'task' && failed.decision?.policy.message).toBe(
      '0/5 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 3 Insufficient cpu. ' +
        'no new claims to deallocate, preemption: 0/5 nodes are available: 5 Preemption is not helpful for scheduling.',
    );
  });

  test('asks another policy about the same state', async () => {
    const told = await manifests.ask({ kind: 'decision', number: 2 }, 'kubernetes-packing');
    const { policy, other } = told.kind === 'decision' ? told.decision : { policy: null, other: null };
    // The one packs node-b, which is fullest; both see the same free room.
    expect([policy?.chosen, other?.chosen]).toEqual(['node-c', 'node-b']);
    expect(other?.instances.map(({ name, free }) => [name, free])).toEqual(
      policy?.instances.map(({ name, free }) => [name, free]),
    );
    expect(await failureOf(manifests.ask({ kind: 'unplaced' }, 'binpak'))).toMatch(
      /^E5001 there is no policy 'binpak' for a platform of kind kubernetes: use kubernetes, kubernetes-packing, /,
    );
  });

  test('follows the chain of strategies of ECS', async () => {
    const told = await ecs.ask({ kind: 'task', name: 'long/3' });
    expect(told).toMatchObject({
      kind: 'task',
      attempts: [
        {
          submitMs: 5 * MINUTE,
          placedMs: 5 * MINUTE + 40 * SECOND,
          instance: 'i-0000003',
          outcome: 'succeeded',
        },
      ],
      decisions: [{ chosen: null }, { chosen: 'i-0000003' }],
      decision: {
        policy: { dialect: 'ecs', chain: [{ step: 'binpack(memory)', survivors: ['i-0000003'] }] },
      },
    });
  });

  test.each<[ExplainQuestion, string]>([
    [{ kind: 'decision', number: 27 }, 'E5001 there is no decision 27: the run made 26, counted from 1'],
    [{ kind: 'task', name: 'shop/nobody' }, "E5001 there is no task 'shop/nobody' in this run"],
    [{ kind: 'node', name: 'node-x' }, "E5001 there is no instance 'node-x' at that time"],
    [{ kind: 'unplaced', atMs: 7 * HOUR }, 'E5001 the run ended before that time'],
  ])('cannot answer %j', async (question, failure) => {
    expect(await failureOf(manifests.ask(question))).toBe(failure);
  });
});

describe('explainRun() of a task', () => {
  test.each(['shop/orders-0', 'orders-0', 'shop/orders-0/9', '9'])('finds a pod by %s', async (name) => {
    expect(await manifests.ask({ kind: 'task', name })).toMatchObject({
      task: 'shop/orders-0',
      group: 'shop/orders-0',
    });
  });

  test('tells the decision before a time, and what happens without one', async () => {
    const early = await ecs.ask({ kind: 'task', name: 'short/0', atMs: 10 * SECOND });
    expect(early.kind === 'task' && early.decision).toMatchObject({ number: 1, policy: { chosen: null } });
    // Only the first of a kind is tried: the second and third wait behind it.
    const behind = await ecs.ask({ kind: 'task', name: 'short/2', atMs: 10 * SECOND });
    expect(behind).toMatchObject({
      remark: 'It waits behind others of its kind and has not been tried itself: this is how it stands.',
      decision: { number: null, task: 'short/2' },
    });
    expect(await ecs.ask({ kind: 'task', name: 'long/3', atMs: MINUTE })).toMatchObject({
      remark: 'It arrives only later.',
      decision: null,
    });
    expect(await manifests.ask({ kind: 'task', name: 'web/cart-0' })).toMatchObject({
      remark: 'It was on its instance when the run began: nobody decided about it.',
      decisions: [],
      decision: null,
    });
  });
});

test('explainRun() of a task tells when it was killed or evicted for memory, as the log does', async () => {
  const memory = await finished('memory', 'kubernetes');
  const kills = memory.log.records.filter((record) => record.kind === 'killed');
  const evicted = kills.find(({ cause }) => cause === 'pressure')!;
  const told = await memory.ask({ kind: 'task', name: `leak/${evicted.task}` });
  const { timeMs, cause, usedBytes } = evicted;
  expect(told).toMatchObject({ kind: 'task', memoryKills: [{ timeMs, cause, usedBytes }] });
  const text = renderExplanation(told);
  expect(text).toContain('Memory: 1');
  expect(text).toContain(
    `${formatDurationMs(timeMs)}  ${Math.ceil(usedBytes / MIB)} MiB  evicted by kubelet: memory ran short on its node`,
  );
  const untouched = await memory.ask({ kind: 'task', name: 'web/3' });
  expect(untouched).not.toHaveProperty('memoryKills');
});

describe('explainRun() of what has no place', () => {
  test('counts reasons, and finds the smallest changes that would help', async () => {
    const told = await manifests.ask({ kind: 'unplaced' });
    if (told.kind !== 'unplaced') throw new Error('another answer');
    expect([told.waiting, told.rejected]).toEqual([3, 0]);
    expect(told.classes.map(({ group, relaxations }) => [group, relaxations])).toEqual([
      // The pods that are there refuse it as much as it refuses them.
      ['shop/search-3', []],
      [
        'web/locked',
        [
          // 1000m are asked for, 520m are free on node-b.
          { dimension: 'cpu', change: 'cpu −0.48 vCPU', instance: 'node-b' },
          { dimension: 'volumes', change: 'without its volume claims', instance: 'node-c' },
          { dimension: 'taints', change: 'if it tolerated every taint', instance: 'node-old' },
        ],
      ],
      // 16000m are asked for, 2820m are free on node-c.
      ['shop/giant', [{ dimension: 'cpu', change: 'cpu −13.18 vCPU', instance: 'node-c' }]],
    ]);
    expect(told.classes[2]!.reasons).toEqual([
      { rule: 'NodeResourcesFit', reason: 'Insufficient cpu', instances: 3 },
      { rule: 'TaintToleration', reason: 'node(s) had untolerated taint(s)', instances: 1 },
      { rule: 'NodeUnschedulable', reason: 'node(s) were unschedulable', instances: 1 },
    ]);
  });

  test('at a time: what waited then', async () => {
    // report-2 waits for report-1 from 1:30 to 2:00:20, with binding and a cycle a little longer.
    const groups = async (atMs: number) => {
      const told = await manifests.ask({ kind: 'unplaced', atMs });
      return told.kind === 'unplaced' ? told.classes.map(({ group }) => group) : [];
    };
    expect(await groups(1.5 * HOUR)).toContain('shop/report-2');
    expect(await groups(2 * HOUR + 21 * SECOND)).not.toContain('shop/report-2');
  });
});

test('explainRun() of a node tells what is on it and what would not go there', async () => {
  const told = await manifests.ask({ kind: 'node', name: 'node-b', atMs: HOUR - SECOND });
  expect(told).toMatchObject({
    kind: 'node',
    type: 'm6i.xlarge',
    zone: 'us-east-1b',
    state: 'ready',
    resources: [
      {
        resource: 'cpu',
        capacity: '4 vCPU',
        allocatable: '3.92 vCPU',
        requested: '3.4 vCPU',
        free: '0.52 vCPU',
      },
      { resource: 'memory', free: '9234MiB' },
      { resource: 'slots', requested: '4' },
      { resource: 'ephemeral', allocatable: '26GiB' },
    ],
    tasks: [
      { task: 'web/web-7d4b9c6f8-q8z7d' },
      { task: 'kube-system/agent-node-b' },
      { task: 'web/cart-0' },
      { task: 'shop/search-2' },
    ],
    refused: [
      { group: 'shop/search-3', rule: 'InterPodAffinity' },
      { group: 'web/locked', rule: 'NodeResourcesFit', reasons: ['Insufficient cpu'] },
      { group: 'shop/giant', rule: 'NodeResourcesFit' },
    ],
  });
});

describe('explainRun() makes the run again', () => {
  test('and refuses to explain another one', async () => {
    const { prepared, summary } = ecs;
    for (const key of ['behaviour', 'events'] as const) {
      const fingerprint = { ...summary.fingerprint, [key]: '0'.repeat(64) };
      const answer = explainRun(
        prepared,
        { kind: 'unplaced' },
        { platform: 'ecs-binpack', expected: { ...summary, fingerprint } },
      );
      expect(await failureOf(answer)).toMatch(/^E4007 Cannot make the result again: /);
    }
  });

  test('up to where it was interrupted', async () => {
    const { prepared } = await finished('shop', 'ecs-binpack');
    let asked = 0;
    const { summary } = await runPlatform(prepared, {
      platform: 'ecs-binpack',
      observe: () => {
        asked += 1;
        return asked > 3;
      },
    });
    expect(summary.complete).toBe(false);
    const expected = { platform: 'ecs-binpack', expected: summary };
    const told = await explainRun(prepared, { kind: 'unplaced' }, expected);
    expect(told).toMatchObject({ kind: 'unplaced', atMs: summary.endedMs });
    expect(
      await failureOf(explainRun(prepared, { kind: 'unplaced', atMs: summary.endedMs + 1 }, expected)),
    ).toMatch(/^E5001 /);
  });
});

/** By a controller that is not among the objects: its pods come back by themselves. */
const OWNED = { ownerReferences: [{ kind: 'ReplicaSet', name: 'web', controller: true }] };

/** Two nodes with a pod each, one of them in a budget; `urgent` comes after a minute, `gated` is never let in. */
async function preemption(podsOfBudget: string): Promise<Finished['ask']> {
  const pod = (name: string, metadata: object, spec: object) => ({
    kind: 'Pod',
    metadata: { name, labels: { app: name }, ...metadata },
    spec: { containers: [{ image: 'web:1', resources: { requests: { cpu: '3' } } }], ...spec },
  });
  const node = {
    kind: 'Node',
    metadata: { name: 'n' },
    status: { allocatable: { cpu: '3', memory: '7Gi', pods: '10' } },
  };
  const scenario = {
    version: 1,
    name: 't',
    seed: 1,
    start: '2026-03-02T00:00:00Z',
    horizon: '1h',
    fleet: [{ name: 'c', nodes: [node, { ...node, metadata: { name: 'm' } }], price: 0.1 }],
    workload: {
      manifests: [
        pod('one', OWNED, { nodeName: 'n' }),
        pod('two', OWNED, { nodeName: 'm' }),
        pod('urgent', { creationTimestamp: '2026-03-02T00:01:00Z' }, { priority: 9 }),
        pod('gated', {}, { schedulingGates: [{ name: 'quota' }] }),
        {
          kind: 'PodDisruptionBudget',
          metadata: { name: 'b' },
          spec: { minAvailable: 1, selector: { matchLabels: { app: podsOfBudget } } },
        },
      ],
    },
    platforms: [{ name: 'k', kind: 'kubernetes' }],
  };
  const prepared = await prepareScenario('t.yaml', { scenario, folder: '.' });
  const { summary } = await runPlatform(prepared);
  return (question) => explainRun(prepared, question, { platform: 'k', expected: summary });
}

describe('explainRun() with preemption and gates', () => {
  test.each([
    ['one', 'two', 'm'],
    ['two', 'one', 'n'],
  ])(
    'tells who must go for a pod, as the run had it: not %s, whose budget is used up',
    async (kept, victim, on) => {
      const ask = await preemption(kept);
      const urgent = await ask({ kind: 'task', name: 'urgent', atMs: 2 * SECOND + MINUTE });
      if (urgent.kind !== 'task') throw new Error('another answer');
      expect(urgent.decision?.policy).toMatchObject({
        chosen: null,
        preemption: { instance: on, victims: [`default/${victim}`] },
        message: '0/2 nodes are available: 2 Insufficient cpu.',
      });
      const evicted = await ask({ kind: 'task', name: victim });
      if (evicted.kind !== 'task') throw new Error('another answer');
      expect(evicted.attempts.map(({ outcome, instance }) => `${outcome} ${instance}`)).toEqual([
        `interrupted ${on}`,
        'pending ',
      ]);
      expect(evicted.decision?.policy).toMatchObject({ chosen: null, preemption: null });
      expect(evicted.decision?.policy.message).toMatch(
        / preemption: 0\/2 nodes are available: 2 No preemption victims found for incoming pod\.$/,
      );
    },
  );

  test('tells of a pod with gates that nobody has tried it', async () => {
    const ask = await preemption('one');
    const message = 'Scheduling is blocked due to non-empty scheduling gates';
    expect(await ask({ kind: 'task', name: 'gated' })).toMatchObject({
      decisions: [],
      remark: 'It is held back: nobody has tried it.',
      decision: { policy: { chosen: null, instances: [], message }, relaxations: [] },
    });
    const unplaced = await ask({ kind: 'unplaced' });
    const messages = unplaced.kind === 'unplaced' ? unplaced.classes.map((one) => one.message) : [];
    expect(messages).toContain(message);
    const onNode = await ask({ kind: 'node', name: 'n' });
    const groups = onNode.kind === 'node' ? onNode.refused.map(({ group }) => group) : [];
    expect(groups).not.toContain('default/gated');
  });
});
