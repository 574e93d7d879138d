import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { empiricalArrivals } from '../controllers/empirical-arrivals.ts';
import { assert, type Diagnostic, InputError } from '../errors.ts';
import { catalogueOf, loadCatalogue } from '../io/catalogue.ts';
import { readPriceFile } from '../io/prices/price-file.ts';
import { readDistribution } from '../io/distribution.ts';
import { footprintsOf } from '../io/footprints.ts';
import { loadMetrics, loadPlugin, loadStartTaskScheduler } from '../io/load-plugin.ts';
import { TEMPORARY_FILE } from '../io/scratch-file.ts';
import type { SetArgument } from '../io/scenario/apply-sets.ts';
import { MAX_SCENARIO_BYTES, tooLarge } from '../io/scenario/decode-text.ts';
import { planHash } from '../io/scenario/plan-hash.ts';
import { resolvePlan, resolveScenario } from '../io/scenario/resolve-plan.ts';
import { parseScenario, type Scenario } from '../io/scenario/scenario-schema.ts';
import { type LocatedFiles, scenarioFiles } from '../io/scenario/scenario-files.ts';
import { readTrace } from '../io/traces/read-trace.ts';
import { RandomStreams } from '../kernel/random-streams.ts';
import type { Footprints } from '../model/footprint.ts';
import type { SpotSeries } from '../model/offer.ts';
import type { Plan } from '../model/plan.ts';
import type { BillPrices } from '../model/price-list.ts';
import type { UserMetric } from '../model/user-metric.ts';
import type { TraceTable } from '../model/trace-table.ts';
import { ecsSchedulerWith, findScheduler, kubernetesSchedulerWith } from '../schedulers/registry.ts';
import type { SchedulerDefinition } from '../schedulers/scheduler.ts';
import type { StartTaskDefinition } from '../schedulers/start-task-scheduler.ts';
import type { WorkloadTables } from './run/workload-run.ts';
import type { RunResult } from './result.ts';
import { requirePlanPrices } from './plan-prices.ts';

export interface PrepareOptions {
  /** What `{traces}` stands for in file names. */
  readonly tracesFolder?: string;
  /**
   * The scenario itself, when it comes from elsewhere than a file; `file` is then its name in messages, and the files
   * that it names are looked for beside that name. At most 10 MiB, E1002.
   */
  readonly content?: Uint8Array;
  /**
   * The scenario itself as plain data, of any size: a plan that was stored. Findings then have no position, and there
   * are no `sets`.
   */
  readonly scenario?: unknown;
  /** Where the files that the scenario names stand. Default: where it stands itself. */
  readonly folder?: string;
  /** A price list in place of the catalogue's instance prices and of the one that the scenario names. */
  readonly prices?: string;
  /** Values to change before anything is checked: `[['horizon', '1d']]`. */
  readonly sets?: readonly SetArgument[];
  /** May the scenario load schedulers from files? Default false: it runs their code. */
  readonly allowPlugins?: boolean;
}

/** A scenario, read, checked and resolved: everything that runs of it need. */
export interface PreparedScenario {
  readonly file: string;
  readonly plan: Plan;
  readonly planHash: string;
  readonly warnings: readonly Diagnostic[];
  /** Prices of the plan's region other than those of instances. */
  readonly prices: BillPrices;
  /** Month of the region's instance prices: `2026-07`. */
  readonly pricesAsOf: string;
  /** Spot price history of the imported list; empty without one. */
  readonly spotSeries: readonly SpotSeries[];
  /** Metrics of one's own, in order of the scenario. */
  readonly userMetrics: readonly UserMetric<RunResult>[];
  /** What is published of the energy and the making of the plan's instance types. */
  readonly footprints: Footprints;
  /** By platform name: the definition of its scheduler. */
  readonly schedulers: ReadonlyMap<string, SchedulerDefinition>;
  /** Reads the traces and draws from the distributions for one replication; the same rows for every platform. */
  drawTables(replication: number): Promise<WorkloadTables>;
}

/**
 * Reads a scenario file and everything that it names. Throws one InputError with every finding: E1xxx and E2xxx about
 * the scenario with positions, E4xxx when a file cannot be read. Nothing is run.
 */
