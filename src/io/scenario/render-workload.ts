import type {
  Arrivals,
  EcsTemplatePlan,
  JobPlan,
  ServicePlan,
  TaskTemplate,
  TracePlan,
  WorkloadPlan,
} from '../../model/plan.ts';
import type { PlanEvent } from '../../model/service-plan.ts';
import type { ImageRef } from '../../model/task-class.ts';
import { formatBytes, formatCpuMilli, formatDurationMs } from '../../units.ts';
import { formatRatePerHour } from './rates.ts';
import { renderDistribution } from './render-distribution.ts';
import { renderEcsService, renderHealthCheck } from './render-ecs-service.ts';
import { renderUsage } from './render-usage.ts';
import { renderBehaviour, renderRollout } from './render-services.ts';
import type { ScenarioInput } from './scenario-schema.ts';

type WorkloadInput = NonNullable<ScenarioInput['workload']>;
type ServiceInput = NonNullable<WorkloadInput['services']>[number];
type JobInput = NonNullable<WorkloadInput['jobs']>[number];
type TraceInput = NonNullable<WorkloadInput['traces']>[number];
type EmpiricalInput = NonNullable<WorkloadInput['distributions']>[number];
type Templates = NonNullable<ScenarioInput['templates']>;
type RowTemplate = Exclude<NonNullable<TraceInput['template']>, string>;

/** Every named template that a group uses. A template named after its group was written inside it. */
export function renderTemplates(workload: WorkloadPlan, events: readonly PlanEvent[] = []): Templates {
  const templates: Templates = {};
  for (const event of events) {
    if (event.kind !== 'deploy' || event.template === null || event.template.name === event.service) continue;
    templates[event.template.name] = { ...requestsOf(event.template), ...restOf(event.template) };
  }
  for (const { name, template } of [...workload.services, ...workload.jobs]) {
    if (template.name !== name) templates[template.name] = { ...requestsOf(template), ...restOf(template) };
  }
  for (const { name, template } of [...workload.traces, ...workload.distributions]) {
    if (template.name !== name) templates[template.name] = restOf(template);
  }
  return templates;
}

/** Groups in the order of the plan. */
export function renderWorkload(workload: WorkloadPlan): WorkloadInput {
  return {
    services: workload.services.filter(({ daemon }) => daemon !== true).map(renderService),
    daemons: workload.services.filter(({ daemon }) => daemon === true).map(renderDaemon),
    jobs: workload.jobs.map(renderJob),
    traces: workload.traces.map(renderTrace),
    distributions: workload.distributions.map(renderMeasured),
    ...(workload.manifests !== undefined && {
      manifests: workload.manifests.map((object) => ({ ...object })),
    }),
  };
}

function renderService(service: ServicePlan): ServiceInput {
  const { name, replicas, repeatMs, spread, loadBalancer } = service;
  const [first, ...later] = replicas.map(({ atMs, count }) => ({ at: formatDurationMs(atMs), count }));
  return {
    name,
    template: ownTemplate(name, service.template),
    // biome-ignore lint/suspicious/noThenProperty: the language says "then"; nobody awaits a scenario
    replicas: { ...first!, then: later, ...(repeatMs !== null && { repeat: formatDurationMs(repeatMs) }) },
    spread,
    ...(loadBalancer !== null && {
      loadBalancer: {
        name: loadBalancer.name,
        kind: loadBalancer.kind,
        registration: formatDurationMs(loadBalancer.registrationMs),
        ...(loadBalancer.deregistrationMs !== undefined && {
          deregistration: formatDurationMs(loadBalancer.deregistrationMs),
        }),
      },
    }),
    ...renderBehaviour(service),
    ...(service.ecs !== undefined && { ecs: renderEcsService(service.ecs) }),
  };
}

function renderDaemon({
  name,
  template,
  rollout,
}: ServicePlan): NonNullable<WorkloadInput['daemons']>[number] {
  return {
    name,
    template: ownTemplate(name, template),
    ...(rollout !== undefined && { rollout: renderRollout(rollout) }),
  };
}

function renderJob(job: JobPlan): JobInput {
  return {
    name: job.name,
    template: ownTemplate(job.name, job.template),
    ...renderArrivals(job.arrivals),
    count: job.count,
    runtime: renderDistribution(job.runtime),
    ...(job.ecs !== undefined && { ecs: renderEcsService(job.ecs) }),
  };
}

