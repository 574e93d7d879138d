import { meanMs } from '../controllers/distributions.ts';
import type { Plan } from '../model/plan.ts';
import { formatInstant } from '../io/scenario/instant.ts';
import { LANE } from '../model/resources.ts';
import type { ManifestSet } from '../schedulers/kubernetes/manifests/manifest-set.ts';
import { kubernetesResourceTable } from '../schedulers/kubernetes/resource-names.ts';
import { formatDurationMs, GIB, HOUR } from '../units.ts';
import { expectedJobTasks, mostReplicas } from './expected-tasks.ts';
import { fleetOf, lengthOfStartup } from './run/plan-parts.ts';
import type { WorkloadTables } from './run/workload-run.ts';
import { manifestsOf, type PodTask, podTasks } from './run/manifest-workload.ts';

export interface PlanDigest {
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Per platform: name, kind, scheduler, instances. */
  readonly platforms: readonly (readonly string[])[];
}

/** Counts and bounds of a plan, for people who want to know what they are about to start. */
export function planDigest(plan: Plan, tables: WorkloadTables): PlanDigest {
  const { services, jobs } = plan.workload;
  const replicas = mostReplicas(services);
  const rows = [...tables.values()].reduce((sum, { length }) => sum + length, 0);
  const jobTasks = jobs.reduce((sum, job) => sum + expectedJobTasks(job, plan), 0);
  const set = manifestsOf(plan);
  const pods = set === null ? [] : podTasks(set, plan, plan.fleet, kubernetesResourceTable(set.extended));
  const demand = averageDemand(plan, tables, pods);
  const cheapest = cheapestVcpuHour(plan);
  const facts: [string, string][] = [
    ['scenario', plan.name],
    ['horizon', `${formatDurationMs(plan.horizonMs)} from ${formatInstant(plan.startEpochMs)}`],
    ['region', `${plan.region}, prices ${plan.catalogue.id} of ${plan.catalogue.date}`],
    ['seed', String(plan.seed)],
    ['services', `${services.length}, at most ${replicas} tasks`],
    ['jobs', `${jobs.length}, about ${Math.round(jobTasks)} tasks`],
    ['trace rows', String(rows)],
    ...(set === null ? [] : [['Kubernetes objects', objectsText(plan, set)] satisfies [string, string]]),
    ['average demand', `${demand.vcpus.toFixed(1)} vCPU, ${demand.memoryGiB.toFixed(1)} GiB`],
  ];
  if (cheapest !== null) {
    const usd = demand.vcpus * cheapest * (plan.horizonMs / HOUR);
    facts.push([
      'least cost',
      `$${usd.toFixed(2)}: the average demand on full instances of the cheapest type${plan.spot === undefined ? '' : ', On-Demand; Spot may cost less'}`,
    ]);
  }
  const platforms = plan.platforms.map((platform) => [
    platform.name,
    platform.kind,
    platform.scheduler.plugin ?? platform.scheduler.name,
    fleetOf(plan, platform)
      .map(({ name, size }) => `${name} ${size.min === size.max ? size.min : `${size.min}-${size.max}`}`)
      .join(', '),
  ]);
  return { facts, platforms };
}

/** `20 pods, 9 of them on nodes; 12 other objects, 1 of them not simulated` */
function objectsText({ workload }: Plan, { pods, leftOut }: ManifestSet): string {
  const bound = pods.filter(({ nodeName }) => nodeName !== '').length;
  const others = (workload.manifests?.length ?? 0) - pods.length;
  const unknown = new Set(leftOut.map(({ index }) => index)).size;
  return `${pods.length} pods, ${bound} of them on nodes; ${others} other objects, ${unknown} of them not simulated in full`;
}

/** What all tasks together hold on average, if nothing waits: the work that any fleet must have room for. */
function averageDemand(
  plan: Plan,
  tables: WorkloadTables,
  pods: readonly PodTask[],
): { vcpus: number; memoryGiB: number } {
  const { horizonMs } = plan;
  let cpuMs = 0;
  let memoryMs = 0;
  const add = (cpuMilli: number, memoryBytes: number, heldMs: number) => {
    cpuMs += (cpuMilli / 1000) * heldMs;
    memoryMs += (memoryBytes / GIB) * heldMs;
  };
  for (const { template, replicas, repeatMs } of plan.workload.services) {
    const periodMs = Math.min(repeatMs ?? horizonMs, horizonMs);
    replicas.forEach(({ atMs, count }, index) => {
      const untilMs = Math.min(replicas[index + 1]?.atMs ?? periodMs, periodMs);
      const heldMs = (count * Math.max(0, untilMs - atMs) * horizonMs) / periodMs;
      add(template.cpuMilli, template.memoryBytes, heldMs);
    });
  }
  for (const job of plan.workload.jobs) {
    const heldMs =
      expectedJobTasks(job, plan) * (meanMs(job.runtime) + meanMs(lengthOfStartup(job.template.startup)));
    add(job.template.cpuMilli, job.template.memoryBytes, heldMs);
  }
  for (const table of tables.values()) {
    for (const rows = table.rows(); rows.next(); ) {
      const { shape, submitMs, runtimeMs } = rows.columns;
      const { cpuMilli, memoryBytes } = table.shapes[shape[rows.row]!]!;
      add(
        cpuMilli,
        memoryBytes,
        Math.max(0, Math.min(runtimeMs[rows.row]!, horizonMs - submitMs[rows.row]!)),
      );
    }
  }
  for (const { spec, arrivalMs, runtimeMs } of pods) {
    const heldMs = Math.max(0, Math.min(runtimeMs, horizonMs - arrivalMs));
    add(spec.requests[LANE.cpu]!, spec.requests[LANE.memory]!, heldMs);
  }
  return { vcpus: cpuMs / horizonMs, memoryGiB: memoryMs / horizonMs };
}

/** USD per hour of one vCPU of the cheapest type in use; null without types. */
function cheapestVcpuHour(plan: Plan): number | null {
  const prices = plan.types.map(({ priceE10PerHour, vcpus }) => Number(priceE10PerHour) / 1e10 / vcpus);
  return prices.length === 0 ? null : Math.min(...prices);
}