export async function prepareScenario(file: string, options: PrepareOptions = {}): Promise<PreparedScenario> {
  const folder = options.folder ?? dirname(resolve(file));
  const files = scenarioFiles(folder, options.tracesFolder);
  const given = options.prices === undefined ? undefined : await readPriceFile(options.prices);
  const { sets = [] } = options;
  assert(options.scenario === undefined || sets.length === 0, 'a stored plan is taken as it is');
  const context = {
    catalogue: loadCatalogue(),
    files,
    allowPlugins: options.allowPlugins === true,
    sets,
    ...(given !== undefined && { prices: { file: basename(options.prices!), read: given } }),
  };
  const { plan, warnings } =
    options.scenario === undefined
      ? await resolveScenario({ file, bytes: options.content ?? readScenarioFile(file) }, context)
      : await resolvePlan(storedScenario(options.scenario, file), context);
  const list =
    given?.list ?? (plan.prices === undefined ? null : (await files.readPrices(plan.prices.file)).list);
  const catalogue = list === null ? loadCatalogue() : catalogueOf(list);
  const prices = {
    ebs: catalogue.ebsPrices(plan.region),
    services: catalogue.servicePrices(plan.region),
    list: catalogue.listPrices(),
  };
  requirePlanPrices(plan, prices);
  return {
    file,
    plan,
    planHash: planHash(plan),
    warnings,
    prices,
    pricesAsOf: catalogue.pricesAsOf(plan.region),
    spotSeries: plan.spot?.prices === 'list' ? (list?.spot ?? []) : [],
    userMetrics: await userMetricsOf(plan, folder),
    footprints: footprintsOf(plan.types, plan.region),
    schedulers: await schedulersOf(plan, folder, files),
    drawTables: (replication) => drawTables(plan, files, replication),
  };
}

function storedScenario(raw: unknown, file: string): Scenario {
  const parsed = parseScenario(raw);
  if (parsed.success) return parsed.data;
  const message = `Cannot use ${file}: it is no scenario of this version`;
  throw new InputError([{ severity: 'error', code: 'E4004', message }]);
}

/** The size is looked at before the file is read: a file of gigabytes must not fill the memory. */
function readScenarioFile(file: string): Uint8Array {
  try {
    const { size } = statSync(file);
    if (size > MAX_SCENARIO_BYTES) throw tooLarge(file, size);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
    throw new InputError([{ severity: 'error', code: 'E4001', message: `Cannot read ${file}: ${reason}` }]);
  }
}

async function schedulersOf(
  plan: Plan,
  folder: string,
  files: LocatedFiles,
): Promise<Map<string, SchedulerDefinition>> {
  const schedulers = new Map<string, SchedulerDefinition>();
  for (const platform of plan.platforms) {
    const { name, kind, scheduler } = platform;
    const { plugins = [] } = scheduler.options as { readonly plugins?: readonly string[] };
    if (scheduler.plugin !== null) schedulers.set(name, await loadPlugin(folder, scheduler.plugin));
    else if (kind === 'kubernetes' && plugins.length > 0) {
      // Loaded once already, for the plan: these are the same objects.
      const registered = await Promise.all(plugins.map((file) => files.loadKubernetesPlugins(file)));
      schedulers.set(name, kubernetesSchedulerWith(registered.flat()) as SchedulerDefinition);
    } else if (kind === 'ecs' && platform.startTask !== undefined) {
      const own = new Map<string, StartTaskDefinition>();
      for (const { use } of platform.startTask) own.set(use, await loadStartTaskScheduler(folder, use));
      schedulers.set(name, ecsSchedulerWith(own) as SchedulerDefinition);
    } else schedulers.set(name, findScheduler(scheduler.name)!);
  }
  return schedulers;
}

/** Loads the metrics of the plan; no two have one name. Errors: E1207. */
async function userMetricsOf({ metrics = [] }: Plan, folder: string): Promise<UserMetric<RunResult>[]> {
  const loaded = await Promise.all(metrics.map((file) => loadMetrics(folder, file)));
  // Their type is a promise of whoever wrote them: what they make of a result is checked when they are asked.
  const all = loaded.flat() as readonly unknown[] as readonly UserMetric<RunResult>[];
  const twice = all.find(({ name }, index) => all.findIndex((other) => other.name === name) !== index);
  if (twice === undefined) return [...all];
  const message = `Two metrics of the scenario are named '${twice.name}'`;
  throw new InputError([{ severity: 'error', code: 'E1207', message }]);
}

async function drawTables(plan: Plan, files: LocatedFiles, replication: number): Promise<WorkloadTables> {
  const streams = new RandomStreams(plan.seed, replication);
  const tables = new Map<string, TraceTable>();
  for (const trace of plan.workload.traces) {
    const draws = streams.stream('trace', trace.name);
    tables.set(
      trace.name,
      await readTrace(trace, { file: files.locate(trace.file), sampleDraw: () => draws.double() }),
    );
  }
  for (const { name, file, scale } of plan.workload.distributions) {
    const draws = streams.stream('distribution', name);
    const distribution = readDistribution(file, files.readBytes(file));
    tables.set(
      name,
      empiricalArrivals(distribution, { scale, draw: () => draws.double(), overflow: TEMPORARY_FILE }),
    );
  }
  return tables;
}
