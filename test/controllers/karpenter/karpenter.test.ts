import { describe, expect, test } from 'vitest';
import type { KarpenterSettings } from '../../../src/model/autoscaler-plan.ts';
import type { FleetGroup, ServicePlan } from '../../../src/model/plan.ts';
import { GIB, MINUTE, SECOND } from '../../../src/units.ts';
import { group, instanceType, job, plan, platform, seconds, service, template } from '../../support/plans.ts';
import { instanceLines, play, type PlayedRun, taskLines } from '../../support/play.ts';

/** 0.72 and 2.88 USD an hour: the larger costs as much for each vCPU. */
const SMALL = instanceType(2, 8);
const LARGE = instanceType(8, 32);

/** 5 s to launch, 25 s to boot. */
const slow = (name: string, types: readonly string[], rest: Partial<FleetGroup> = {}) =>
  group({ min: 0, max: 20 }, { name, types, launch: seconds(5), boot: seconds(25), ...rest });

function pool(
  name: string,
  nodeClass: string,
  rest: { spec?: object; template?: object; disruption?: object } = {},
) {
  return {
    metadata: { name },
    spec: {
      template: { spec: { nodeClassRef: { name: nodeClass }, expireAfter: 'Never', ...rest.template } },
      disruption: { budgets: [{ nodes: '100%' }], ...rest.disruption },
      ...rest.spec,
    },
  };
}

function karpenter(nodePools: readonly object[], rest: Partial<KarpenterSettings> = {}) {
  const settings: KarpenterSettings = {
    nodePools: nodePools as KarpenterSettings['nodePools'],
    batchIdleMs: SECOND,
    batchMaxMs: 10 * SECOND,
    pollingMs: 10 * SECOND,
    validationMs: 15 * SECOND,
    spotToSpot: false,
    driftMs: [],
    protects: 'nothing',
    ...rest,
  };
  return platform('kubernetes', {}, { autoscaler: { kind: 'karpenter', ...settings }, queue: 'skip' });
}

const NEVER = { consolidateAfter: 'Never' };
const types = [SMALL, LARGE];
const both = [slow('general', [SMALL.name, LARGE.name])];
const typesOf = (run: PlayedRun) => run.result.instances.map(({ type }) => type);
const web = (steps: readonly (readonly [number, number])[], rest: Partial<ServicePlan> = {}) =>
  service('web', steps, rest);

describe('Karpenter launches', () => {
  test('one node for a batch, a second after its last pod, of the cheapest type that holds it', () => {
    // Tasks of 1 vCPU at 0, 0.5 and 1.5 s: the batch closes at 2.5 s. Three need 8 vCPU; 2.5 + 5 + 25 = 32.5.
    const run = play(
      plan({ jobs: [job('batch', { at: [0, 0.5, 1.5], runS: 100 })] }, { types, fleet: both }),
      karpenter([pool('p', 'general', { disruption: NEVER })]),
    );
    expect(instanceLines(run)).toEqual(['i-0000001 general t8x32 zone-a 2.5 > 7.5 > 32.5 > -']);
    expect(taskLines(run).map((line) => line.split(' ').slice(1).join(' '))).toEqual(
      Array.from({ length: 3 }, () => 'i-0000001 32.5 > 32.5 > 132.5 succeeded'),
    );
  });

  test('no second node for pods that one on its way will hold', () => {
    // At 20 s the node for the first task is booting, and has room for one more.
    const run = play(
      plan({ jobs: [job('batch', { at: [0, 20], runS: 100 })] }, { types, fleet: both }),
      karpenter([pool('p', 'general', { disruption: NEVER })]),
    );
    expect(typesOf(run)).toEqual([SMALL.name]);
  });

  test('in the heaviest pool that can have the pod, within its limits', () => {
    // The first pool may have 2 vCPU: the larger type would be too much, and a second node too.
    const heavy = pool('heavy', 'heavy', { spec: { weight: 50, limits: { cpu: '2' } }, disruption: NEVER });
    const light = pool('light', 'light', { spec: { weight: 1 }, disruption: NEVER });
    const run = play(
      plan(
        { jobs: [job('batch', { count: 3, runS: 600 })] },
        { types, fleet: [slow('light', [SMALL.name]), slow('heavy', [SMALL.name, LARGE.name])] },
      ),
      karpenter([light, heavy]),
    );
    expect(run.result.instances.map((one) => `${one.group} ${one.type}`)).toEqual([
      'heavy t2x8',
      'light t2x8',
    ]);
  });

  test('nodes with the labels and taints of their pool', () => {
    const team = pool('team', 'general', {
      template: { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }] },
      disruption: NEVER,
    });
    const mine = template({
      where: new Map([['karpenter.sh/nodepool', 'team']]),
      tolerations: [{ key: 'team', operator: 'Exists' }],
    });
    const run = play(
      plan({ jobs: [job('mine', { template: mine, runS: 60 })] }, { types, fleet: both }),
      karpenter([team]),
    );
    expect(taskLines(run)).toEqual(['mine/0 i-0000001 31 > 31 > 91 succeeded']);
  });
});

