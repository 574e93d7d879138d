import { describe, expect, test } from 'vitest';
import type { Overflow } from '../../src/model/overflow.ts';
import type { Plan, TracePlan } from '../../src/model/plan.ts';
import { TraceRows, type TraceTable } from '../../src/model/trace-table.ts';
import { GIB, SECOND } from '../../src/units.ts';
import { bytesInMemory } from '../support/overflow.ts';
import { FIRST_FIT, plan, platform, seconds, template } from '../support/plans.ts';
import { play, taskLines } from '../support/play.ts';

/** Rows of (submit, runtime, vCPUs), in seconds. */
function tableOf(rows: readonly (readonly [number, number, number])[], overflow?: Overflow): TraceTable {
  const table = new TraceRows({ overflow });
  for (const [submitS, runtimeS, vcpus] of rows) {
    table.add(submitS * SECOND, runtimeS * SECOND, table.shapeOf(vcpus * 1000, GIB, null));
  }
  return table.finish(rows.length, []);
}

function trace(name: string, rest: Partial<TracePlan> = {}): TracePlan {
  return {
    name,
    format: 'csv',
    file: `${name}.csv`,
    sha256: '',
    window: null,
    sample: 1,
    timeScale: 1,
    runtimeScale: 1,
    departures: 'trace',
    columns: new Map(),
    template: template({ cpuMilli: 0, memoryBytes: 0 }),
    ...rest,
  };
}

function replay(traces: readonly TracePlan[], tables: readonly TraceTable[], rest: Partial<Plan> = {}) {
  const named = new Map(traces.map(({ name }, index) => [name, tables[index]!]));
  return play(plan({ traces }, { horizonS: 100, ...rest } as Partial<Plan>), FIRST_FIT, { tables: named });
}

describe('replayTrace()', () => {
  test('submits each row at its time, with its size and runtime and the start-up of the template', () => {
    const slow = trace('day', { template: template({ startup: seconds(2) }) });
    const table = tableOf([
      [1, 10, 1],
      [1, 20, 3],
      [5, 10, 2],
    ]);
    expect(taskLines(replay([slow], [table]))).toEqual([
      'day/0 i-0000001 1 > 3 > 13 succeeded',
      'day/1 i-0000001 1 > 3 > 23 succeeded',
      'day/2 i-0000001 23 > 25 > 35 succeeded',
    ]);
  });

  test('a row without end stays, and rows from the horizon on stay out', () => {
    const table = tableOf([
      [99, Infinity, 1],
      [100, 1, 1],
      [200, 1, 1],
    ]);
    expect(taskLines(replay([trace('day')], [table]))).toEqual(['day/0 i-0000001 99 > 99 > - running']);
  });

  test('several traces are merged by time; those of one instant come in the order of the plan', () => {
    const tables = [
      tableOf([
        [1, 1, 1],
        [3, 1, 1],
      ]),
      tableOf([
        [1, 1, 1],
        [2, 1, 1],
      ]),
    ];
    const run = replay([trace('b'), trace('a')], tables);
    expect(taskLines(run).map((line) => line.split(' ')[0])).toEqual(['b/0', 'a/1', 'a/2', 'b/3']);
  });

  test('a row that no instance could take is rejected, and counted with its reason', () => {
    const run = replay([trace('day')], [tableOf([[1, 10, 5]])]);
    expect(taskLines(run)).toEqual(['day/0 - - > - > 1 rejected']);
    expect(run.result.summary.tasks.rejected).toBe(1);
    expect(run.result.summary.unplaced).toEqual([
      { reason: 'Asks for 5 vCPU, 1GiB: no instance of the fleet could ever take it.', tasks: 1 },
    ]);
  });

  test('rows outside of memory come in as those in memory do, to every run that reads them, one after the other or at once', () => {
    // Unsorted, with ties: 3 of each instant.
    const rows = Array.from(
      { length: 60 },
      (_, row) => [(row * 7) % 20, 1 + (row % 5), 1 + (row % 3)] as const,
    );
    const expected = taskLines(replay([trace('day')], [tableOf(rows)]));
    expect(expected).toHaveLength(60);
    const elsewhere = tableOf(rows, bytesInMemory(8));
    expect(taskLines(replay([trace('day')], [elsewhere]))).toEqual(expected);
    const both = taskLines(replay([trace('day'), trace('again')], [elsewhere, elsewhere]));
    const apart = taskLines(replay([trace('day'), trace('again')], [tableOf(rows), tableOf(rows)]));
    expect(both).toEqual(apart);
  });

  test('an empty trace is no trouble', () => {
    expect(taskLines(replay([trace('day')], [tableOf([])]))).toEqual([]);
  });

  test('rows of empirical distributions come in the same way', () => {
    const distribution = { name: 'drawn', file: 'd.json', sha256: '', scale: 1, template: template() };
    const run = play(plan({ distributions: [distribution] }), platform('ecs'), {
      tables: new Map([['drawn', tableOf([[2, 3, 1]])]]),
    });
    expect(taskLines(run)).toEqual(['drawn/0 i-0000001 2 > 2 > 5 succeeded']);
  });
});