function renderArrivals(
  arrivals: Arrivals,
): Pick<JobInput, 'arrivals' | 'schedule' | 'timezone' | 'trigger'> {
  switch (arrivals.kind) {
    case 'poisson': {
      const { steps, repeatMs } = arrivals;
      const poisson = steps.map(({ atMs, perHour }) => ({
        at: formatDurationMs(atMs),
        rate: formatRatePerHour(perHour),
      }));
      return { arrivals: { poisson, ...(repeatMs !== null && { repeat: formatDurationMs(repeatMs) }) } };
    }
    case 'every':
      return {
        arrivals: { every: formatDurationMs(arrivals.intervalMs), first: formatDurationMs(arrivals.firstMs) },
      };
    case 'at':
      return { arrivals: { at: arrivals.timesMs.map(formatDurationMs) } };
    case 'triggered': {
      const { trigger } = arrivals;
      return { trigger: { ...trigger, delay: renderDistribution(trigger.delay) } };
    }
    case 'schedule':
      return { schedule: arrivals.expression, timezone: arrivals.timezone };
  }
}

function renderTrace(trace: TracePlan): TraceInput {
  const { name, file, format, sha256, window, sample, timeScale, runtimeScale, departures, columns } = trace;
  return {
    name,
    file,
    format,
    sha256,
    ...(window !== null && { window: [formatDurationMs(window.fromMs), formatDurationMs(window.toMs)] }),
    sample,
    timeScale,
    runtimeScale,
    departures,
    ...(format === 'csv' && { columns: Object.fromEntries(columns) }),
    template: trace.template.name === name ? restOf(trace.template) : trace.template.name,
  };
}

function renderMeasured({
  name,
  file,
  sha256,
  scale,
  template,
}: WorkloadPlan['distributions'][number]): EmpiricalInput {
  return { name, file, sha256, scale, template: template.name === name ? restOf(template) : template.name };
}

/** The template inside its owner, or its name. */
export function ownTemplate(owner: string, template: TaskTemplate): ServiceInput['template'] {
  return template.name === owner ? { ...requestsOf(template), ...restOf(template) } : template.name;
}

function requestsOf({ cpuMilli, memoryBytes, gpu }: TaskTemplate) {
  const share =
    gpu !== null && gpu.milli < 1000 ? { share: formatCpuMilli(gpu.milli) } : { count: gpu?.count ?? 0 };
  const models = gpu !== null && gpu.models.length > 0 ? { models: [...gpu.models] } : {};
  return {
    cpu: formatCpuMilli(cpuMilli),
    memory: formatBytes(memoryBytes),
    ...(gpu !== null && { gpu: { ...share, ...models } }),
  };
}

/** Without `ports`: those that take a port of the instance are among `hostPorts` already. */
function restOf(template: TaskTemplate): RowTemplate {
  const { image } = template;
  return {
    ephemeral: formatBytes(template.ephemeralBytes),
    extended: Object.fromEntries(template.extended),
    hostPorts: template.hostPorts.map((port) => ({ ...port })),
    network: template.network,
    ...(image !== null && { image: renderImage(image) }),
    startup: template.startup === 'parts' ? template.startup : renderDistribution(template.startup),
    labels: Object.fromEntries(template.labels),
    where: Object.fromEntries(template.where),
    ...(template.kubernetes !== undefined && { kubernetes: { ...template.kubernetes } }),
    ...(template.usage !== undefined && { usage: renderUsage(template.usage) }),
    distinctInstance: template.distinctInstance,
    tolerations: template.tolerations.map((toleration) => ({ ...toleration })),
    priority: template.priority,
    preemptionPolicy: template.preemptionPolicy ?? 'PreemptLowerPriority',
    ...(template.ecs !== undefined && { ecs: renderEcs(template.ecs) }),
  };
}

function renderImage({ name, sizeBytes, layers }: ImageRef): NonNullable<RowTemplate['image']> {
  if (layers === undefined) return { name, size: formatBytes(sizeBytes) };
  return { name, layers: layers.map((layer) => ({ name: layer.name, size: formatBytes(layer.sizeBytes) })) };
}

function renderEcs(ecs: EcsTemplatePlan): NonNullable<RowTemplate['ecs']> {
  const { cpuUnits, group, zones, instance } = ecs;
  return {
    ...(cpuUnits !== null && { cpuUnits }),
    ...(group !== null && { group }),
    placementStrategy: ecs.placementStrategy.map((entry) => ({ ...entry })),
    placementConstraints: ecs.placementConstraints.map((entry) => ({ ...entry })),
    requiresAttributes: ecs.requiresAttributes.map(({ name, value }) => ({
      name,
      ...(value !== null && { value }),
    })),
    ...(zones !== null && { zones: [...zones] }),
    ...(instance !== null && { instance }),
    ...(ecs.healthCheck !== undefined && { healthCheck: renderHealthCheck(ecs.healthCheck) }),
  };
}
