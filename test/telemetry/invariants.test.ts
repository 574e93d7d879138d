import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLog } from '../../src/telemetry/check-log.ts';
import { CHECKED_ELSEWHERE, RULES } from '../../src/telemetry/invariants/index.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { tinyLog } from '../support/tiny-log.ts';

type Kind = LogRecord['kind'];
type Of<K extends Kind> = Extract<LogRecord, { kind: K }>;

/** Index of the `nth` record of a kind with these fields. */
function find<K extends Kind>(
  log: readonly LogRecord[],
  kind: K,
  fields: Partial<Of<K>> = {},
  nth = 0,
): number {
  const found = log
    .map((record, index) => ({ record, index }))
    .filter(({ record }) => record.kind === kind)
    .filter(({ record }) =>
      Object.entries(fields).every(([key, value]) => Reflect.get(record, key) === value),
    );
  expect(found.length, `a record ${kind} ${JSON.stringify(fields)}`).toBeGreaterThan(nth);
  return found[nth]!.index;
}

/** Overwrites fields of one record. */
function change<K extends Kind>(
  log: LogRecord[],
  kind: K,
  fields: Partial<Of<K>>,
  changes: Partial<Of<K>>,
): void {
  const index = find(log, kind, fields);
  log[index] = { ...log[index]!, ...changes } as LogRecord;
}

/** Moves one record so that it stands at `to` afterwards. */
function move(log: LogRecord[], from: number, to: number): void {
  log.splice(to, 0, ...log.splice(from, 1));
}

/** Has task 0 on instance 1 evicted at 150, for batch 5 of priority 7, which waits since then. */
function evict(log: LogRecord[], fields: Partial<Of<'evicted'>> = {}): void {
  change(log, 'class', { group: 'batch' }, { priority: 7 });
  const record = { kind: 'evicted', seq: 0, timeMs: 150, task: 0, attempt: 0, instance: 1, for: 5 } as const;
  log.splice(find(log, 'pass', { timeMs: 150 }), 0, { ...record, untilMs: 400, ...fields });
}

/** Puts the bounds of the service `web` behind the class record that introduces it. */
function bound(log: LogRecord[], minHealthy: number, maxTotal: number): void {
  const at = find(log, 'class', { group: 'web' });
  const record = { kind: 'bounds', seq: 0, timeMs: log[at]!.timeMs, service: 'web', desired: 2 } as const;
  log.splice(at + 1, 0, { ...record, minHealthy, maxTotal });
}

/** Says what the group of tasks asks for as a service, behind the class record that introduces it. */
function terms(log: LogRecord[], group: string, fields: Partial<Of<'terms'>>): void {
  const at = find(log, 'class', { group });
  const { class: id, timeMs } = log[at] as Of<'class'>;
  const plain = { daemon: false, distinctInstance: false, strategy: [] };
  log.splice(at + 1, 0, { kind: 'terms', seq: 0, timeMs, service: group, class: id, ...plain, ...fields });
}

/** The task is known to be healthy as soon as it runs. */
function healthy(log: LogRecord[], task: number): void {
  const at = find(log, 'running', { task });
  log.splice(at + 1, 0, { kind: 'health', seq: 0, timeMs: log[at]!.timeMs, task, isHealthy: true });
}

const STATED = { growthBytesPerHour: 0, limitBytes: 2 ** 21, followsLoad: false };

/** Has web 0 killed at 150, for it uses 4 MiB of the 2 MiB that it may. */
function kill(log: LogRecord[], fields: Partial<Of<'killed'>> = {}): void {
  change(log, 'run', {}, { memory: { beyondBytes: 0 } });
  change(log, 'class', { group: 'web' }, { memory: STATED });
  change(log, 'submitted', { task: 0 }, { memoryBytes: 2 ** 22 });
  const record = { kind: 'killed', seq: 0, timeMs: 150, task: 0, attempt: 0, instance: 1 } as const;
  const why = { cause: 'limit', usedBytes: 2 ** 22, ...fields } as const;
  log.splice(find(log, 'pass', { timeMs: 150 }), 0, { ...record, ...why });
}

