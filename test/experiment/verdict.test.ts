import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/experiment/result.ts';
import { verdict } from '../../src/experiment/verdict.ts';
import { SECOND } from '../../src/units.ts';
import { group, job, plan, platform, seconds, template } from '../support/plans.ts';
import { play } from '../support/play.ts';
import { ECS_BINPACK, sampleRun } from '../support/results.ts';

interface Platform {
  readonly name: string;
  /** Hours of instances, their price, and what one offers to tasks while it is ready. */
  readonly hours: number;
  readonly price: number;
  readonly type: string;
  /** Share of the hours before instances are ready. */
  readonly boot: number;
  readonly vcpus: number;
  readonly gib: number;
  /** Requested. */
  readonly vcpuHours: number;
  readonly gibHours: number;
  /** Share of the ready time with tasks. */
  readonly busy: number;
  readonly controlPlane: number;
  readonly volumes: number;
  readonly loadBalancers: number;
  readonly unplaced: number;
}

/** 100 hours of 4 vCPU and 16 GiB at 0.2 USD: 20 USD. 240 of 400 vCPU-hours are asked for, and 640 of 1,600 GiB-hours. */
const PLAIN: Platform = {
  name: 'plain',
  hours: 100,
  price: 0.2,
  type: 'm6i.xlarge',
  boot: 0,
  vcpus: 4,
  gib: 16,
  vcpuHours: 240,
  gibHours: 640,
  busy: 0.8,
  controlPlane: 0,
  volumes: 0,
  loadBalancers: 0,
  unplaced: 0,
};

function runOf(rest: Partial<Platform>): RunResult {
  const one = { ...PLAIN, ...rest };
  const sample = sampleRun(ECS_BINPACK);
  const { summary } = sample;
  const instances = one.hours * one.price;
  const readyHours = one.hours * (1 - one.boot);
  const utilisation = one.vcpuHours / (readyHours * one.vcpus);
  const utilisationMemory = one.gibHours / (readyHours * one.gib);
  const tasks = { ...summary.groups[0]!, cpuHours: one.vcpuHours, memoryGiBHours: one.gibHours };
  return {
    ...sample,
    summary: {
      ...summary,
      platform: { ...summary.platform, name: one.name },
      groups: [tasks],
      instances: [{ group: 'pool', type: one.type, launched: 1, hours: one.hours, usd: instances }],
      metrics: {
        ...summary.metrics,
        'cost.total': instances + one.controlPlane + one.volumes + one.loadBalancers,
        'cost.instances': instances,
        'cost.controlPlane': one.controlPlane,
        'cost.volumes': one.volumes,
        'cost.loadBalancers': one.loadBalancers,
        'instances.hours': one.hours,
        'instances.readyHours': readyHours,
        'utilisation.cpu': utilisation,
        'utilisation.memory': utilisationMemory,
        'packing.density': utilisation / one.busy,
        'packing.densityMemory': utilisationMemory / one.busy,
        unplaced: one.unplaced,
      },
    },
  };
}

const plain = runOf({});

