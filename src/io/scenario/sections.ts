import type * as z from 'zod';
import { type EcsDocumentInput, ecsDocumentSchema } from './ecs-template-schema.ts';
import {
  type FleetGroupInput,
  fleetGroupSchema,
  type InstanceTypeInput,
  instanceTypeSchema,
} from './fleet-schema.ts';
import type { Path } from './locate.ts';
import { type ManifestInput, manifestSchema } from './manifest-schema.ts';
import { valueAt } from './place.ts';
import { type PlatformInput, platformSchema } from './platform-schema.ts';
import { type Scenario, scenarioSchema } from './scenario-schema.ts';
import { type DaemonInput, daemonSchema, type EventInput, eventSchema } from './service-schema.ts';
import { type NamedTemplateInput, namedTemplateSchema } from './template-schema.ts';
import {
  type EmpiricalInput,
  empiricalSchema,
  type JobInput,
  jobSchema,
  type ServiceInput,
  serviceSchema,
  type TraceInput,
  traceSchema,
} from './workload-schema.ts';

/** An entry of a list or mapping of the scenario, with its path in the document. */
export interface Entry<Value> {
  readonly path: Path;
  readonly value: Value;
}

/**
 * A scenario cut into entries, each valid by itself. Resolving works on these, so that a mistake in one entry does
 * not keep the others from being checked: names that do not exist are reported together with keys that do not.
 */
export interface Sections {
  readonly head: Pick<
    Scenario,
    | 'name'
    | 'description'
    | 'seed'
    | 'start'
    | 'horizon'
    | 'region'
    | 'catalogue'
    | 'prices'
    | 'spot'
    | 'billing'
    | 'slo'
    | 'metrics'
  >;
  readonly types: readonly Entry<InstanceTypeInput>[];
  readonly fleet: readonly Entry<FleetGroupInput>[];
  readonly templates: readonly Entry<NamedTemplateInput>[];
  readonly services: readonly Entry<ServiceInput>[];
  readonly daemons: readonly Entry<DaemonInput>[];
  readonly jobs: readonly Entry<JobInput>[];
  readonly traces: readonly Entry<TraceInput>[];
  readonly distributions: readonly Entry<EmpiricalInput>[];
  readonly manifests: readonly Entry<ManifestInput>[];
  readonly ecs: readonly Entry<EcsDocumentInput>[];
  readonly platforms: readonly Entry<PlatformInput>[];
  readonly checks: readonly Entry<string>[];
  readonly events: readonly Entry<EventInput>[];
  /** Names that are taken by entries left out because they are not valid: a reference to them is no second mistake. */
  readonly brokenNames: { readonly templates: ReadonlySet<string>; readonly types: ReadonlySet<string> };
  /** False when something was left out. Then the absence of a thing proves nothing. */
  readonly isComplete: boolean;
}

/** The sections of a valid scenario. */
export function sectionsOf(scenario: Scenario): Sections {
  const { types, fleet, templates, workload, platforms, checks, events, ...head } = scenario;
  const list = <Value>(path: Path, values: readonly Value[]) =>
    values.map((value, index) => ({ path: [...path, index], value }));
  return {
    head,
    types: list(['types'], types),
    fleet: list(['fleet'], fleet),
    templates: Object.entries(templates).map(([name, value]) => ({ path: ['templates', name], value })),
    services: list(['workload', 'services'], workload.services),
    daemons: list(['workload', 'daemons'], workload.daemons),
    jobs: list(['workload', 'jobs'], workload.jobs),
    traces: list(['workload', 'traces'], workload.traces),
    distributions: list(['workload', 'distributions'], workload.distributions),
    manifests: list(['workload', 'manifests'], workload.manifests),
    ecs: list(['workload', 'ecs'], workload.ecs),
    platforms: list(['platforms'], platforms),
    checks: list(['checks'], checks),
    events: list(['events'], events),
    brokenNames: { templates: new Set(), types: new Set() },
    isComplete: true,
  };
}

/** The valid entries of a document that is no valid scenario. Unknown keys of an entry do not make it invalid. */
export function salvagedSections(root: unknown): Sections {
  const list = <Schema extends z.ZodType>(path: Path, schema: Schema): Entry<z.output<Schema>>[] => {
    const values = valueAt(root, path);
    return Array.isArray(values)
      ? salvaged(
          values.map((value, index) => [index, value] as const),
          path,
          schema,
        )
      : [];
  };
  const templates = valueAt(root, ['templates']);
  const templateEntries = isMapping(templates) ? Object.entries(templates) : [];
  const typeList = valueAt(root, ['types']);
  const typeNames = (Array.isArray(typeList) ? typeList : []).map((type) => String(valueAt(type, ['name'])));
  return {
    head: salvagedHead(root),
    types: list(['types'], instanceTypeSchema),
    fleet: list(['fleet'], fleetGroupSchema),
    templates: salvaged(templateEntries, ['templates'], namedTemplateSchema),
    services: list(['workload', 'services'], serviceSchema),
    daemons: list(['workload', 'daemons'], daemonSchema),
    jobs: list(['workload', 'jobs'], jobSchema),
    traces: list(['workload', 'traces'], traceSchema),
    distributions: list(['workload', 'distributions'], empiricalSchema),
    manifests: list(['workload', 'manifests'], manifestSchema),
    ecs: list(['workload', 'ecs'], ecsDocumentSchema),
    platforms: list(['platforms'], platformSchema),
    events: list(['events'], eventSchema),
    checks: list(['checks'], scenarioSchema.shape.checks.unwrap().element),
    brokenNames: { templates: new Set(templateEntries.map(([name]) => name)), types: new Set(typeNames) },
    isComplete: false,
  };
}

function salvaged<Schema extends z.ZodType>(
  entries: readonly (readonly [string | number, unknown])[],
  path: Path,
  schema: Schema,
): Entry<z.output<Schema>>[] {
  return entries.flatMap(([key, raw]) => {
    const value = parsedWithoutUnknownKeys(schema, raw);
    return value === undefined ? [] : [{ path: [...path, key], value }];
  });
}

function parsedWithoutUnknownKeys<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
): z.output<Schema> | undefined {
  const first = schema.safeParse(raw);
  if (first.success) return first.data;
  const { issues } = first.error;
  if (
    !isMapping(raw) ||
    !issues.every((issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0)
  ) {
    return undefined;
  }
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const known = Object.fromEntries(Object.entries(raw).filter(([key]) => !unknown.includes(key)));
  const second = schema.safeParse(known);
  return second.success ? second.data : undefined;
}

/** Stand-ins let the rest be checked; nothing is concluded from them, because the plan will not be made. */
function salvagedHead(root: unknown): Sections['head'] {
  const { shape } = scenarioSchema;
  const take = <Schema extends z.ZodType>(
    key: string,
    schema: Schema,
    fallback: z.output<Schema>,
  ): z.output<Schema> => {
    const result = schema.safeParse(valueAt(root, [key]));
    return result.success ? result.data : fallback;
  };
  return {
    name: take('name', shape.name, 'unnamed'),
    description: '',
    seed: take('seed', shape.seed, 1),
    start: take('start', shape.start, '2026-03-02T00:00:00Z'),
    horizon: take('horizon', shape.horizon, '36500d'),
    region: take('region', shape.region, ''),
    catalogue: take('catalogue', shape.catalogue, undefined),
    prices: take('prices', shape.prices, undefined),
    spot: take('spot', shape.spot, undefined),
    billing: take('billing', shape.billing, undefined),
    slo: take('slo', shape.slo, undefined),
    metrics: take('metrics', shape.metrics, undefined),
  };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
