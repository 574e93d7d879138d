import { expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import { HOUR, MINUTE, SECOND } from '../../src/units.ts';
import { type SimpleBatch, type SimpleWorld, staysOf, toPlan } from '../support/simple-world.ts';
import { type Suite, starts } from './suite.ts';

const ROOM = { cpu: 4, memoryMiB: 4096 };
const SMALL: SimpleBatch = { cpu: 1, memoryMiB: 256, submitMs: 0, runtimeMs: SECOND, count: 1 };

/** Smallest scenarios of mistakes that random worlds have found, in order of finding. */
export function defineRegressions({ run, schedulers }: Suite): void {
  const scheduler = schedulers[0]!;
  const planOf = (batches: readonly SimpleBatch[], queue: SimpleWorld['queue'] = 'skip') =>
    toPlan({ instances: [ROOM], batches, scheduler, queue });

  test('arrivals of one instant come in the order of the plan, whichever job arrived before', () => {
    // Job 0 arrives at 1, 2 and 3 s, job 1 at 2 s, job 2 at 1 and 3 s.
    const plan = planOf([SMALL, SMALL, SMALL]);
    const timesMs = [[1, 2, 3], [2], [1, 3]].map((seconds) => seconds.map((second) => second * SECOND));
    const jobs = plan.workload.jobs.map((job, index) => ({
      ...job,
      arrivals: { kind: 'at' as const, timesMs: timesMs[index]! },
    }));
    const { log } = run({ ...plan, workload: { ...plan.workload, jobs } });
    const groups = new Map(
      log.filter((record) => record.kind === 'class').map((record) => [record.class, record.group]),
    );
    const arrivals = log
      .filter((record) => record.kind === 'submitted')
      .map((record) => `${record.timeMs / SECOND} s ${groups.get(record.class)}`);
    expect(arrivals).toEqual([
      '1 s job-0000',
      '1 s job-0002',
      '2 s job-0000',
      '2 s job-0001',
      '3 s job-0000',
      '3 s job-0002',
    ]);
  });

  test('a class whose waiting tasks were all withdrawn is tried again when a task of it comes', () => {
    // Two that want distinct instances, on one instance: the second waits, both are stopped, a third fits.
    const plan = withService(planOf([]), { cpu: 1, distinctInstance: true }, [
      [0, 2],
      [9, 0],
      [18, 1],
    ]);
    expect(starts(staysOf(run(plan).log))).toEqual([0, null, 18 * MINUTE]);
  });

  test('a strict queue goes on when the task that blocked it is withdrawn', () => {
    // 3 of 4 vCPUs are taken; the service wants 4 from 1 min to 3 min and blocks the task of 2 min, which would fit.
    const plan = withService(
      planOf(
        [
          { ...SMALL, cpu: 3, runtimeMs: HOUR },
          { ...SMALL, submitMs: 2 * MINUTE },
        ],
        'strict',
      ),
      { cpu: 4, distinctInstance: false },
      [
        [0, 0],
        [1, 1],
        [3, 0],
      ],
    );
    expect(starts(staysOf(run(plan).log))).toEqual([0, null, 3 * MINUTE]);
  });
}

/** The plan with a service whose wanted number changes at the given minutes. */
function withService(
  plan: Plan,
  { cpu, distinctInstance }: { readonly cpu: number; readonly distinctInstance: boolean },
  steps: readonly (readonly [minute: number, count: number])[],
): Plan {
  const [job] = toPlan({
    instances: [ROOM],
    batches: [{ ...SMALL, cpu }],
    scheduler: 'first-fit',
    queue: 'skip',
  }).workload.jobs;
  const service = {
    name: 'service',
    template: { ...job!.template, name: 'service', distinctInstance },
    replicas: steps.map(([minute, count]) => ({ atMs: minute * MINUTE, count })),
    repeatMs: null,
    spread: 'none' as const,
    loadBalancer: null,
  };
  return { ...plan, horizonMs: 2 * HOUR, workload: { ...plan.workload, services: [service] } };
}
