import { describe, expect, test } from 'vitest';
import type { TaskTemplate } from '../../src/model/plan.ts';
import { kubernetesSchedulerWith } from '../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { defineKubernetesPlugin } from '../../src/schedulers/kubernetes/out-of-tree.ts';
import type { SchedulerDefinition } from '../../src/schedulers/scheduler.ts';
import { DEMAND, group, job, plan, platform, service, template, TYPE } from '../support/plans.ts';
import { play, taskLines } from '../support/play.ts';

/** Runs on Kubernetes whose templates name a scheduler, and whose scheduler has plugins of one's own. */
const named = (schedulerName: string, rest: Partial<TaskTemplate> = {}) =>
  template({ ...rest, kubernetes: { schedulerName } });
const packing = {
  schedulerName: 'packer',
  pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'MostAllocated' } } }],
  plugins: { score: { disabled: [{ name: '*' }], enabled: [{ name: 'NodeResourcesFit' }] } },
};
const profiles = { config: { profiles: [{ schedulerName: 'default-scheduler' }, packing] } };

describe('templates that name their scheduler', () => {
  test('go to its profile on Kubernetes, and it is nothing to other platforms', () => {
    const jobs = [
      job('first', { runS: 100 }),
      job('spread', { at: [1], runS: 100 }),
      job('packed', { at: [2], count: 2, runS: 100, template: named('packer') }),
    ];
    const planned = plan({ jobs }, { fleet: [group(2)] });
    const hosts = (kind: 'kubernetes' | 'bare', options: object) =>
      taskLines(play(planned, platform(kind, options))).map((line) => line.split(' ').slice(0, 2).join(' '));
    // The default profile balances; the packing one adds to the first of the equally full, and then to that one.
    expect(hosts('kubernetes', profiles)).toEqual([
      'first/0 i-0000001',
      'spread/1 i-0000002',
      'packed/2 i-0000001',
      'packed/3 i-0000001',
    ]);
    expect(new Set(hosts('bare', {}).map((line) => line.split(' ')[1]))).toEqual(new Set(['i-0000001']));
  });

  test('wait for ever when no profile serves them: neither refused nor a reason for new instances', () => {
    const workload = {
      jobs: [job('lost', { count: 2, template: named('volcano') }), job('found')],
      services: [service('adrift', [[0, 1]], { template: named('volcano') })],
    };
    const planned = plan(workload, { fleet: [group({ min: 1, max: 5 })] });
    const { summary } = play(planned, platform('kubernetes', {}, { autoscaler: DEMAND })).result;
    expect(summary.tasks).toMatchObject({ submitted: 4, succeeded: 1, pending: 3, rejected: 0 });
    expect(summary.metrics['instances.launched']).toBe(1);
    const reason =
      'no profile serves schedulerName volcano, so the pod stays pending (profiles: default-scheduler)';
    expect(summary.unplaced).toEqual([{ reason, tasks: 3 }]);
  });

  test('block nobody in a strict queue when no profile serves them', () => {
    const jobs = [
      job('lost', { template: named('volcano', { priority: 5 }) }),
      job('found', { at: [1] }),
      job('late', { at: [5] }),
    ];
    const run = play(plan({ jobs }), platform('kubernetes', {}, { queue: 'strict' }));
    expect(taskLines(run)).toEqual([
      'lost/0 - - > - > - pending',
      'found/1 i-0000001 1 > 1 > 11 succeeded',
      'late/2 i-0000001 5 > 5 > 15 succeeded',
    ]);
  });
});

test('GPU devices are those that a plugin reserves', () => {
  const highest = defineKubernetesPlugin({
    name: 'HighestDevice',
    reserve(view, slot, { gpu }) {
      for (let device = 15; device >= 0; device--) {
        if (view.gpuFree(slot, device) >= gpu!.milli) return 1 << device;
      }
      return undefined;
    },
  });
  const type = { ...TYPE, gpus: { count: 2, model: 'T4' } };
  const share = template({ gpu: { count: 1, milli: 600, models: [] } });
  const jobs = [
    job('share', { template: share, runS: 100 }),
    job('second', { at: [1], template: share, runS: 100 }),
  ];
  const scheduler = kubernetesSchedulerWith([highest]) as SchedulerDefinition;
  const devices = (options: object) =>
    play(plan({ jobs }, { types: [type] }), platform('kubernetes', options), { scheduler }).log.flatMap(
      (record) => (record.kind === 'placed' ? [record.devices] : []),
    );
  const enabled = {
    config: { profiles: [{ plugins: { reserve: { enabled: [{ name: 'HighestDevice' }] } } }] },
  };
  expect([devices({}), devices(enabled)]).toEqual([
    [[0], [1]],
    [[1], [0]],
  ]);
});

test('settings of a configuration that change nothing are named in the notes of the result', () => {
  const options = { config: { parallelism: 4, leaderElection: { leaderElect: true } } };
  const { notes } = play(plan({ jobs: [job('a')] }), platform('kubernetes', options)).result.summary;
  expect(notes).toContain(
    'No simulated decision depends on these settings of the scheduler: parallelism, leaderElection.',
  );
});
