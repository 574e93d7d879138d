import { autoscalerNotes } from './autoscaler-notes.ts';
import type { Bill } from '../billing/bill.ts';
import { Fingerprint } from '../kernel/fingerprint.ts';
import { TASK_END } from '../model/cluster-view.ts';
import type { Plan } from '../model/plan.ts';
import { LANE } from '../model/resources.ts';
import { ATTEMPT_OUTCOMES } from '../telemetry/task-rows.ts';
import { decimal, E10_PER_USD, GIB, HOUR, MIB, SECOND } from '../units.ts';
import { toNumber } from '../billing/money.ts';
import { checkOutcomes } from './check-outcomes.ts';
import { memoryNotes } from './run/memory-run.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { fleetOf } from './run/plan-parts.ts';
import { costSummary } from './cost-summary.ts';
import { footprintNotes, typeHours } from './footprint-metrics.ts';
import { manifestNotes } from './run/manifest-workload.ts';
import {
  type EcsSummary,
  type GroupSummary,
  type InstanceRow,
  RESULT_SCHEMA_VERSION,
  type RunResult,
  type RunSummary,
  type TaskRow,
  type TimeSeries,
} from './result.ts';
import { type RunMetrics, runMetrics } from './run-metrics.ts';
import { serviceNotes } from './service-notes.ts';
import { fargateNotes } from './stated-fargate.ts';
import { EXACT_VALUES, SKETCH_ACCURACY } from '../statistics/sample.ts';
import { schedulerText } from './scheduler-text.ts';
import type { UsageRecord } from './usage-record.ts';
import { steadyState } from './warm-up.ts';
import { unplacedReasons } from './unplaced-reasons.ts';

export interface RunEndFacts {
  readonly planHash: string;
  readonly pricesAsOf: string;
  readonly endMs: number;
  readonly complete: boolean;
  /** As telemetry counted them at the end. */
  readonly pending: number;
  readonly running: number;
  readonly bill: Bill;
  readonly usage?: UsageRecord;
}

/** Everything that a finished run leaves behind, as plain data and row generators. */
export function runResult(run: ClusterRun, facts: RunEndFacts): RunResult {
  const { plan, platform } = run.input;
  const { bill, endMs, complete } = facts;
  const { warmUp } = run.input;
  const steady = warmUp === undefined ? null : steadyState(run.tasks.attempts.rows, warmUp);
  const metrics: RunMetrics = { ...runMetrics(run, bill, endMs), ...steady?.metrics } as RunMetrics;
  const ends = (end: number) => run.tasks.ends[end]!;
  const summary: RunSummary = {
    schemaVersion: RESULT_SCHEMA_VERSION,
    scenario: plan.name,
    planHash: facts.planHash,
    platform: { name: platform.name, kind: platform.kind, scheduler: schedulerText(platform) },
    seed: plan.seed,
    region: plan.region,
    catalogue: { id: plan.catalogue.id, date: plan.catalogue.date, pricesAsOf: facts.pricesAsOf },
    complete,
    horizonMs: plan.horizonMs,
    endedMs: endMs,
    fingerprint: { behaviour: behaviourFingerprint(run, bill), events: run.kernel.eventsDigest() },
    metrics,
    ...(steady !== null && { warmUp: steady.summary }),
    tasks: {
      submitted: run.tasks.submittedCount,
      succeeded: ends(TASK_END.succeeded),
      failed: ends(TASK_END.failed),
      stopped: ends(TASK_END.stopped),
      rejected: ends(TASK_END.rejected),
      pending: facts.pending,
      running: facts.running,
    },
    cost: costSummary(run, bill, endMs),
    instances: bill.byType,
    ...(run.spot !== null && { spot: run.spot.summary(endMs) }),
    ...ecsSummary(run),
    groups: groupSummaries(run, bill),
    unplaced: unplacedReasons(run),
    checks: checkOutcomes(plan.checks, (metric) => metrics[metric as keyof RunMetrics] ?? null),
    notes: [
      ...run.platform.notes,
      ...serviceNotes(plan, platform),
      ...autoscalerNotes(platform, fleetOf(plan, platform)),
      ...(run.spot?.notes() ?? []),
      ...memoryNotes(run.memory !== null, platform),
      ...manifestNotes(run.world.manifests, fleetOf(plan, platform), platform.queue),
      ...(plan.billing === undefined ? [] : fargateNotes(platform, plan.billing)),
      ...billingNotes(plan),
      ...sketchNotes(run),
      ...energyNotes(run, endMs),
    ],
  };
  return {
    summary,
    series: timeSeries(run, endMs),
    instances: instanceRows(run, bill, endMs),
    tasks: () => taskRows(run),
    ...(facts.usage !== undefined && { usage: () => facts.usage! }),
  };
}

