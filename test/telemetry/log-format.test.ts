import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { formatRecord, parseLog, parseRecord } from '../../src/telemetry/log-format.ts';
import { LOG_FORMAT, type LogRecord } from '../../src/telemetry/log-record.ts';
import { tinyLog } from '../support/tiny-log.ts';

const WHERE = { file: 'events.ndjson', line: 1 };

const count = fc.maxSafeNat();
const text = fc.string({ unit: 'binary' });
const amounts = fc.array(count);
const decimal = fc.bigInt({ min: 0n, max: 2n ** 90n }).map(String);
const pairs = fc.array(fc.tuple(text, text));
const effect = fc.constantFrom('NoSchedule', 'PreferNoSchedule', 'NoExecute');
const position = { seq: count, timeMs: count };
const attempt = { task: count, attempt: count, instance: count };
const port = fc.record({ ip: text, protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'), port: count });
const gpu = fc.record({ count, milli: count, models: fc.array(text) });
const toleration = fc.record(
  {
    key: text,
    operator: fc.constantFrom('Exists', 'Equal'),
    value: text,
    effect,
    tolerationSeconds: fc.integer(),
  },
  { requiredKeys: [] },
);
const kind = <K extends LogRecord['kind']>(name: K) => ({ kind: fc.constant(name), ...position });

/** Any record, plausible or not. */
const anyRecord: fc.Arbitrary<LogRecord> = fc.oneof(
  fc.record({
    ...kind('run'),
    format: fc.constant(LOG_FORMAT),
    scenario: text,
    platform: text,
    platformKind: fc.constantFrom('ecs', 'kubernetes', 'bare'),
    scheduler: text,
    complete: fc.boolean(),
    honoursTaints: fc.boolean(),
    queue: fc.constantFrom('skip', 'strict', 'kube', 'launch', 'asked-again'),
    seed: fc.maxSafeInteger(),
    horizonMs: count,
    cpuPerVcpu: count,
    resources: fc.array(fc.record({ name: text, limited: fc.boolean() })),
    reservedPorts: fc.array(port),
    groups: fc.array(fc.record({ name: text, minimum: count, maximum: count })),
  }),
  fc.record({
    ...kind('class'),
    class: count,
    group: text,
    groupKind: fc.constantFrom('service', 'job', 'trace'),
    requests: amounts,
    gpu: fc.option(gpu),
    hostPorts: fc.array(port),
    priority: fc.maxSafeInteger(),
    constraints: fc.constantFrom('wishes', 'wishes-and-more', 'native', 'left-to-others'),
    where: pairs,
    distinctInstance: fc.boolean(),
    spread: fc.constantFrom('zone', 'instance', 'none'),
    tolerations: fc.array(toleration),
  }),
  fc.record({
    ...kind('instance'),
    instance: count,
    name: text,
    type: text,
    group: text,
    zone: text,
    labels: pairs,
    taints: fc.array(fc.record({ key: text, value: text, effect })),
    capacity: amounts,
    allocatable: amounts,
    gpuDevices: count,
    gpuModel: text,
  }),
  fc.record({
    ...kind('state'),
    instance: count,
    state: fc.constantFrom('booting', 'ready', 'draining', 'terminated'),
  }),
  fc.record({
    ...kind('submitted'),
    task: count,
    class: count,
    startupMs: fc.option(count),
    runtimeMs: fc.option(count),
  }),
  fc.record({ ...kind('placed'), ...attempt, devices: amounts }),
  fc.record({ ...kind('running'), ...attempt }),
  fc.record({ ...kind('evicted'), ...attempt, for: count, untilMs: count }),
  fc.record({ ...kind('requeued'), ...attempt }),
  fc.record({
    ...kind('ended'),
    ...attempt,
    instance: fc.option(count),
    outcome: fc.constantFrom('succeeded', 'failed', 'stopped', 'rejected'),
  }),
  fc.record(kind('pass')),
  fc.record({ ...kind('service'), service: text, event: text, message: text }),
  fc.record({
    ...kind('terms'),
    service: text,
    class: count,
    daemon: fc.boolean(),
    distinctInstance: fc.boolean(),
    strategy: fc.array(fc.record({ capacityProvider: text, base: count, weight: count })),
  }),
  fc.record({ ...kind('bounds'), service: text, desired: count, minHealthy: count, maxTotal: count }),
  fc.record({ ...kind('health'), task: count, isHealthy: fc.boolean() }),
  fc.record({ ...kind('outage'), zone: text, isBack: fc.boolean() }),
  fc.record({
    ...kind('end'),
    tasks: fc.record({
      submitted: count,
      succeeded: count,
      failed: count,
      stopped: count,
      rejected: count,
      pending: count,
      running: count,
    }),
    integrals: fc.record({
      requested: fc.array(fc.record({ resource: text, amountMs: decimal })),
      instanceMs: fc.option(decimal),
      pendingMs: fc.option(decimal),
      hostedMs: fc.option(decimal),
    }),
  }),
) as fc.Arbitrary<LogRecord>;

/** What parsing `line` says, or undefined when it succeeds; anything but an InputError fails the test. */
function complaint(line: string, where = WHERE) {
  try {
    parseRecord(line, where);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).diagnostics[0];
  }
}

test('formatRecord() writes what JSON.stringify() writes, for every kind of record', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      expect(formatRecord(record)).toBe(JSON.stringify(record));
    }),
    { seed: 2, numRuns: 1000 },
  );
});

