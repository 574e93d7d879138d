import * as z from 'zod';
import { LOG_FORMAT, type LogRecord } from './log-record.ts';

/**
 * The event log as data: the fields of every record in the order in which they are written. Text, bytes and what a reader
 * takes for a record are all made from this.
 */
const count = z.int().min(0);
const amounts = z.array(count).readonly();
const text = z.string();
const decimal = z.string().regex(/^\d+$/);
const pairs = z.array(z.tuple([text, text]).readonly()).readonly();
const effect = z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']);
const constraints = z.enum(['wishes', 'wishes-and-more', 'native', 'left-to-others']);
const hostPort = z
  .strictObject({ ip: text, protocol: z.enum(['TCP', 'UDP', 'SCTP']), port: count })
  .readonly();
const gpuRequest = z.strictObject({ count, milli: count, models: z.array(text).readonly() }).readonly();
const taint = z.strictObject({ key: text, value: text, effect }).readonly();
const toleration = z
  .strictObject({
    key: text.exactOptional(),
    operator: z.enum(['Exists', 'Equal']).exactOptional(),
    value: text.exactOptional(),
    effect: effect.exactOptional(),
    tolerationSeconds: z.int().exactOptional(),
  })
  .readonly();

function record<Kind extends LogRecord['kind'], Fields extends z.ZodRawShape>(kind: Kind, fields: Fields) {
  return z.strictObject({ kind: z.literal(kind), seq: count, timeMs: count, ...fields });
}

const attempt = { task: count, attempt: count, instance: count };

const SCHEMA = z.discriminatedUnion('kind', [
  record('run', {
    format: z.literal(LOG_FORMAT),
    scenario: text,
    platform: text,
    platformKind: z.enum(['ecs', 'kubernetes', 'bare']),
    scheduler: text,
    complete: z.boolean(),
    honoursTaints: z.boolean(),
    queue: z.enum(['skip', 'strict', 'kube', 'launch', 'asked-again']),
    seed: z.int(),
    horizonMs: count,
    cpuPerVcpu: count,
    resources: z.array(z.strictObject({ name: text, limited: z.boolean() }).readonly()).readonly(),
    memory: z.strictObject({ beyondBytes: count.nullable() }).readonly().exactOptional(),
    sample: z.strictObject({ tasks: count, of: count }).readonly().exactOptional(),
    reservedPorts: z.array(hostPort).readonly(),
    groups: z.array(z.strictObject({ name: text, minimum: count, maximum: count }).readonly()).readonly(),
  }),
  record('class', {
    class: count,
    group: text,
    groupKind: z.enum(['service', 'job', 'trace']),
    requests: amounts,
    gpu: gpuRequest.nullable(),
    hostPorts: z.array(hostPort).readonly(),
    priority: z.int(),
    constraints,
    where: pairs,
    distinctInstance: z.boolean(),
    spread: z.enum(['zone', 'instance', 'none']),
    tolerations: z.array(toleration).readonly(),
    memory: z
      .strictObject({ growthBytesPerHour: count, limitBytes: count.nullable(), followsLoad: z.boolean() })
      .readonly()
      .exactOptional(),
  }),
  record('instance', {
    instance: count,
    name: text,
    type: text,
    group: text,
    zone: text,
    labels: pairs,
    taints: z.array(taint).readonly(),
    capacity: amounts,
    allocatable: amounts,
    gpuDevices: count,
    gpuModel: text,
    beyondBytes: count.exactOptional(),
  }),
  record('state', { instance: count, state: z.enum(['booting', 'ready', 'draining', 'terminated']) }),
  record('notice', {
    instance: count,
    notice: z.enum(['rebalance', 'interruption']),
    reason: z.enum(['capacity', 'price']),
    endsMs: count.nullable(),
  }),
  record('submitted', {
    task: count,
    class: count,
    startupMs: count.nullable(),
    runtimeMs: count.nullable(),
    memoryBytes: count.exactOptional(),
  }),
  record('placed', { ...attempt, devices: amounts }),
  record('running', attempt),
  record('restarted', { ...attempt, upMs: count }),
  record('killed', { ...attempt, cause: z.enum(['limit', 'instance', 'pressure']), usedBytes: count }),
  record('evicted', { ...attempt, for: count.nullable(), untilMs: count }),
  record('requeued', attempt),
  record('ended', {
    ...attempt,
    instance: count.nullable(),
    outcome: z.enum(['succeeded', 'failed', 'stopped', 'rejected']),
  }),
  record('pass', {}),
  record('service', { service: text, event: text, message: text }),
  record('terms', {
    service: text,
    class: count,
    daemon: z.boolean(),
    distinctInstance: z.boolean(),
    strategy: z
      .array(z.strictObject({ capacityProvider: text, base: count, weight: count }).readonly())
      .readonly(),
  }),
  record('bounds', { service: text, desired: count, minHealthy: count, maxTotal: count }),
  record('health', { task: count, isHealthy: z.boolean() }),
  record('outage', { zone: text, isBack: z.boolean() }),
  record('agent', { instance: count, isConnected: z.boolean() }),
  record('taints', { instance: count, taints: z.array(taint).readonly() }),
  record('end', {
    tasks: z
      .strictObject({
        submitted: count,
        succeeded: count,
        failed: count,
        stopped: count,
        rejected: count,
        pending: count,
        running: count,
      })
      .readonly(),
    integrals: z
      .strictObject({
        requested: z.array(z.strictObject({ resource: text, amountMs: decimal }).readonly()).readonly(),
        instanceMs: decimal.nullable(),
        pendingMs: decimal.nullable(),
        hostedMs: decimal.nullable(),
      })
      .readonly(),
  }),
]);

/** Assigning it to the record type makes the compiler compare the two descriptions, field by field. */
export const RECORD: z.ZodType<LogRecord> = SCHEMA;

/** Each kind of record, in an order that is part of the binary format. */
export const RECORD_KINDS: readonly { readonly kind: LogRecord['kind']; readonly schema: z.ZodObject }[] =
  SCHEMA.options.map((schema) => ({ kind: schema.shape.kind.value, schema }));