describe('verdict() says which platform is cheapest, by how much, and why', () => {
  test.each<{ name: string; other: Partial<Platform>; expected: string }>([
    {
      // 150 hours: 30 USD, half as much again. 240 of 480 vCPU-hours on instances with tasks, before 240 of 320.
      name: 'emptier instances',
      other: { hours: 150 },
      expected:
        'plain is cheapest at $20.00; other costs 50.0% more ($10.00), mostly because its instances are emptier: ' +
        'while they hold tasks, 50.0% of their CPU is requested, against 75.0%.',
    },
    {
      // Of memory 1,280 of 1,600 GiB-hours are asked for, more than of CPU.
      name: 'emptier instances, where memory runs out first',
      other: { hours: 150, gibHours: 1280 },
      expected:
        'plain is cheapest at $20.00; other costs 50.0% more ($10.00), mostly because its instances are emptier: ' +
        'while they hold tasks, 66.6% of their memory is requested, against 100.0%.',
    },
    {
      // Busy 40 % instead of 80 % of the time, so that the ones with tasks are full: 240 of 240.
      name: 'instances that stand empty',
      other: { hours: 150, busy: 0.4 },
      expected:
        'plain is cheapest at $20.00; other costs 50.0% more ($10.00), mostly because more of its CPU stands on ' +
        'instances without a task: 60.0% of what they offer, against 20.0%.',
    },
    {
      // 0.25 USD for 4 vCPUs instead of 0.2
      name: 'dearer instances',
      other: { price: 0.25, type: 'm6a.xlarge' },
      expected:
        'plain is cheapest at $20.00; other costs 25.0% more ($5.00), mostly because what its instances offer is ' +
        'dearer: $0.0625 an hour for a vCPU, against $0.0500.',
    },
    {
      // The same type, an hour of which costs more: many short lives, each rounded up to the minimum.
      name: 'dearer hours of the same type',
      other: { price: 0.25 },
      expected:
        'plain is cheapest at $20.00; other costs 25.0% more ($5.00), mostly because an hour of its instances costs ' +
        'more: $0.2500, against $0.2000.',
    },
    {
      // 125 hours, of which 100 are ready, as the 100 of plain: what is offered and requested is the same.
      name: 'boots',
      other: { hours: 125, boot: 0.2 },
      expected:
        'plain is cheapest at $20.00; other costs 25.0% more ($5.00), mostly because more of its instance-hours go ' +
        'by before instances are ready: 20.0% against 0.0%.',
    },
    {
      // ln 1.25 is 55 % of ln (1.25 × 1.2), but instances make only 10 of the 14 dollars.
      name: 'several things, none of which makes half of it',
      other: { hours: 150, boot: 0.2, busy: 0.8, vcpuHours: 240, controlPlane: 4 },
      expected:
        'plain is cheapest at $20.00; other costs 70.0% more ($14.00), above all because more of its instance-hours ' +
        'go by before instances are ready: 20.0% against 0.0%.',
    },
    {
      // Larger instances at the same price per vCPU are no reason: 75 hours of 8 vCPUs at 0.4 USD offer 600 vCPU-hours.
      name: 'larger instances at the same price per vCPU, which are emptier',
      other: { hours: 75, price: 0.4, vcpus: 8, gib: 32, type: 'm6i.2xlarge' },
      expected:
        'plain is cheapest at $20.00; other costs 50.0% more ($10.00), mostly because its instances are emptier: ' +
        'while they hold tasks, 50.0% of their CPU is requested, against 75.0%.',
    },
    {
      // The same type, of which 3 instead of 4 vCPUs are left for tasks: a third more hours.
      name: 'instances of which the platform keeps more',
      other: { hours: 400 / 3, vcpus: 3, gib: 12 },
      expected:
        'plain is cheapest at $20.00; other costs 33.3% more ($6.67), mostly because each of its instances offers ' +
        'less CPU to tasks, 3.00 vCPU against 4.00: the platform keeps more for itself.',
    },
    {
      name: 'more work',
      other: { hours: 150, vcpuHours: 360, gibHours: 960 },
      expected:
        'plain is cheapest at $20.00; other costs 50.0% more ($10.00), mostly because its tasks held more CPU in ' +
        'all: they waited less, or their sizes were rounded up.',
    },
    {
      name: 'a control plane',
      other: { hours: 104, controlPlane: 5, volumes: 1 },
      expected:
        'plain is cheapest at $20.00; other costs 34.0% more ($6.80), mostly because its control plane adds $5.00.',
    },
    {
      name: 'volumes',
      other: { volumes: 1.5, loadBalancers: 0.4 },
      expected:
        'plain is cheapest at $20.00; other costs 9.5% more ($1.90), mostly because its volumes add $1.50.',
    },
    {
      // 40 % by volumes, 40 % by load balancers, 20 % by 2 hours that stand empty: none makes half.
      name: 'volumes and load balancers, neither of which makes half of it',
      other: { hours: 102, volumes: 0.8, loadBalancers: 0.8 },
      expected:
        'plain is cheapest at $20.00; other costs 10.0% more ($2.00), mostly because its volumes and load balancers ' +
        'together add $1.60.',
    },
    {
      name: 'load balancers',
      other: { loadBalancers: 2 },
      expected:
        'plain is cheapest at $20.00; other costs 10.0% more ($2.00), mostly because its load balancers add $2.00.',
    },
  ])('$name', ({ other, expected }) => {
    const run = runOf({ name: 'other', ...other });
    const base = other.gibHours === 1280 ? runOf({ gibHours: 1280 }) : plain;
    expect(verdict([base, run])).toBe(expected);
    expect(verdict([run, base])).toBe(expected);
  });

  test('of three, the cheapest against the dearest', () => {
    const runs = [runOf({ name: 'b', price: 0.22 }), runOf({ name: 'c', price: 0.3 }), runOf({ name: 'a' })];
    expect(verdict(runs)).toMatch(/^a is cheapest at \$20\.00; c costs 50.0% more \(\$10\.00\)/);
  });

  test('of one, what it costs', () => {
    expect(verdict([plain])).toBe('plain costs $20.00.');
    expect(verdict([runOf({ hours: 0.1 })])).toBe('plain costs $0.0200.');
  });

  test('of equal ones, that they are equal: below half a percent apart', () => {
    expect(verdict([plain, runOf({ name: 'other', price: 0.2009 })])).toBe(
      'All platforms cost about the same: $20.00 to $20.09.',
    );
    expect(verdict([plain, runOf({ name: 'other', price: 0.2011 })])).toMatch(/^plain is cheapest/);
  });

  test('and warns when they did not serve the same tasks', () => {
    const same = (unplaced: number) => verdict([runOf({ name: 'worse', unplaced }), plain]);
    expect(same(7)).toBe(
      'All platforms cost about the same: $20.00; worse left 7 tasks without room, plain none.',
    );
    expect(same(1)).toMatch(/left 1 task without room, plain none\.$/);
    expect(
      verdict([runOf({ name: 'a', unplaced: 3 }), runOf({ name: 'b', unplaced: 5, price: 0.4 })]),
    ).toMatch(/; mind that b left 5 tasks without room, a 3\.$/);
    // The worst is neither the cheapest nor the dearest; one that served all is named only when it is compared.
    const many = [
      runOf({ name: 'a', unplaced: 3 }),
      runOf({ name: 'b', price: 0.3, unplaced: 1234 }),
      runOf({ name: 'c', price: 0.35 }),
      runOf({ name: 'd', price: 0.4 }),
    ];
    expect(verdict(many)).toMatch(/; mind that b left 1,234 tasks without room, a 3, d none\.$/);
    expect(verdict([runOf({ name: 'a', unplaced: 3 }), runOf({ name: 'b', unplaced: 3 })])).not.toMatch(
      /mind/,
    );
  });

  test('money has the separators that the tables have', () => {
    expect(verdict([runOf({ hours: 70_000 })])).toBe('plain costs $14,000.00.');
  });

  test('who boots more often keeps no room back: both are ECS on one type', () => {
    // Runs of 840 s every 960 s, 300 s to boot: who ends instances at once pays for a boot each time.
    const at = Array.from({ length: 15 }, (_, n) => n * 960);
    const jobs = [job('rhythm', { at, runS: 840, template: template({ cpuMilli: 3000 }) })];
    const slow = [group({ min: 0, max: 5 }, { launch: seconds(10), boot: seconds(300) })];
    const rhythm = plan({ jobs }, { fleet: slow, horizonS: 14_400 });
    const runs = [180, 10].map((idleS) => {
      const autoscaler = { kind: 'demand', intervalMs: 10 * SECOND, idleMs: idleS * SECOND } as const;
      return play(rhythm, platform('ecs', {}, { name: `idle-${idleS}`, autoscaler })).result;
    });
    expect(verdict(runs)).toContain('more of its instance-hours go by before instances are ready');
  });

  test('when one costs nothing, no percentage of nothing', () => {
    expect(verdict([runOf({ name: 'free', price: 0 }), plain])).toMatch(
      /^free is cheapest at \$0\.00; plain costs \$20\.00 more,/,
    );
    expect(verdict([runOf({ name: 'free', price: 0 }), runOf({ name: 'too', price: 0 })])).toBe(
      'All platforms cost about the same: $0.00.',
    );
  });

  test('when no task ever ran, the instance-hours', () => {
    const idle = (name: string, hours: number) => {
      const run = runOf({ name, hours, vcpuHours: 0, gibHours: 0 });
      const metrics = { ...run.summary.metrics, 'packing.density': null, 'packing.densityMemory': null };
      return { ...run, summary: { ...run.summary, metrics } };
    };
    const text = verdict([idle('a', 10), idle('b', 20)]);
    expect(text).toBe(
      'a is cheapest at $2.00; b costs 100% more ($2.00), mostly because it runs more instances: 20.0 instance-hours, ' +
        'against 10.0.',
    );
  });
});