describe('parseRecord()', () => {
  test('reads back what formatRecord() wrote: parse(format(x)) = x, on one line', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const line = formatRecord(record);
        expect(line).not.toMatch(/[\n\r]/);
        expect(parseRecord(line, WHERE)).toEqual(record);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('a line torn at any character is an error with its position, never a shorter record', () => {
    for (const record of tinyLog()) {
      const line = formatRecord(record);
      for (let length = 0; length < line.length; length++) {
        const found = complaint(line.slice(0, length), { file: 'events.ndjson', line: 12 });
        expect(found).toMatchObject({
          code: 'E4004',
          position: { file: 'events.ndjson', line: 12, column: 1 },
        });
      }
    }
  });

  test.each([
    ['{"kind":"pass","seq":0,"timeMs":1.5}', "'timeMs'"],
    ['{"kind":"pass","seq":0,"timeMs":-1}', "'timeMs'"],
    ['{"kind":"pass","seq":0,"timeMs":9007199254740992}', "'timeMs'"],
    ['{"kind":"pass","seq":0}', "'timeMs'"],
    ['{"kind":"pass","seq":0,"timeMs":1,"more":1}', 'the record'],
    ['{"kind":"other","seq":0,"timeMs":1}', "'kind'"],
    ['{"kind":"pass","seq":0,"timeMs":1,"__proto__":{"a":1}}', 'the record'],
    ['[]', 'the record'],
    ['null', 'the record'],
    ['{"kind":"run","seq":0,"timeMs":0,"format":"stowage-log/0"}', "'format'"],
  ])('names what is wrong in %s', (line, what) => {
    expect(complaint(line)?.message).toContain(`${what} is not as ${LOG_FORMAT} has it`);
  });

  test('any text is a record or an InputError', () => {
    const line = formatRecord(tinyLog()[0]!);
    const mutated = fc
      .tuple(fc.nat(line.length), fc.nat(20), fc.string({ maxLength: 5 }))
      .map(([at, drop, insert]) => line.slice(0, at) + insert + line.slice(at + drop));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.json(), fc.string()), (candidate) => {
        complaint(candidate);
        expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

describe('parseLog()', () => {
  test('yields records lazily and names the line of the first bad one', () => {
    const lines = tinyLog().map(formatRecord);
    lines[4] = lines[4]!.slice(0, 20);
    const read: LogRecord[] = [];
    const run = () => {
      for (const record of parseLog(lines, 'run/events.ndjson')) read.push(record);
    };
    expect(run).toThrow('E4004: Cannot read the event log: the line is not JSON');
    expect(read).toEqual(tinyLog().slice(0, 4));
    try {
      run();
    } catch (error) {
      expect((error as InputError).diagnostics[0]?.position).toEqual({
        file: 'run/events.ndjson',
        line: 5,
        column: 1,
        length: 20,
      });
    }
  });
});
