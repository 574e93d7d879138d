import { parseKubernetesCron } from '../../../model/kubernetes-cron.ts';
import { isObject, type JsonObject, objectAt, type Path, type Reader } from '../reader.ts';
import type { NamedObject } from './api-object.ts';

/** Kinds with a pod template, and where it is. */
export const TEMPLATE_PATHS: Readonly<Record<string, Path>> = {
  Deployment: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** A number of pods, or a percentage. */
export type Share = number | string;

export interface DeploymentFields {
  readonly kind: 'Deployment';
  readonly replicas: number;
  readonly minReadySeconds: number;
  readonly paused: boolean;
  readonly revisionHistoryLimit: number;
  readonly progressDeadlineSeconds: number;
  readonly strategy:
    | { readonly type: 'RollingUpdate'; readonly maxSurge: Share; readonly maxUnavailable: Share }
    | { readonly type: 'Recreate' };
}

export interface ReplicaSetFields {
  readonly kind: 'ReplicaSet';
  readonly replicas: number;
  readonly minReadySeconds: number;
}

export interface StatefulSetFields {
  readonly kind: 'StatefulSet';
  readonly replicas: number;
  readonly firstOrdinal: number;
  readonly minReadySeconds: number;
  readonly podManagement: 'OrderedReady' | 'Parallel';
  readonly update:
    | { readonly type: 'OnDelete' }
    | { readonly type: 'RollingUpdate'; readonly partition: number | null; readonly maxUnavailable: null };
}

export interface DaemonSetFields {
  readonly kind: 'DaemonSet';
  readonly minReadySeconds: number;
  /** null: OnDelete. */
  readonly rollingUpdate: { readonly maxSurge: Share; readonly maxUnavailable: Share } | null;
}

export interface JobFields {
  readonly kind: 'Job';
  readonly completions: number | null;
  readonly parallelism: number;
  readonly indexed: boolean;
  readonly backoffLimit: number;
  readonly backoffLimitPerIndex: number | null;
  readonly maxFailedIndexes: number | null;
  readonly activeDeadlineSeconds: number | null;
  readonly suspended: boolean;
  readonly podReplacement: 'TerminatingOrFailed' | 'Failed';
  readonly failurePolicy: readonly FailureRule[] | null;
}

/** Shaped as the Job controller reads it. */
export interface FailureRule {
  readonly action: 'FailJob' | 'FailIndex' | 'Ignore' | 'Count';
  readonly onExitCodes?: {
    readonly container: string | null;
    readonly operator: 'In' | 'NotIn';
    readonly values: readonly number[];
  };
  readonly onPodConditions?: readonly { readonly type: string; readonly status: string }[];
}

export interface CronJobFields {
  readonly kind: 'CronJob';
  readonly schedule: string;
  readonly timeZone: string;
  readonly concurrency: 'Allow' | 'Forbid' | 'Replace';
  readonly suspended: boolean;
  readonly startingDeadlineSeconds: number | null;
  readonly successfulHistoryLimit: number;
  readonly failedHistoryLimit: number;
  readonly job: JobFields;
}

/** What a controller's object asks for, beside its pod template; defaults are those of the API server. */
export type WorkloadFields =
  | DeploymentFields
  | ReplicaSetFields
  | StatefulSetFields
  | DaemonSetFields
  | JobFields
  | CronJobFields;

const MOST_PODS = 1_000_000;
const LARGEST = 2 ** 31 - 1;
const SPEC: Path = ['spec'];

/**
 * The fields of a controller's object; undefined for other kinds.
 * Source: kubernetes v1.36.2 pkg/apis/apps/v1/defaults.go, pkg/apis/batch/v1/defaults.go.
 */
export function workloadFrom(reader: Reader, { kind, object }: NamedObject): WorkloadFields | undefined {
  const spec = objectAt(object, 'spec');
  const read = new Fields(reader, spec, SPEC);
  const replicas = () => read.count('replicas', 1, MOST_PODS);
  const minReadySeconds = read.count('minReadySeconds', 0);
  switch (kind) {
    case 'Deployment':
      return {
        kind,
        replicas: replicas(),
        minReadySeconds,
        paused: reader.boolean(spec['paused'], ['spec', 'paused']) ?? false,
        revisionHistoryLimit: read.count('revisionHistoryLimit', 10),
        progressDeadlineSeconds: read.count('progressDeadlineSeconds', 600),
        strategy: strategyFrom(reader, spec),
      };
    case 'ReplicaSet':
      return { kind, replicas: replicas(), minReadySeconds };
    case 'StatefulSet': {
      const ordinals = new Fields(reader, objectAt(spec, 'ordinals'), ['spec', 'ordinals']);
      return {
        kind,
        replicas: replicas(),
        minReadySeconds,
        firstOrdinal: ordinals.count('start', 0),
        podManagement: read.word('podManagementPolicy', ['OrderedReady', 'Parallel']),
        update: ordinalUpdateFrom(reader, spec),
      };
    }
    case 'DaemonSet':
      return { kind, minReadySeconds, rollingUpdate: daemonUpdateFrom(reader, spec) };
    case 'Job':
      return jobFrom(reader, spec, SPEC);
    case 'CronJob':
      return cronJobFrom(reader, spec);
    default:
      return undefined;
  }
}

function strategyFrom(reader: Reader, spec: JsonObject): DeploymentFields['strategy'] {
  const path: Path = ['spec', 'strategy'];
  const strategy = objectAt(spec, 'strategy');
  const type = new Fields(reader, strategy, path).word('type', ['RollingUpdate', 'Recreate']);
  if (type === 'Recreate') return { type };
  return { type, ...sharesFrom(reader, strategy, path, { maxSurge: '25%', maxUnavailable: '25%' }) };
}

/** With the gate MaxUnavailableStatefulSet off, as it is by default. */
function ordinalUpdateFrom(reader: Reader, spec: JsonObject): StatefulSetFields['update'] {
  const path: Path = ['spec', 'updateStrategy'];
  const strategy = objectAt(spec, 'updateStrategy');
  const type = new Fields(reader, strategy, path).word('type', ['RollingUpdate', 'OnDelete']);
  if (type === 'OnDelete') return { type };
  const rolling = new Fields(reader, objectAt(strategy, 'rollingUpdate'), [...path, 'rollingUpdate']);
  return { type, partition: rolling.count('partition', 0), maxUnavailable: null };
}

function daemonUpdateFrom(reader: Reader, spec: JsonObject): DaemonSetFields['rollingUpdate'] {
  const path: Path = ['spec', 'updateStrategy'];
  const strategy = objectAt(spec, 'updateStrategy');
  const type = new Fields(reader, strategy, path).word('type', ['RollingUpdate', 'OnDelete']);
  return type === 'OnDelete' ? null : sharesFrom(reader, strategy, path, { maxSurge: 0, maxUnavailable: 1 });
}

function sharesFrom(
  reader: Reader,
  strategy: JsonObject,
  path: Path,
  defaults: { readonly maxSurge: Share; readonly maxUnavailable: Share },
): { readonly maxSurge: Share; readonly maxUnavailable: Share } {
  const rolling = objectAt(strategy, 'rollingUpdate');
  const share = (key: keyof typeof defaults): Share => {
    const raw = rolling[key];
    if (raw === undefined || raw === null) return defaults[key];
    const isShare =
      (typeof raw === 'string' && /^\d{1,3}%$/.test(raw)) ||
      (typeof raw === 'number' && Number.isInteger(raw) && raw >= 0);
    if (isShare) return raw as Share;
    const message = `'${String(raw)}' is neither a number of pods nor a percentage`;
    reader.problem([...path, 'rollingUpdate', key], message);
    return defaults[key];
  };
  return { maxSurge: share('maxSurge'), maxUnavailable: share('maxUnavailable') };
}

function jobFrom(reader: Reader, spec: JsonObject, path: Path): JobFields {
  const read = new Fields(reader, spec, path);
  const parallelism = read.optional('parallelism', MOST_PODS);
  const completions = read.optional('completions', MOST_PODS);
  const perIndex = read.optional('backoffLimitPerIndex');
  const isBare = parallelism === null && completions === null;
  const indexed = read.word('completionMode', ['NonIndexed', 'Indexed']) === 'Indexed';
  if (indexed && completions === null)
    reader.problem([...path, 'completions'], 'an indexed Job needs completions');
  const failurePolicy = failurePolicyFrom(reader, spec['podFailurePolicy'], [...path, 'podFailurePolicy']);
  return {
    kind: 'Job',
    completions: isBare ? 1 : completions,
    parallelism: parallelism ?? 1,
    indexed,
    backoffLimit: read.count('backoffLimit', perIndex === null ? 6 : LARGEST),
    backoffLimitPerIndex: perIndex,
    maxFailedIndexes: read.optional('maxFailedIndexes'),
    activeDeadlineSeconds: read.optional('activeDeadlineSeconds'),
    suspended: reader.boolean(spec['suspend'], [...path, 'suspend']) ?? false,
    podReplacement:
      failurePolicy === null
        ? read.word('podReplacementPolicy', ['TerminatingOrFailed', 'Failed'])
        : 'Failed',
    failurePolicy,
  };
}

function failurePolicyFrom(reader: Reader, raw: unknown, path: Path): readonly FailureRule[] | null {
  const policy = reader.object(raw, path);
  if (policy === undefined) return null;
  return reader.list(policy['rules'], [...path, 'rules'], (item, at) => {
    const rule = reader.object(item, at) ?? {};
    const read = new Fields(reader, rule, at);
    const action = read.word('action', ['Count', 'FailIndex', 'FailJob', 'Ignore']);
    const codes = rule['onExitCodes'];
    if (isObject(codes)) {
      const here: Path = [...at, 'onExitCodes'];
      return {
        action,
        onExitCodes: {
          container: reader.text(codes['containerName'], [...here, 'containerName']) ?? null,
          operator: new Fields(reader, codes, here).word('operator', ['In', 'NotIn']),
          values: reader.list(codes['values'], [...here, 'values'], (one, where) =>
            reader.integer(one, where, 0, LARGEST),
          ),
        },
      };
    }
    const onPodConditions = reader.list(rule['onPodConditions'], [...at, 'onPodConditions'], (one, where) => {
      const condition = reader.object(one, where) ?? {};
      const type = reader.text(condition['type'], [...where, 'type']);
      const status = reader.text(condition['status'], [...where, 'status']) ?? 'True';
      return type === undefined ? undefined : { type, status };
    });
    return { action, onPodConditions };
  });
}

function cronJobFrom(reader: Reader, spec: JsonObject): CronJobFields {
  const read = new Fields(reader, spec, SPEC);
  const schedule = reader.text(spec['schedule'], ['spec', 'schedule']) ?? '';
  const timeZone = reader.text(spec['timeZone'], ['spec', 'timeZone']) ?? 'UTC';
  const parsed = parseKubernetesCron(schedule, timeZone);
  if ('problem' in parsed) reader.problem(['spec', 'schedule'], parsed.problem);
  return {
    kind: 'CronJob',
    schedule,
    timeZone,
    concurrency: read.word('concurrencyPolicy', ['Allow', 'Forbid', 'Replace']),
    suspended: reader.boolean(spec['suspend'], ['spec', 'suspend']) ?? false,
    startingDeadlineSeconds: read.optional('startingDeadlineSeconds'),
    successfulHistoryLimit: read.count('successfulJobsHistoryLimit', 3),
    failedHistoryLimit: read.count('failedJobsHistoryLimit', 1),
    job: jobFrom(reader, objectAt(objectAt(spec, 'jobTemplate'), 'spec'), ['spec', 'jobTemplate', 'spec']),
  };
}

/** Reads the fields of one mapping at its path. */
class Fields {
  readonly #reader: Reader;
  readonly #object: JsonObject;
  readonly #path: Path;

  constructor(reader: Reader, object: JsonObject, path: Path) {
    this.#reader = reader;
    this.#object = object;
    this.#path = path;
  }

  count(key: string, fallback: number, most = LARGEST): number {
    return this.optional(key, most) ?? fallback;
  }

  optional(key: string, most = LARGEST): number | null {
    return this.#reader.integer(this.#object[key], [...this.#path, key], 0, most) ?? null;
  }

  /** One of the words; the first when there is none. */
  word<Word extends string>(key: string, words: readonly [Word, ...Word[]]): Word {
    return this.#reader.oneOf(this.#object[key], [...this.#path, key], words) ?? words[0];
  }
}
