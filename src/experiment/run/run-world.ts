import { type RandomStream, RandomStreams } from '../../kernel/random-streams.ts';
import { ClusterStore } from '../../model/cluster-store.ts';
import type { FleetGroup, Plan, PlatformPlan, TaskTemplate } from '../../model/plan.ts';
import type { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import type { Scheduler, SchedulerDefinition } from '../../schedulers/scheduler.ts';
import { createPlatform } from '../platforms/index.ts';
import { hostPortsOf, type Platform, type TaskOrigin } from '../platforms/platform.ts';
import { planOnFargate } from './fargate-machines.ts';
import { manifestsOf, type PodTask, podTasks, templatePorts } from './manifest-workload.ts';
import { fleetOf, optionsOf, planOn, templatesOf } from './plan-parts.ts';
import { namesProviders } from './provider-strategies.ts';
import { leavingOwnTasks } from './start-task-run.ts';

export interface RunWorldInput {
  readonly plan: Plan;
  readonly platform: PlatformPlan;
  readonly scheduler: SchedulerDefinition;
  /** Counts from 0; each has its own random streams. */
  readonly replication?: number;
}

/** What one platform's run is made of before its clock starts: the plan as the platform can run it, and the empty cluster. */
export class RunWorld {
  readonly plan: Plan;
  readonly platformPlan: PlatformPlan;
  readonly groups: readonly FleetGroup[];
  readonly streams: RandomStreams;
  /** Kubernetes objects of the plan; null without any. */
  readonly manifests: ManifestSet | null;
  /** Their pods, in the order in which they stand there. */
  readonly pods: readonly PodTask[];
  readonly platform: Platform;
  readonly store: ClusterStore;
  /** As the scheduler's definition read them. */
  readonly schedulerOptions: unknown;
  readonly scheduler: Scheduler;
  /** The same, for tasks that own schedulers start as well: what they would do if they were left to it. */
  readonly wholeScheduler: Scheduler;

  constructor(input: RunWorldInput) {
    const spoken = planOn(input.plan, input.platform);
    const { plan, platform } = planOnFargate(spoken, input.platform, templatesOf(spoken));
    this.plan = plan;
    this.platformPlan = platform;
    this.groups = fleetOf(plan, platform);
    this.streams = new RandomStreams(plan.seed, input.replication ?? 0);
    this.manifests = manifestsOf(plan);
    this.platform = this.#createPlatform();
    this.pods =
      this.manifests === null ? [] : podTasks(this.manifests, plan, this.groups, this.platform.resources);
    this.store = this.#createStore();
    this.schedulerOptions = optionsOf(input.scheduler, platform, this.manifests);
    this.wholeScheduler = input.scheduler.create(this.schedulerOptions);
    this.scheduler = leavingOwnTasks(this.wholeScheduler, plan, platform);
  }

  /** Of the streams of this replication. */
  readonly stream = (purpose: string, entity: string): RandomStream => this.streams.stream(purpose, entity);

  /** Id of the class of tasks that a template comes to on this platform. */
  readonly classOf = (template: TaskTemplate, origin: TaskOrigin): number =>
    this.store.internClass(this.platform.taskClass(template, origin)).id;

  #createPlatform(): Platform {
    const { plan, platformPlan } = this;
    const templates = templatesOf(plan);
    const wanted = templates.flatMap((template) => [...template.extended.keys()]);
    return createPlatform(platformPlan, {
      types: new Map(plan.types.map((type) => [type.name, type])),
      region: plan.region,
      extended: [...new Set([...wanted, ...(this.manifests?.extended ?? [])])].sort(),
      hostPorts: templates.flatMap(hostPortsOf).length,
      namesProviders: namesProviders(plan),
    });
  }

  #createStore(): ClusterStore {
    const { resources, reservedPorts } = this.platform;
    return new ClusterStore({
      resources,
      hostPorts: [
        ...reservedPorts,
        ...templatesOf(this.plan).flatMap(hostPortsOf),
        ...this.pods.flatMap(({ spec }) => spec.hostPorts),
        ...templatePorts(this.manifests, resources),
      ],
    });
  }
}
