import * as z from 'zod';
import { TASK_PARTS } from '../model/task-parts.ts';
import { METRIC_NAMES, METRICS, type MetricName, UNITS } from '../model/metrics.ts';
import { type CostNode, RESULT_SCHEMA_VERSION, type RunSummary } from './result.ts';

const text = z.string();
const count = z.int().min(0);
const amount = z.number();

const metrics = z.strictObject(
  Object.fromEntries(
    METRIC_NAMES.map((name) => [
      name,
      z.number().nullable().describe(`${METRICS[name].about} (${METRICS[name].unit})`),
    ]),
  ) as Record<MetricName, z.ZodNullable<z.ZodNumber>>,
);

const costNode: z.ZodType<CostNode> = z
  .strictObject({
    name: text,
    usd: amount,
    detail: text.describe('quantity and unit price of a leaf'),
    get children(): z.ZodType<readonly CostNode[]> {
      return z.array(costNode);
    },
  })
  .meta({ id: 'CostNode' });

/** What `summary.json` must look like; `RunSummary` as a check at run time. Unknown keys are refused. */
export const runSummarySchema: z.ZodType<RunSummary> = z.strictObject({
  schemaVersion: z.literal(RESULT_SCHEMA_VERSION),
  scenario: text,
  planHash: text.describe('SHA-256 of the plan in canonical JSON'),
  platform: z.strictObject({ name: text, kind: z.enum(['ecs', 'kubernetes', 'bare']), scheduler: text }),
  seed: z.int(),
  region: text,
  catalogue: z
    .strictObject({
      id: text,
      date: text,
      pricesAsOf: text.describe("month of the region's instance prices"),
    })
    .describe('the price list'),
  complete: z.boolean().describe('false when the run was stopped before its horizon'),
  horizonMs: count,
  endedMs: count,
  fingerprint: z.strictObject({ behaviour: text, events: text }),
  metrics: metrics.describe('null: the run does not support the number'),
  warmUp: z
    .strictObject({
      method: z.enum(['given', 'mser-5']),
      fromMs: count,
      tasksLeftOut: count,
      isTooShort: z.boolean(),
      waitMeanHalfWidthS: amount.nullable().describe('95 %, from the means of 20 batches'),
    })
    .describe('what waits, responses and slowdowns leave out at the start')
    .optional(),
  userMetrics: z
    .array(
      z.strictObject({
        name: text,
        unit: z.enum(UNITS),
        better: z.enum(['less', 'more', 'neither']),
        about: text,
        value: amount.nullable(),
      }),
    )
    .describe('metrics of plug-ins; absent without any')
    .optional(),
  tasks: z.strictObject({
    submitted: count,
    succeeded: count,
    failed: count,
    stopped: count,
    rejected: count,
    pending: count,
    running: count,
  }),
  cost: z.strictObject({
    currency: z.literal('USD'),
    total: z.string().regex(/^-?\d+(\.\d{1,10})?$/),
    tree: costNode,
    allocation: z.array(z.strictObject({ name: text, usd: amount, share: amount })),
    roundingUsd: amount,
    lines: z
      .array(
        z.strictObject({
          service: text,
          dimension: text,
          region: text,
          az: text,
          type: text,
          option: text,
          unit: text,
          quantity: amount,
          price: text,
          usd: amount,
          cents: z.int(),
          stated: z.boolean().describe('the quantity is a stated amount, not a simulated one'),
        }),
      )
      .describe('the bill as AWS would print it'),
    cuts: z.array(z.strictObject({ by: text, parts: z.array(z.strictObject({ name: text, usd: amount })) })),
    monthUsd: amount.nullable().describe('730 h at this rate: a projection'),
    cash: z.strictObject({ upfrontUsd: amount, recurringUsd: amount }).nullable(),
  }),
  instances: z.array(
    z.strictObject({ group: text, type: text, launched: count, hours: amount, usd: amount }),
  ),
  spot: z
    .strictObject({
      instances: count,
      recommendations: count,
      noticesForCapacity: count,
      noticesForPrice: count,
      interrupted: count,
      rebalanced: count,
      tasksLost: count,
      tasksDrained: count,
      pools: z.array(z.strictObject({ type: text, zone: text, launched: count, meanUsdPerHour: amount })),
    })
    .describe('what the Spot market gave and took; absent when no Spot was bought')
    .optional(),
  ecs: z
    .strictObject({
      parts: z
        .array(z.strictObject({ part: z.enum(TASK_PARTS), tasks: count, meanS: amount, maxS: amount }))
        .exactOptional(),
      images: z
        .strictObject({ pulledBytes: count, pulledLayers: count, sharedLayers: count })
        .exactOptional(),
      runTask: z
        .strictObject({
          failures: count,
          retried: count,
          dropped: count,
          reasons: z.array(z.strictObject({ reason: text, failures: count })),
        })
        .exactOptional(),
      agentLosses: count.exactOptional(),
      startTask: z
        .array(
          z.strictObject({
            scheduler: text,
            rounds: count,
            started: count,
            failures: count,
            conflicts: count.describe('failures on instances that had room when the cluster was read'),
            throttled: count,
            reasons: z.array(z.strictObject({ reason: text, failures: count })),
          }),
        )
        .exactOptional(),
    })
    .describe('what happened on an ECS platform beyond what every platform has')
    .optional(),
  groups: z.array(
    z.strictObject({
      name: text,
      kind: z.enum(['service', 'job', 'trace']),
      submitted: count,
      placed: count,
      succeeded: count,
      waitMeanS: amount.nullable(),
      waitP95S: amount.nullable(),
      cpuHours: amount,
      memoryGiBHours: amount,
      usd: amount,
    }),
  ),
  unplaced: z.array(z.strictObject({ reason: text, tasks: count })),
  checks: z.array(z.strictObject({ text, metric: text, value: amount.nullable(), passed: z.boolean() })),
  notes: z.array(text),
});

/** JSON Schema (draft-07, which editors understand) of `summary.json`; the committed file is this with two spaces. */
export function summaryJsonSchema(): unknown {
  return {
    title: 'stowage run summary',
    ...z.toJSONSchema(runSummarySchema, { target: 'draft-7', io: 'input' }),
  };
}