describe('Karpenter and DaemonSets', () => {
  const agent = service('agent', [], { daemon: true });

  test('launches a type that holds the daemons too', () => {
    // 1 vCPU for the agent: two more of 1 vCPU do not fit 2 vCPU, but the larger type.
    const jobs = [job('batch', { count: 2, runS: 100 })];
    const run = play(
      plan({ services: [agent], jobs }, { types, fleet: both, horizonS: 300 }),
      karpenter([pool('p', 'general', { disruption: NEVER })]),
    );
    expect(typesOf(run)).toEqual([LARGE.name]);
    expect(taskLines(run).filter((line) => line.startsWith('batch'))).toEqual([
      'batch/0 i-0000001 31 > 31 > 131 succeeded',
      'batch/1 i-0000001 31 > 31 > 131 succeeded',
    ]);
  });

  test('keeps their room free on a node that is booting', () => {
    // The node of the first pod has 2 vCPU, of which the agent will take one: the second pod needs another.
    const run = play(
      plan(
        { services: [agent], jobs: [job('batch', { at: [0, 20], runS: 100 })] },
        { types, fleet: [slow('general', [SMALL.name])] },
      ),
      karpenter([pool('p', 'general', { disruption: NEVER })]),
    );
    expect(run.result.instances).toHaveLength(2);
  });

  test('takes a node with nothing else on it for empty', () => {
    // The pod ends at 31 + 30: seen at 70, gone at 85, the agent with it.
    const run = play(
      plan({ services: [agent], jobs: [job('batch', { runS: 30 })] }, { types, fleet: both }),
      karpenter([pool('p', 'general')]),
    );
    expect(instanceLines(run)).toEqual(['i-0000001 general t2x8 zone-a 1 > 6 > 31 > 85']);
  });

  test('counts no daemon that cannot run there', () => {
    const elsewhere = service('agent', [], {
      daemon: true,
      template: template({ where: new Map([['gpu', 'yes']]) }),
    });
    const run = play(
      plan(
        { services: [elsewhere], jobs: [job('batch', { count: 2, runS: 100 })] },
        { types, fleet: both, horizonS: 300 },
      ),
      karpenter([pool('p', 'general', { disruption: NEVER })]),
    );
    expect(typesOf(run)).toEqual([SMALL.name]);
  });
});

describe('Karpenter removes', () => {
  test('a node that is empty, 15 s after having seen it so', () => {
    // Empty at 61: seen by the look at 70, looked at again at 85.
    const run = play(
      plan({ jobs: [job('batch', { runS: 30 })] }, { types, fleet: both }),
      karpenter([pool('p', 'general')]),
    );
    expect(instanceLines(run)).toEqual(['i-0000001 general t2x8 zone-a 1 > 6 > 31 > 85']);
  });

  test('nothing while the budget forbids it, and no node without pods lately while they settle', () => {
    const run = (disruption: object) =>
      play(
        plan({ jobs: [job('batch', { runS: 30 })] }, { types, fleet: both, horizonS: 600 }),
        karpenter([pool('p', 'general', { disruption })]),
      ).result.instances[0]!.endMs;
    expect(run({ budgets: [{ nodes: '0' }] })).toBeNull();
    // Settled at 61 + 60 = 121, seen at 130, gone at 145.
    expect(run({ consolidateAfter: '60s' })).toBe(145 * SECOND);
  });

  test('a node that a cheaper one can replace, once that works', () => {
    // Six tasks on 8 vCPU until 300; one is left, for which 2 vCPU will do. Seen at 300 (the look after the release),
    // again at 315; the new node is ready at 345, and the task starts anew there.
    const run = play(
      plan(
        {
          services: [
            web([
              [0, 6],
              [300, 1],
            ]),
          ],
        },
        { types, fleet: both, horizonS: 900 },
      ),
      karpenter([pool('p', 'general')]),
    );
    expect(instanceLines(run)).toEqual([
      'i-0000001 general t8x32 zone-a 1 > 6 > 31 > 345',
      'i-0000002 general t2x8 zone-a 315 > 320 > 345 > -',
    ]);
  });

  test('no node whose pods are protected', () => {
    const plans = plan(
      { jobs: [job('batch', { count: 5, runS: 100 }), job('long', { runS: 2000 })] },
      { types, fleet: both, horizonS: 1000 },
    );
    const nodes = (protects: KarpenterSettings['protects']) =>
      typesOf(play(plans, karpenter([pool('p', 'general')], { protects })));
    expect(nodes('jobs')).toEqual([LARGE.name]);
    expect(nodes('nothing')).toEqual([LARGE.name, SMALL.name]);
  });

  test('a node that has reached its age, whatever runs on it', () => {
    const aged = pool('p', 'general', { template: { expireAfter: '5m' }, disruption: NEVER });
    const run = play(
      plan({ services: [web([[0, 1]])] }, { types, fleet: both, horizonS: 500 }),
      karpenter([aged]),
    );
    expect(run.result.instances.map(({ requestedMs, endMs }) => [requestedMs, endMs])).toEqual([
      [SECOND, SECOND + 5 * MINUTE],
      // The pod waits from 301 on; the next batch closes a second later.
      [302 * SECOND, null],
    ]);
  });

  test('nodes that drifted, one by one, after their replacements work', () => {
    const run = play(
      plan({ services: [web([[0, 1]])] }, { types, fleet: both, horizonS: 500 }),
      karpenter([pool('p', 'general', { disruption: NEVER })], { driftMs: [100 * SECOND] }),
    );
    expect(instanceLines(run)).toEqual([
      'i-0000001 general t2x8 zone-a 1 > 6 > 31 > 130',
      'i-0000002 general t2x8 zone-a 100 > 105 > 130 > -',
    ]);
  });
});

test('Karpenter packs by memory where that is what runs out', () => {
  const wide = template({ cpuMilli: 100, memoryBytes: 7 * GIB });
  const run = play(
    plan({ jobs: [job('wide', { count: 4, template: wide, runS: 60 })] }, { types, fleet: both }),
    karpenter([pool('p', 'general', { disruption: NEVER })]),
  );
  // Four of 7 GiB fit the 32 GiB of the larger type.
  expect(typesOf(run)).toEqual([LARGE.name]);
});