function renumber(log: readonly LogRecord[]): LogRecord[] {
  return log.map((record, seq) => ({ ...record, seq }));
}

function end(log: readonly LogRecord[]): Of<'end'> {
  return log.at(-1) as Of<'end'>;
}

/** AWS tells an instance, behind the readiness of instance 2, when it will end at the latest. */
function notify(log: LogRecord[], instance: number, endsMs: number): void {
  const at = find(log, 'state', { instance: 2, state: 'ready' }) + 1;
  const { timeMs } = log[at - 1]!;
  log.splice(at, 0, {
    kind: 'notice',
    seq: 0,
    timeMs,
    instance,
    notice: 'interruption',
    reason: 'capacity',
    endsMs,
  });
}

/** Each row corrupts one thing in the log of the tiny world; exactly the named rules see it. */
const CORRUPTIONS: readonly {
  readonly name: string;
  readonly breaks: readonly string[];
  readonly corrupt: (log: LogRecord[]) => void;
  readonly livenessMs?: number;
  readonly coverageMs?: number;
  readonly keepSeq?: true;
}[] = [
  {
    // web 1000 + batch 2000 stand on instance 1, of 2500
    name: 'an instance has less CPU than its tasks ask for',
    breaks: ['I-01'],
    corrupt: (log) =>
      change(log, 'instance', { instance: 1 }, { allocatable: [2500, 2 ** 33, 3, 0, 0, 2, 0] }),
  },
  {
    // three tasks on instance 3, of 2 slots
    name: 'an instance has fewer slots than tasks',
    breaks: ['I-02'],
    corrupt: (log) =>
      change(log, 'instance', { instance: 3 }, { allocatable: [4000, 2 ** 33, 2, 0, 2000, 0, 0] }),
  },
  {
    name: 'a task takes a port of the system',
    breaks: ['I-02'],
    corrupt: (log) =>
      change(log, 'run', {}, { reservedPorts: [{ ip: '0.0.0.0', protocol: 'TCP', port: 8080 }] }),
  },
  {
    // 500 + 500 + 500 thousandths on device 0
    name: 'three halves share one GPU device',
    breaks: ['I-02'],
    corrupt: (log) => change(log, 'placed', { task: 8 }, { devices: [0] }),
  },
  {
    name: 'a task takes a GPU device that is not there',
    breaks: ['I-02'],
    corrupt: (log) => change(log, 'placed', { task: 8 }, { devices: [2] }),
  },
  {
    name: 'a task takes fewer GPU devices than it asks for',
    breaks: ['I-02'],
    corrupt: (log) => change(log, 'placed', { task: 8 }, { devices: [] }),
  },
  {
    name: 'the instance lacks a wanted label',
    breaks: ['I-03'],
    corrupt: (log) => change(log, 'instance', { instance: 1 }, { labels: [['disk', 'hdd']] }),
  },
  {
    name: 'a taint is not tolerated',
    breaks: ['I-03'],
    corrupt: (log) => change(log, 'class', { group: 'train' }, { tolerations: [] }),
  },
  {
    name: 'a toleration names another value',
    breaks: ['I-03'],
    corrupt: (log) =>
      change(
        log,
        'class',
        { group: 'train' },
        { tolerations: [{ key: 'gpu', operator: 'Equal', value: 'no' }] },
      ),
  },
  {
    name: 'two tasks that want distinct instances share one',
    breaks: ['I-03'],
    corrupt: (log) => change(log, 'class', { group: 'train' }, { distinctInstance: true }),
  },
  {
    name: 'the GPU is of another model',
    breaks: ['I-03'],
    corrupt: (log) => change(log, 'instance', { instance: 3 }, { gpuModel: 'A100' }),
  },
  {
    name: 'the engine lost count of a success',
    breaks: ['I-04'],
    corrupt: (log) => change(log, 'end', {}, { tasks: { ...end(log).tasks, succeeded: 6 } }),
  },
  {
    name: 'a restart does not count as an attempt',
    breaks: ['I-04'],
    corrupt: (log) => change(log, 'placed', { task: 5, attempt: 1 }, { attempt: 0 }),
  },
  {
    name: 'a task runs twice',
    breaks: ['I-05'],
    corrupt: (log) =>
      log.splice(find(log, 'running', { task: 2 }), 0, log[find(log, 'running', { task: 2 })]!),
  },
  {
    name: 'a task ends twice',
    breaks: ['I-05'],
    corrupt: (log) => log.splice(find(log, 'ended', { task: 2 }), 0, log[find(log, 'ended', { task: 2 })]!),
  },
  {
    name: 'an instance drains twice',
    breaks: ['I-05'],
    corrupt: (log) => {
      const index = find(log, 'state', { state: 'draining' });
      log.splice(index, 0, log[index]!);
    },
  },
  {
    name: 'a running task is rejected',
    breaks: ['I-05'],
    corrupt: (log) => {
      change(log, 'ended', { task: 0 }, { outcome: 'rejected' });
      change(log, 'end', {}, { tasks: { ...end(log).tasks, stopped: 1, rejected: 2 } });
    },
  },
  {
    // placed before instance 4 is ready: no readiness to wait for either
    name: 'a draining instance takes a task',
    breaks: ['I-05', 'I-10'],
    corrupt: (log) =>
      move(
        log,
        find(log, 'placed', { task: 1, attempt: 1 }),
        find(log, 'state', { instance: 4, state: 'ready' }),
      ),
  },
  {
    name: 'the engine integrated one unit too many',
    breaks: ['I-06'],
    corrupt: (log) => {
      const { integrals } = end(log);
      const [cpu, ...rest] = integrals.requested;
      const amountMs = String(BigInt(cpu!.amountMs) + 1n);
      change(log, 'end', {}, { integrals: { ...integrals, requested: [{ ...cpu!, amountMs }, ...rest] } });
    },
  },
  {
    name: 'the engine integrated one instance-millisecond too many',
    breaks: ['I-07'],
    corrupt: (log) => {
      const { integrals } = end(log);
      const instanceMs = String(BigInt(integrals.instanceMs!) + 1n);
      change(log, 'end', {}, { integrals: { ...integrals, instanceMs } });
    },
  },
  {
    name: 'an instance is launched twice',
    breaks: ['I-07'],
    corrupt: (log) =>
      log.splice(find(log, 'instance', { instance: 1 }), 0, log[find(log, 'instance', { instance: 1 })]!),
  },
  {
    name: 'an instance ends twice',
    breaks: ['I-05', 'I-07'],
    corrupt: (log) => {
      const index = find(log, 'state', { state: 'terminated' });
      log.splice(index, 0, log[index]!);
    },
  },
  {
    name: 'two records change places',
    breaks: ['I-09'],
    keepSeq: true,
    corrupt: (log) =>
      move(
        log,
        find(log, 'state', { instance: 1, state: 'booting' }),
        find(log, 'state', { instance: 2, state: 'booting' }),
      ),
  },
  { name: 'the end is missing', breaks: ['I-09'], corrupt: (log) => log.pop() },
  {
    name: 'a class is introduced twice',
    breaks: ['I-09'],
    corrupt: (log) => log.splice(find(log, 'class'), 0, log[find(log, 'class')]!),
  },
  {
    name: 'an instance belongs to a group that the run does not have',
    breaks: ['I-09'],
    corrupt: (log) => change(log, 'instance', { instance: 3 }, { group: 'lost' }),
  },
  {
    name: 'a start-up is shorter than planned',
    breaks: ['I-10'],
    corrupt: (log) => change(log, 'submitted', { task: 0 }, { startupMs: 25 }),
  },
  {
    name: 'a task runs longer than planned',
    breaks: ['I-10'],
    corrupt: (log) => change(log, 'submitted', { task: 2 }, { runtimeMs: 90 }),
  },
  {
    // interrupted 20 ms after it began to run
    name: 'an interrupted attempt lasts longer than its runtime',
    breaks: ['I-10'],
    corrupt: (log) => change(log, 'submitted', { task: 5 }, { runtimeMs: 10 }),
  },
  {
    // 4→1, 5→2 becomes 5→2, 4→1
    name: 'a younger task of the class goes first',
    breaks: ['I-11'],
    corrupt: (log) => {
      const older = find(log, 'placed', { task: 4 });
      const [placed, running] = log.splice(find(log, 'placed', { task: 5 }), 2);
      log.splice(older, 0, placed!, running!);
    },
  },
  {
    // train 6-8 pass batch 4 and 5
    name: 'tasks pass others in a strict queue',
    breaks: ['I-11'],
    corrupt: (log) => change(log, 'run', {}, { queue: 'strict' }),
  },
  {
    // with 8 vCPU batch 4 fits on instance 1 beside 1000 + 2000, and batch 5 after it
    name: 'a task waits though it fits',
    breaks: ['I-12'],
    corrupt: (log) =>
      change(log, 'instance', { instance: 1 }, { allocatable: [8000, 2 ** 33, 3, 0, 0, 2, 0] }),
  },
  {
    name: 'the engine integrated a shorter queue',
    breaks: ['I-14'],
    corrupt: (log) => change(log, 'end', {}, { integrals: { ...end(log).integrals, pendingMs: '1' } }),
  },
  {
    name: 'the engine integrated fewer tasks with room',
    breaks: ['I-14'],
    corrupt: (log) => change(log, 'end', {}, { integrals: { ...end(log).integrals, hostedMs: '1' } }),
  },
  {
    name: 'a request is a fraction',
    breaks: ['I-15'],
    corrupt: (log) => change(log, 'class', { group: 'batch' }, { requests: [2000.5, 0, 1, 0, 0, 0, 0] }),
  },
  {
    name: 'a time is −0',
    breaks: ['I-15'],
    corrupt: (log) => change(log, 'instance', { instance: 1 }, { timeMs: -0 }),
  },
  {
    name: 'a time is infinite',
    breaks: ['I-15'],
    corrupt: (log) => change(log, 'submitted', { task: 3 }, { runtimeMs: Number.POSITIVE_INFINITY }),
  },
  {
    name: 'an integral is no number',
    breaks: ['I-15'],
    corrupt: (log) => change(log, 'end', {}, { integrals: { ...end(log).integrals, instanceMs: 'NaN' } }),
  },
  {
    name: 'a group grows beyond its maximum',
    breaks: ['I-16'],
    corrupt: (log) =>
      change(
        log,
        'run',
        {},
        {
          groups: [
            { name: 'general', minimum: 0, maximum: 1 },
            { name: 'gpus', minimum: 0, maximum: 1 },
          ],
        },
      ),
  },
  {
    // lost at 150, asked for at 155
    name: 'a group stays below its minimum for a while',
    breaks: ['I-16'],
    corrupt: (log) => {
      change(log, 'instance', { instance: 4 }, { timeMs: 155 });
      move(log, find(log, 'instance', { instance: 4 }), find(log, 'pass', { timeMs: 150 }));
    },
  },
  {
    name: 'an instance ends before its tasks',
    breaks: ['I-17'],
    corrupt: (log) =>
      move(log, find(log, 'state', { instance: 2, state: 'terminated' }), find(log, 'requeued', { task: 5 })),
  },
  {
    name: 'a task comes back from an instance it was not on',
    breaks: ['I-17'],
    corrupt: (log) => change(log, 'requeued', { task: 5 }, { instance: 1 }),
  },
  {
    // lost at 150, told that it would end at 149
    name: 'an instance is still there after the end of its notice',
    breaks: ['I-17'],
    corrupt: (log) => notify(log, 2, 149),
  },
  {
    name: 'an instance that is not there gets a notice',
    breaks: ['I-17'],
    corrupt: (log) => notify(log, 99, 1000),
  },
  {
    // it fits from 30 on and starts at 130
    name: 'a task that fits waits longer than the bound',
    breaks: ['I-18'],
    livenessMs: 99,
    corrupt: (log) => {
      change(log, 'run', {}, { complete: false });
      change(log, 'instance', { instance: 1 }, { allocatable: [8000, 2 ** 33, 3, 0, 0, 2, 0] });
    },
  },
  {
    name: 'a task is evicted for one of the same priority',
    breaks: ['I-21'],
    corrupt: (log) => {
      evict(log);
      change(log, 'class', { group: 'web' }, { priority: 7 });
    },
  },
  {
    name: 'a task is evicted for one that has room',
    breaks: ['I-21'],
    corrupt: (log) => evict(log, { for: 4 }),
  },
  {
    name: 'a task is evicted twice',
    breaks: ['I-21'],
    corrupt: (log) => {
      evict(log);
      evict(log);
    },
  },
  {
    // it stays until 400
    name: 'an evicted task outstays its grace period',
    breaks: ['I-21'],
    corrupt: (log) => evict(log, { untilMs: 399 }),
  },
  {
    name: 'one task has others evicted from two instances at once',
    breaks: ['I-21'],
    corrupt: (log) => {
      evict(log);
      evict(log, { task: 6, instance: 3, untilMs: 330 });
    },
  },
  {
    name: "in kube-scheduler's queue a task loses its room and neither was evicted nor lost its instance",
    breaks: ['I-21'],
    corrupt: (log) => {
      change(log, 'run', {}, { queue: 'kube' });
      log.splice(find(log, 'state', { instance: 2, state: 'draining' }), 1);
    },
  },
  {
    // Task 0 is healthy, its service must keep one, and stops it at 400.
    name: 'a service stops the last healthy task that it must keep',
    breaks: ['I-22'],
    corrupt: (log) => {
      bound(log, 1, 4);
      healthy(log, 0);
    },
  },
  {
    name: 'a service has two tasks on instances where it may have one',
    breaks: ['I-22'],
    corrupt: (log) => bound(log, 0, 1),
  },
  {
    name: 'two batch tasks share an instance, which a service with distinctInstance may not',
    breaks: ['I-23'],
    corrupt: (log) => terms(log, 'train', { distinctInstance: true }),
  },
  {
    name: 'a daemon has two tasks on an instance',
    breaks: ['I-24'],
    corrupt: (log) => terms(log, 'train', { daemon: true }),
  },
  {
    // Nothing of batch is on instance 4 from 280 on, nor on instance 1 from 230 on, and both have room until 405.
    name: 'a daemon has no task on a ready instance with room for longer than its retries take',
    breaks: ['I-24'],
    coverageMs: 100,
    corrupt: (log) => terms(log, 'batch', { daemon: true }),
  },
  {
    name: 'both tasks of a service go to a provider whose turn it is once',
    breaks: ['I-25'],
    corrupt: (log) => {
      const at = find(log, 'class', { group: 'web' });
      const { where } = log[at] as Of<'class'>;
      log[at] = { ...(log[at] as Of<'class'>), where: [...where, ['stowage.capacity-provider', 'general']] };
      for (const nth of [0, 1, 2, 3]) {
        const place = find(log, 'instance', { instance: nth + 1 });
        const record = log[place] as Of<'instance'>;
        log[place] = { ...record, labels: [...record.labels, ['stowage.capacity-provider', 'general']] };
      }
      const strategy = ['general', 'gpus'].map((capacityProvider) => ({
        capacityProvider,
        base: 0,
        weight: 1,
      }));
      terms(log, 'web', { strategy });
    },
  },
  {
    // it uses the 4 MiB that were drawn for it
    name: 'a task is killed for memory that it does not use',
    breaks: ['I-26'],
    corrupt: (log) => kill(log, { usedBytes: 5 * 2 ** 20 }),
  },
  {
    name: 'a task is killed for its limit while it is below it',
    breaks: ['I-26'],
    corrupt: (log) => {
      kill(log);
      change(log, 'class', { group: 'web' }, { memory: { ...STATED, limitBytes: 8 * 2 ** 20 } });
    },
  },
];