function ecsSummary({ controllers }: ClusterRun): { readonly ecs?: EcsSummary } {
  const ecs = controllers.summary?.() ?? {};
  return Object.keys(ecs).length === 0 ? {} : { ecs };
}

/** For what there is no estimate of energy and emissions. */
function energyNotes(run: ClusterRun, endMs: number): string[] {
  const { footprints, plan } = run.input;
  return footprints === undefined ? [] : footprintNotes(typeHours(run, endMs), footprints, plan.region);
}

/** Quantiles that are not exact. */
function sketchNotes({ tasks }: ClusterRun): string[] {
  const samples = [tasks.waitsMs, tasks.responsesMs, ...tasks.groups.map(({ waitsMs }) => waitsMs)];
  if (!samples.some(({ isSketched }) => isSketched)) return [];
  return [
    `Quantiles over more than ${decimal(EXACT_VALUES, 0)} tasks come from a sketch (DDSketch), ` +
      `with a relative error of at most ${SKETCH_ACCURACY * 100} %; means and maxima are exact.`,
  ];
}

/** Assumptions of the bill that no star marks. */
function billingNotes({ billing }: Plan): string[] {
  if (billing === undefined || billing.savingsPlans.length === 0) return [];
  const { ec2Millionths, computeMillionths } = billing.savingsPlanRates;
  const percent = (millionths: number) => `${millionths / 10_000} %`;
  return [
    `Savings Plan rates that no price list gives are taken as ${percent(ec2Millionths)} (EC2 Instance) and ` +
      `${percent(computeMillionths)} (Compute) of the On-Demand price.`,
  ];
}

/** SHA-256 over all attempts by (task, attempt) and all instances by id: what happened, whatever the event order. */
function behaviourFingerprint(run: ClusterRun, bill: Bill): string {
  const print = new Fingerprint();
  const time = (ms: number) => (Number.isNaN(ms) ? null : ms);
  for (const rows = run.tasks.attempts.rows.inOrder(); rows.next(); ) {
    const { columns, row } = rows;
    print.row([
      columns.ordinal[row]!,
      columns.attempt[row]!,
      time(columns.placedMs[row]!),
      time(columns.endMs[row]!),
      columns.instanceId[row]!,
      ATTEMPT_OUTCOMES[columns.outcome[row]!]!,
    ]);
  }
  for (const record of run.instances.records) {
    const billed = bill.perInstance.get(record.name)?.billedSeconds ?? 0;
    print.row([record.id, record.requestedMs, time(record.readyMs), time(record.endMs), billed]);
  }
  print.text(run.world.streams.finalDraws());
  return print.hex();
}

function groupSummaries(run: ClusterRun, bill: Bill): GroupSummary[] {
  const { store, tasks, platform } = run;
  const cost = new Map(bill.allocation.map(({ name, amount }) => [name, toNumber(amount)]));
  return tasks.groups.flatMap((counts, groupId): GroupSummary[] => {
    const classes = store.classes.filter((taskClass) => taskClass.groupId === groupId);
    const first = classes[0];
    if (first === undefined) return [];
    let cpuMs = 0n;
    let memoryMs = 0n;
    for (const { id, requests } of classes) {
      cpuMs += BigInt(requests[LANE.cpu]!) * tasks.heldMs.of(id);
      memoryMs += BigInt(requests[LANE.memory]!) * tasks.heldMs.of(id);
    }
    return [
      {
        name: first.groupName,
        kind: first.groupKind,
        submitted: counts.submitted,
        placed: counts.placed,
        succeeded: counts.succeeded,
        waitMeanS: seconds(counts.waitsMs.mean),
        waitP95S: seconds(counts.waitsMs.quantile(0.95)),
        cpuHours: Number(cpuMs) / platform.resources.cpuPerVcpu / HOUR,
        memoryGiBHours: Number(memoryMs) / GIB / HOUR,
        usd: cost.get(first.groupName) ?? 0,
      },
    ];
  });
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / SECOND;
}

