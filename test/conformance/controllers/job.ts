import { syncJob } from '../../../src/controllers/kubernetes/job.ts';
import { NO_FAILURES } from '../../../src/controllers/kubernetes/job-backoff.ts';
import {
  indexText,
  type JobConditionType,
  type JobPod,
  type JobSpec,
  type JobStatus,
} from '../../../src/controllers/kubernetes/job-state.ts';
import { ms, names, type PodObject, podState, timestamp } from './objects.ts';

interface SpecObject {
  readonly completions?: number;
  readonly parallelism?: number;
  readonly completionMode: 'Indexed' | 'NonIndexed';
  readonly backoffLimit: number;
  readonly backoffLimitPerIndex?: number;
  readonly maxFailedIndexes?: number;
  readonly activeDeadlineSeconds?: number;
  readonly suspend?: boolean;
  readonly podReplacementPolicy: 'TerminatingOrFailed' | 'Failed';
  readonly podFailurePolicy?: {
    readonly rules: readonly {
      readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
      readonly onExitCodes?: {
        readonly containerName?: string;
        readonly operator: 'In' | 'NotIn';
        readonly values: readonly number[];
      };
      readonly onPodConditions?: readonly { readonly type: string; readonly status: string }[];
    }[];
  };
  readonly template: { readonly spec: { readonly restartPolicy: 'Never' | 'OnFailure' } };
}

interface StatusObject {
  readonly startTime?: string;
  readonly active?: number;
  readonly ready?: number;
  readonly terminating?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly completedIndexes?: string;
  readonly failedIndexes?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
}

interface Input {
  readonly steps: readonly {
    readonly at: string;
    readonly spec?: SpecObject;
    readonly status?: StatusObject;
    readonly pods: readonly PodObject[];
  }[];
}

export function playJob({ steps }: Input): unknown {
  let spec: SpecObject | undefined;
  let backoff = NO_FAILURES;
  return steps.map((step) => {
    spec = step.spec ?? spec;
    const pods = step.pods.map(jobPod);
    const sync = syncJob({ spec: specOf(spec!), status: statusOf(step.status ?? {}), pods, backoff }, ms(step.at));
    backoff = sync.backoff;
    const { completedIndexes, failedIndexes, startedMs, conditions, ...counts } = sync.status;
    return {
      create: sync.create,
      ...(sync.createIndexes.length === 0 ? {} : { createIndexes: sync.createIndexes }),
      delete: names(sync.remove),
      ...(sync.released.length === 0 ? {} : { finalizerRemoved: names(sync.released) }),
      status: {
        ...counts,
        ...(startedMs === null ? {} : { startTime: timestamp(startedMs) }),
        ...(completedIndexes.size === 0 ? {} : { completedIndexes: indexText(completedIndexes) }),
        ...(failedIndexes.size === 0 ? {} : { failedIndexes: indexText(failedIndexes) }),
        ...Object.fromEntries(
          conditions.map(({ type, isTrue, reason }) => [type, `${isTrue ? 'True' : 'False'}/${reason}`]),
        ),
      },
    };
  });
}

function specOf(spec: SpecObject): JobSpec {
  return {
    completions: spec.completions ?? null,
    parallelism: spec.parallelism ?? 1,
    indexed: spec.completionMode === 'Indexed',
    backoffLimit: spec.backoffLimit,
    backoffLimitPerIndex: spec.backoffLimitPerIndex ?? null,
    maxFailedIndexes: spec.maxFailedIndexes ?? null,
    activeDeadlineSeconds: spec.activeDeadlineSeconds ?? null,
    suspended: spec.suspend ?? false,
    restartPolicy: spec.template.spec.restartPolicy,
    podReplacement: spec.podReplacementPolicy,
    failurePolicy:
      spec.podFailurePolicy?.rules.map(({ action, onExitCodes, onPodConditions }) => ({
        action,
        ...(onExitCodes === undefined
          ? {}
          : { onExitCodes: { ...onExitCodes, container: onExitCodes.containerName ?? null } }),
        ...(onPodConditions === undefined ? {} : { onPodConditions }),
      })) ?? null,
  };
}

function statusOf(status: StatusObject): JobStatus {
  return {
    startedMs: status.startTime === undefined ? null : ms(status.startTime),
    active: status.active ?? 0,
    ready: status.ready ?? 0,
    terminating: status.terminating ?? 0,
    succeeded: status.succeeded ?? 0,
    failed: status.failed ?? 0,
    completedIndexes: indexes(status.completedIndexes),
    failedIndexes: indexes(status.failedIndexes),
    conditions: (status.conditions ?? []).map(({ type, status: value, reason }) => ({
      type: type as JobConditionType,
      isTrue: value === 'True',
      reason,
    })),
  };
}

function indexes(text = ''): Set<number> {
  const parts = text.split(',').filter((part) => part !== '');
  return new Set(
    parts.flatMap((part) => {
      const [first, last = first] = part.split('-').map(Number);
      return Array.from({ length: last! - first! + 1 }, (_, offset) => first! + offset);
    }),
  );
}

function jobPod(pod: PodObject): JobPod {
  const { metadata, status } = pod;
  const annotation = (name: string) => metadata.annotations?.[`batch.kubernetes.io/${name}`];
  const containers = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const index = annotation('job-completion-index');
  return {
    ...podState(pod),
    tracked: metadata.finalizers?.includes('batch.kubernetes.io/job-tracking') ?? false,
    index: index === undefined ? null : Number(index),
    indexFailures: Number(annotation('job-index-failure-count') ?? 0),
    ignoredIndexFailures: Number(annotation('job-index-ignored-failure-count') ?? 0),
    restarts: containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    endedMs: endOf(pod),
    exits: containers.flatMap(({ name = '', state }) =>
      state?.terminated === undefined ? [] : [{ container: name, exitCode: state.terminated.exitCode }],
    ),
    conditions: status?.conditions ?? [],
  };
}

/** Source: kubernetes v1.36.2 pkg/controller/job/backoff_utils.go, getFinishedTime. */
function endOf({ metadata, status }: PodObject): number {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.finishedAt);
  if (ends.length > 0 && ends.every((end) => end !== undefined)) return Math.max(...ends.map(ms));
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime !== undefined) return ms(ready.lastTransitionTime);
  if (metadata.deletionTimestamp === undefined) return ms(metadata.creationTimestamp);
  return ms(metadata.deletionTimestamp) - (metadata.deletionGracePeriodSeconds ?? 30) * 1000;
}