describe('checkLog()', () => {
  test.each(CORRUPTIONS)('$breaks: $name', ({ breaks, corrupt, livenessMs, coverageMs, keepSeq }) => {
    const log = tinyLog();
    corrupt(log);
    const records = keepSeq ? log : renumber(log);
    const found = checkLog(records, {
      ...(livenessMs !== undefined && { livenessMs }),
      ...(coverageMs !== undefined && { coverageMs }),
    });
    expect([...new Set(found.map(({ id }) => id))].sort()).toEqual(breaks);
  });

  test('every rule has a corruption that it alone sees', () => {
    const alone = new Set(
      CORRUPTIONS.filter(({ breaks }) => breaks.length === 1).map(({ breaks }) => breaks[0]),
    );
    expect(RULES.filter(({ id }) => !alone.has(id))).toEqual([]);
  });

  test('a kill that is right breaks nothing', () => {
    const log = tinyLog();
    kill(log);
    expect(checkLog(renumber(log))).toEqual([]);
  });

  test('an eviction that is right breaks nothing', () => {
    const log = tinyLog();
    evict(log);
    expect(checkLog(renumber(log))).toEqual([]);
  });

  test("in kube-scheduler's queue a younger task may go first", () => {
    const log = tinyLog();
    change(log, 'run', {}, { queue: 'kube' });
    const older = find(log, 'placed', { task: 4 });
    const [placed, running] = log.splice(find(log, 'placed', { task: 5 }), 2);
    log.splice(older, 0, placed!, running!);
    expect(checkLog(renumber(log))).toEqual([]);
  });

  test('the ids I-01 to I-26 each have one place where they are checked', () => {
    const ids = [...RULES, ...CHECKED_ELSEWHERE].map(({ id }) => id).sort();
    expect(ids).toEqual(Array.from({ length: 26 }, (_, n) => `I-${String(n + 1).padStart(2, '0')}`));
  });

  test('a service may stop a healthy task that it need not keep, and have as many as it may', () => {
    const log = tinyLog();
    bound(log, 0, 2);
    healthy(log, 0);
    expect(checkLog(renumber(log))).toEqual([]);
  });

  test('what AWS takes back on notice may leave a group below its minimum, until it is reached again', () => {
    const log = tinyLog();
    change(log, 'instance', { instance: 4 }, { timeMs: 155 });
    move(log, find(log, 'instance', { instance: 4 }), find(log, 'pass', { timeMs: 150 }));
    notify(log, 2, 150);
    expect(checkLog(renumber(log))).toEqual([]);
  });

  test('the bound of I-18 is inclusive: exactly the bound is in time', () => {
    const log = tinyLog();
    change(log, 'run', {}, { complete: false });
    change(log, 'instance', { instance: 1 }, { allocatable: [8000, 2 ** 33, 3, 0, 0, 2, 0] });
    expect(checkLog(log, { livenessMs: 100 })).toEqual([]);
  });

  test('a strict queue answers for its first task only', () => {
    // Batch 4 heads the queue and does not fit; train tasks behind it would.
    const log = tinyLog();
    change(log, 'run', {}, { queue: 'strict' });
    expect(checkLog(log).map(({ id }) => id)).not.toContain('I-12');
  });

  test('dropping any record but a pass or a drain is seen', () => {
    const log = tinyLog();
    log.forEach((record, index) => {
      if (record.kind === 'pass' || (record.kind === 'state' && record.state === 'draining')) return;
      const torn = renumber(log.filter((_, other) => other !== index));
      expect(checkLog(torn), `without record ${index}, ${JSON.stringify(record)}`).not.toEqual([]);
    });
  });

  test('no corruption makes it throw', () => {
    const log = tinyLog();
    const index = fc.nat(log.length - 1);
    const edits = fc.array(fc.tuple(fc.constantFrom('drop', 'copy', 'move', 'cut'), index, index), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(edits, (steps) => {
        const broken = [...log];
        for (const [kind, from, to] of steps) {
          if (kind === 'drop') broken.splice(from, 1);
          else if (kind === 'copy') broken.splice(to, 0, log[from]!);
          else if (kind === 'move') move(broken, Math.min(from, broken.length - 1), to);
          else broken.length = Math.min(broken.length, Math.max(1, from));
        }
        checkLog(broken, { livenessMs: 10 });
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
