import { startupSampler } from '../../controllers/distributions.ts';
import { GivenTasks } from '../../controllers/given-tasks.ts';
import { Jobs } from '../../controllers/jobs.ts';
import type { Placer } from '../../controllers/placer.ts';
import { Triggers } from '../../controllers/triggers.ts';
import type { Recorder } from '../../model/recorder.ts';
import type { TaskLife } from '../../controllers/task-life.ts';
import { replayTrace } from '../../controllers/trace-replay.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { RandomStream } from '../../kernel/random-streams.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { Plan, TaskTemplate } from '../../model/plan.ts';
import type { TraceTable } from '../../model/trace-table.ts';
import type { TaskOrigin } from '../platforms/platform.ts';
import { type PodTask, podTitle } from './manifest-workload.ts';

/** Rows of each trace and each empirical distribution of the plan, by name: drawn once per seed, for all platforms. */
export type WorkloadTables = ReadonlyMap<string, TraceTable>;

/** Tasks that can never be placed, by what they ask for. */
export interface Rejection {
  readonly classId: number;
  tasks: number;
}

export interface WorkloadRunOptions {
  readonly plan: Plan;
  readonly tables: WorkloadTables;
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly life: TaskLife;
  readonly stream: (purpose: string, entity: string) => RandomStream;
  /** Pods of the plan's Kubernetes objects, in the order in which they stand there. */
  readonly pods: readonly PodTask[];
  /** A pod, by its index, has entered the system as a task. */
  /** Does the API server admit a pod, by its index? */
  readonly isPodAdmitted: (index: number) => boolean;
  readonly onPodEntered: (index: number, task: number) => void;
  readonly placer: Placer;
  readonly classOf: (template: TaskTemplate, origin: TaskOrigin) => number;
  /** The class that the next task gets in place of its own. */
  readonly classForNextTask: (classId: number) => number;
  readonly isPlaceable: (classId: number) => boolean;
  /** Told of each task of a job or a trace that waits for room from now on. */
  readonly onSubmitted: (task: number) => void;
}

/** Tasks that come, run and leave whoever runs the cluster: jobs, rows of traces, pods that are given one by one. */
export class WorkloadRun {
  /** By class id. */
  readonly rejections = new Map<number, Rejection>();
  /** Indexes of pods: on a node that has no room for them. */
  readonly refusedPods: number[] = [];
  /** Hears of events that start tasks; null without any. */
  readonly triggers: Recorder | null;
  readonly #options: WorkloadRunOptions;
  readonly #jobs: Jobs;
  readonly #given: GivenTasks;

  constructor(options: WorkloadRunOptions) {
    this.#options = options;
    const { plan, kernel, store, life, pods, placer, stream, classOf } = options;
    const submit = (classId: number, runtimeMs: number, startupMs: number) =>
      this.#submit(classId, runtimeMs, startupMs);
    this.#jobs = new Jobs({
      kernel,
      jobs: plan.workload.jobs.map((job) => ({
        plan: job,
        classId: classOf(job.template, {
          group: job.name,
          kind: 'job',
          spread: 'none',
          amounts: job.template,
        }),
      })),
      startEpochMs: plan.startEpochMs,
      horizonMs: plan.horizonMs,
      stream,
      submit,
    });
    this.triggers = this.#createTriggers();
    this.#replayTraces(submit);
    this.#given = new GivenTasks({
      kernel,
      store,
      life,
      tasks: pods.map((task) => ({ ...task, classId: store.internClass(task.spec).id })),
      horizonMs: plan.horizonMs,
      onEntered: options.onPodEntered,
      onRefused: (index) => void this.refusedPods.push(index),
      isAdmitted: options.isPodAdmitted,
      onGatesRemoved: (task) => placer.removeGate(task),
    });
  }

  /** Pods that are on their nodes already; call when the instances of the start are there. */
  startGiven(): void {
    this.#given.start();
  }

  startJobs(): void {
    this.#jobs.start();
  }

  /** The name of the pod that a task stands for, `default/web-1`; undefined for tasks of the scenario's own words. */
  podName(taskOrdinal: number): string | undefined {
    const index = this.#given.indexOf(taskOrdinal);
    return index === undefined ? undefined : podTitle(this.#options.pods[index]!.pod);
  }

  #createTriggers(): Recorder | null {
    const { plan, store, stream } = this.#options;
    const { services, jobs, traces, distributions } = plan.workload;
    const triggers = jobs.flatMap(({ name, arrivals }, index) => {
      if (arrivals.kind !== 'triggered') return [];
      const fire = (delayMs: number) => this.#jobs.trigger(index, delayMs);
      return [{ plan: arrivals.trigger, draws: stream('trigger', name), fire }];
    });
    if (triggers.length === 0) return null;
    // ECS counts tasks by the task group of their template, where that names one.
    const groups = new Map(
      [...services, ...jobs, ...traces, ...distributions].map(({ name, template }) => [
        name,
        template.ecs?.group ?? name,
      ]),
    );
    const isOf = (groupName: string, name: string) => groupName === name || groupName === groups.get(name);
    return new Triggers({ view: store, triggers, isOf });
  }

  #replayTraces(submit: (classId: number, runtimeMs: number, startupMs: number) => void): void {
    const { plan, kernel, stream, tables, classOf } = this.#options;
    for (const { name, template } of [...plan.workload.traces, ...plan.workload.distributions]) {
      const startup = startupSampler(template.startup);
      const draws = stream('startup', name);
      const table = tables.get(name)!;
      replayTrace({
        kernel,
        name,
        table,
        horizonMs: plan.horizonMs,
        classIds: table.shapes.map((amounts) =>
          classOf(template, { group: name, kind: 'trace', spread: 'none', amounts }),
        ),
        startupMs: () => startup(draws.double()),
        submit,
      });
    }
  }

  /** Jobs and rows of traces that no instance could ever take leave at once; services wait on. */
  #submit(given: number, runtimeMs: number, startupMs: number): void {
    const { life, classForNextTask, isPlaceable, onSubmitted } = this.#options;
    const classId = classForNextTask(given);
    if (isPlaceable(classId)) {
      const task = life.submit(classId, runtimeMs, startupMs);
      onSubmitted(task);
      return;
    }
    life.reject(classId, runtimeMs, startupMs);
    const rejection = this.rejections.get(classId);
    if (rejection === undefined) this.rejections.set(classId, { classId, tasks: 1 });
    else rejection.tasks += 1;
  }
}
