import fc from 'fast-check';
import { LOG_FORMAT, type LogRecord } from '../../src/telemetry/log-record.ts';

const count = fc.maxSafeNat();
const text = fc.string({ unit: 'binary' });
const name = fc.constantFrom('web', 'batch', 'us-east-1a', '');
const amounts = fc.array(count);
const decimal = fc.bigInt({ min: 0n, max: 2n ** 90n }).map(String);
const pairs = fc.array(fc.tuple(text, text));
const effect = fc.constantFrom('NoSchedule', 'PreferNoSchedule', 'NoExecute');
const position = { seq: count, timeMs: count };
const attempt = { task: count, attempt: count, instance: count };
const port = fc.record({ ip: text, protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'), port: count });
const gpu = fc.record({ count, milli: count, models: fc.array(text) });
const taints = fc.array(fc.record({ key: name, value: text, effect }));
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

/** A record of a kind with these fields, in this order; some may be missing. */
function record<K extends LogRecord['kind']>(
  kind: K,
  fields: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  optional: readonly string[] = [],
): fc.Arbitrary<unknown> {
  const all: Record<string, fc.Arbitrary<unknown>> = { kind: fc.constant(kind), ...position, ...fields };
  return fc.record(all, { requiredKeys: Object.keys(all).filter((key) => !optional.includes(key)) });
}

/** Any record of the event log, plausible or not: every kind, every field, in the order in which a log has them. */
export const anyRecord = fc.oneof(
  record(
    'run',
    {
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
      memory: fc.record({ beyondBytes: fc.option(count) }),
      sample: fc.record({ tasks: count, of: count }),
      reservedPorts: fc.array(port),
      groups: fc.array(fc.record({ name: text, minimum: count, maximum: count })),
    },
    ['memory', 'sample'],
  ),
  record(
    'class',
    {
      class: count,
      group: name,
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
      memory: fc.record({
        growthBytesPerHour: count,
        limitBytes: fc.option(count),
        followsLoad: fc.boolean(),
      }),
    },
    ['memory'],
  ),
  record('instance', {
    instance: count,
    name: text,
    type: name,
    group: name,
    zone: name,
    labels: pairs,
    taints,
    capacity: amounts,
    allocatable: amounts,
    gpuDevices: count,
    gpuModel: text,
  }),
  record('state', {
    instance: count,
    state: fc.constantFrom('booting', 'ready', 'draining', 'terminated'),
  }),
  record('notice', {
    instance: count,
    notice: fc.constantFrom('rebalance', 'interruption'),
    reason: fc.constantFrom('capacity', 'price'),
    endsMs: fc.option(count),
  }),
  record(
    'submitted',
    {
      task: count,
      class: count,
      startupMs: fc.option(count),
      runtimeMs: fc.option(count),
      memoryBytes: count,
    },
    ['memoryBytes'],
  ),
  record('placed', { ...attempt, devices: amounts }),
  record('running', attempt),
  record('restarted', { ...attempt, upMs: count }),
  record('killed', {
    ...attempt,
    cause: fc.constantFrom('limit', 'instance', 'pressure'),
    usedBytes: count,
  }),
  record('evicted', { ...attempt, for: fc.option(count), untilMs: count }),
  record('requeued', attempt),
  record('ended', {
    ...attempt,
    instance: fc.option(count),
    outcome: fc.constantFrom('succeeded', 'failed', 'stopped', 'rejected'),
  }),
  record('pass', {}),
  record('service', { service: name, event: name, message: text }),
  record('terms', {
    service: name,
    class: count,
    daemon: fc.boolean(),
    distinctInstance: fc.boolean(),
    strategy: fc.array(fc.record({ capacityProvider: name, base: count, weight: count })),
  }),
  record('bounds', { service: name, desired: count, minHealthy: count, maxTotal: count }),
  record('health', { task: count, isHealthy: fc.boolean() }),
  record('outage', { zone: name, isBack: fc.boolean() }),
  record('agent', { instance: count, isConnected: fc.boolean() }),
  record('taints', { instance: count, taints }),
  record('end', {
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