function instanceRows(run: ClusterRun, bill: Bill, endMs: number): InstanceRow[] {
  const { store, instances } = run;
  const { cpuPerVcpu } = run.platform.resources;
  const milli = (cpu: number) => (cpu * 1000) / cpuPerVcpu;
  const reached = (ms: number) => (Number.isNaN(ms) ? null : ms);
  return instances.records.map((record) => {
    const shape = store.shapes[record.shape]!;
    const cost = bill.perInstance.get(record.name);
    let used = 0;
    for (const { cpu } of record.usage.values()) used += cpu;
    const readyMs = (Number.isNaN(record.endMs) ? endMs : record.endMs) - record.readyMs;
    const offered = shape.allocatable[LANE.cpu]! * readyMs;
    return {
      instance: record.name,
      group: shape.groupName,
      type: shape.typeName,
      zone: record.zone,
      cpuMilli: milli(shape.capacity[LANE.cpu]!),
      memoryMiB: shape.capacity[LANE.memory]! / MIB,
      allocatableCpuMilli: milli(shape.allocatable[LANE.cpu]!),
      allocatableMemoryMiB: shape.allocatable[LANE.memory]! / MIB,
      gpus: shape.gpuDevices,
      requestedMs: record.requestedMs,
      runningMs: reached(record.runningMs),
      readyMs: reached(record.readyMs),
      drainingMs: reached(record.drainingMs),
      endMs: reached(record.endMs),
      billedSeconds: cost?.billedSeconds ?? 0,
      usd: cost === undefined ? 0 : toNumber(cost.amount) + toNumber(cost.volumeAmount),
      cpuUtilisation: offered > 0 ? used / offered : null,
    };
  });
}

function timeSeries(run: ClusterRun, endMs: number): TimeSeries {
  const {
    series,
    platform,
    telemetry: { bucketMs },
  } = run;
  const buckets = (name: keyof typeof series) => series[name].buckets(endMs);
  const vcpus = platform.resources.cpuPerVcpu;
  const [instances, pending, running] = [buckets('instances'), buckets('pending'), buckets('running')];
  const [cpuRequested, cpuAllocatable] = [buckets('cpuRequested'), buckets('cpuAllocatable')];
  const [memoryRequested, memoryAllocatable] = [
    buckets('memoryRequestedMiB'),
    buckets('memoryAllocatableMiB'),
  ];
  const [gpuRequested, gpuAllocatable] = [buckets('gpuRequested'), buckets('gpuAllocatable')];
  const price = buckets('priceE10PerHour');
  const mibPerGib = GIB / MIB;
  return {
    bucketMs,
    rows: instances.map((bucket, index) => ({
      startMs: index * bucketMs,
      instances: bucket,
      pending: { mean: pending[index]!.mean, max: pending[index]!.max },
      running: running[index]!.mean,
      cpuRequested: cpuRequested[index]!.mean / vcpus,
      cpuAllocatable: cpuAllocatable[index]!.mean / vcpus,
      memoryRequestedGiB: memoryRequested[index]!.mean / mibPerGib,
      memoryAllocatableGiB: memoryAllocatable[index]!.mean / mibPerGib,
      gpuRequested: gpuRequested[index]!.mean / 1000,
      gpuAllocatable: gpuAllocatable[index]!.mean / 1000,
      usdPerHour: price[index]!.mean / Number(E10_PER_USD),
    })),
  };
}

function* taskRows(run: ClusterRun): Iterable<TaskRow> {
  const { store, instances, platform } = run;
  const reached = (ms: number) => (Number.isNaN(ms) ? null : ms);
  for (const rows = run.tasks.attempts.rows.inOrder(); rows.next(); ) {
    const { columns, row } = rows;
    const { groupName, requests, gpu } = store.classes[columns.classId[row]!]!;
    const instanceId = columns.instanceId[row]!;
    yield {
      task: `${groupName}/${columns.ordinal[row]!}`,
      group: groupName,
      attempt: columns.attempt[row]!,
      cpuMilli: (requests[LANE.cpu]! * 1000) / platform.resources.cpuPerVcpu,
      memoryMiB: requests[LANE.memory]! / MIB,
      gpus: gpu === null ? 0 : (gpu.count * gpu.milli) / 1000,
      gpuMask: columns.gpuMask[row]!,
      submitMs: columns.submitMs[row]!,
      placedMs: reached(columns.placedMs[row]!),
      runningMs: reached(columns.runningMs[row]!),
      endMs: reached(columns.endMs[row]!),
      instance: instanceId === 0 ? '' : instances.records[instanceId - 1]!.name,
      outcome: ATTEMPT_OUTCOMES[columns.outcome[row]!]!,
    };
  }
}
