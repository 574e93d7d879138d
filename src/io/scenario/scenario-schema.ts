import * as z from 'zod';
import { billingSchema } from './billing-schema.ts';
import { fleetGroupSchema, instanceTypeSchema } from './fleet-schema.ts';
import { durationLeaf, instantLeaf, nameLeaf, textLeaf } from './leaves.ts';
import { platformSchema } from './platform-schema.ts';
import { eventSchema } from './service-schema.ts';
import { sloSchema } from './slo.ts';
import { spotMarketSchema } from './spot-schema.ts';
import { namedTemplateSchema } from './template-schema.ts';
import { workloadSchema } from './workload-schema.ts';

/** A Monday; chosen. */
const DEFAULT_START = '2026-03-02T00:00:00Z';

/** The scenario language, version 1. Strict: an unknown key is an error. */
export const scenarioSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of the scenario language.'),
    name: nameLeaf('a name', 'shop').describe('Name of the scenario in all results.'),
    description: z
      .string()
      .max(10_000)
      .describe('What it is about, for people.')
      .meta({ examples: ['A shop with a daily peak'] })
      .default(''),
    seed: z
      .int()
      .min(0)
      .describe('Root of all random draws. Without one, 1 is taken and said.')
      .meta({ examples: [42] })
      .optional(),
    start: instantLeaf().describe('Origin of calendars: the instant 0 of the run.').default(DEFAULT_START),
    horizon: durationLeaf({ positive: true }).describe('How long to simulate.'),
    region: nameLeaf('a region', 'us-east-1').describe('AWS region: zones and prices.').default('us-east-1'),
    catalogue: z
      .strictObject({
        id: textLeaf('an id', 'aws-2026-08').describe('Edition.'),
        date: textLeaf('a date', '2026-08-21').describe('Its date.'),
      })
      .describe(
        'Price list that the types of this scenario were taken from; another one is not used in its place.',
      )
      .optional(),
    prices: z
      .union([
        textLeaf('a file name', 'prices.ndjson', { maxLength: 1000 }),
        z.strictObject({
          file: textLeaf('a file name', 'prices.ndjson', { maxLength: 1000 }).describe('The list.'),
          sha256: textLeaf('a digest', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', {
            maxLength: 64,
          })
            .describe('SHA-256 of its lines: another list is refused.')
            .optional(),
        }),
      ])
      .describe('Price list made by stowage import prices, in place of the instance prices of the catalogue.')
      .meta({ examples: ['prices.ndjson'] })
      .optional(),
    spot: spotMarketSchema.optional(),
    types: z
      .array(instanceTypeSchema)
      .max(10_000)
      .describe('Instance types that are not in the catalogue, or not at that price.')
      .default([]),
    fleet: z
      .array(fleetGroupSchema)
      .max(1000)
      .describe('Instance groups; a platform may have its own.')
      .default([]),
    templates: z
      .record(nameLeaf('a template name', 'web'), namedTemplateSchema)
      .describe('Task templates by name.')
      .meta({ examples: [{ web: { cpu: '500m', memory: '1GiB' } }] })
      .default({}),
    workload: workloadSchema.describe('What is to run.').default({
      services: [],
      daemons: [],
      jobs: [],
      traces: [],
      distributions: [],
      manifests: [],
      ecs: [],
    }),
    events: z
      .array(eventSchema)
      .max(10_000)
      .describe('What happens to the cluster from outside: deployments, outages, drained instances.')
      .meta({ examples: [[{ kind: 'outage', at: '2h', until: '3h', zone: 'us-east-1a' }]] })
      .default([]),
    platforms: z
      .array(platformSchema)
      .min(1)
      .max(1000)
      .describe('Where it is to run: the workload is replayed on each of them.')
      .meta({
        examples: [
          [
            { name: 'ecs', kind: 'ecs' },
            { name: 'kubernetes', kind: 'kubernetes' },
          ],
        ],
      }),
    billing: billingSchema.optional(),
    metrics: z
      .array(
        textLeaf('a file name', './my-metric.ts', { maxLength: 1000 }).describe(
          'A module beside the scenario that exports what defineMetric makes; needs --allow-plugins.',
        ),
      )
      .max(100)
      .describe("Metrics of one's own, shown in every table.")
      .meta({ examples: [['./my-metric.ts']] })
      .optional(),
    slo: sloSchema.optional(),
    checks: z
      .array(textLeaf('a check', 'wait.p95 < 30s', { maxLength: 200 }))
      .max(1000)
      .describe('What must hold of every result: metric, comparison, value with its unit.')
      .meta({ examples: [['wait.p95 < 30s', 'unplaced == 0', 'cost.total < 1200 USD']] })
      .default([]),
  })
  .meta({
    title: 'stowage scenario',
    description: 'A workload and the platforms it is replayed on, version 1.',
  });

/** A valid scenario with the defaults of the schema filled in. */
export type Scenario = z.output<typeof scenarioSchema>;

/**
 * What the schema makes of a document, or its complaints. A document is read once: the parsers that zod would compile
 * for each kind of object take longer to make than they save.
 */
export function parseScenario(document: unknown): z.ZodSafeParseResult<Scenario> {
  return scenarioSchema.safeParse(document, { jitless: true });
}

/** A valid scenario as it may be written. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
