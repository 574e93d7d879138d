import { LANE } from '../model/resources.ts';
import type { TaskClass, TaskClassSpec } from '../model/task-class.ts';
import { NO_INSTANCE, type Scheduler } from '../schedulers/scheduler.ts';
import { laneText } from './class-needs.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import type { Relaxation } from './explanation.ts';

/** Lanes that a task does not ask for less of: a slot is a slot, GPUs and interfaces come whole. */
const WHOLE_LANES: readonly number[] = [LANE.slots, LANE.gpu, LANE.eni];

/**
 * What would give a task of this class a place as things are: of each resource the smallest reduction that suffices
 * alone, to the unit; of the constraints each that suffices when it is dropped. The scheduler itself is asked, about
 * classes made up for the question: the run must not go on afterwards.
 */
export function relaxationsOf(run: ClusterRun, scheduler: Scheduler, taskClass: TaskClass): Relaxation[] {
  const { store, kernel, world, input } = run;
  const random = world.stream('explain', input.platform.name);
  const spec = specOf(taskClass);
  const placeOf = (changed: TaskClassSpec): string | null => {
    const task = store.addTask(store.internClass(changed).id, kernel.nowMs);
    const slot = scheduler.decide({ view: store, task, random: random.clone(), nowMs: kernel.nowMs });
    return slot === NO_INSTANCE ? null : store.instanceName(slot);
  };
  return [...lessOf(run, spec, placeOf), ...without(spec, placeOf)];
}

type PlaceOf = (changed: TaskClassSpec) => string | null;

function specOf({
  id: _id,
  groupId: _group,
  takenLanes: _takenLanes,
  requestedLanes: _lanes,
  portBits: _bits,
  portClashBits: _clash,
  groupName,
  requests,
  ...rest
}: TaskClass): TaskClassSpec {
  return { ...rest, group: groupName, requests: [...requests] };
}

function lessOf(
  { platform: { resources } }: ClusterRun,
  spec: TaskClassSpec,
  placeOf: PlaceOf,
): Relaxation[] {
  return spec.requests.flatMap((asked, lane): Relaxation[] => {
    if (asked === 0 || resources.limited[lane] === 0 || WHOLE_LANES.includes(lane)) return [];
    const reduced = (amount: number) =>
      placeOf({ ...spec, requests: spec.requests.map((own, at) => (at === lane ? own - amount : own)) });
    let instance = reduced(asked);
    if (instance === null) return [];
    // The most that can be asked for: less than that fits all the more.
    let enough = asked;
    let tooLittle = 0;
    while (enough - tooLittle > 1) {
      const middle = tooLittle + Math.floor((enough - tooLittle) / 2);
      const found = reduced(middle);
      if (found === null) tooLittle = middle;
      else {
        enough = middle;
        instance = found;
      }
    }
    const dimension = resources.names[lane]!;
    return [{ dimension, change: `${dimension} −${laneText(resources, lane, enough)}`, instance }];
  });
}

/** A constraint, and the class without it; undefined where the class has none of the kind. */
interface Dropping {
  readonly dimension: string;
  readonly change: string;
  readonly spec: TaskClassSpec | undefined;
}

function without(spec: TaskClassSpec, placeOf: PlaceOf): Relaxation[] {
  return [...neutralDroppings(spec), ...podDroppings(spec)].flatMap(
    ({ dimension, change, spec: changed }) => {
      const instance = changed === undefined ? null : placeOf(changed);
      return instance === null ? [] : [{ dimension, change, instance }];
    },
  );
}

function neutralDroppings(spec: TaskClassSpec): Dropping[] {
  const { wishes, hostPorts, gpu } = spec;
  const wishing = (changed: Partial<TaskClassSpec['wishes']>) => ({
    ...spec,
    wishes: { ...wishes, ...changed },
  });
  const everything = [{ operator: 'Exists' as const }];
  return [
    ...[...wishes.where].map(([key, value]) => ({
      dimension: key,
      change: `without ${key} = ${value}`,
      spec: wishing({ where: new Map([...wishes.where].filter(([other]) => other !== key)) }),
    })),
    {
      dimension: 'distinctInstance',
      change: 'beside others of its group',
      spec: wishes.distinctInstance ? wishing({ distinctInstance: false }) : undefined,
    },
    {
      dimension: 'taints',
      change: 'if it tolerated every taint',
      spec: spec.native === null ? wishing({ tolerations: everything }) : undefined,
    },
    {
      dimension: 'hostPorts',
      change: 'without its host ports',
      spec: hostPorts.length > 0 ? { ...spec, hostPorts: [] } : undefined,
    },
    {
      dimension: 'gpu',
      change: 'on a GPU of any model',
      spec: gpu !== null && gpu.models.length > 0 ? { ...spec, gpu: { ...gpu, models: [] } } : undefined,
    },
  ];
}

type Json = Readonly<Record<string, unknown>>;

/** Of a pod in Kubernetes' own shape; nothing for other classes. */
function podDroppings(spec: TaskClassSpec): Dropping[] {
  const pod = spec.native as { readonly spec?: Json; readonly claims?: unknown } | null;
  if (typeof pod !== 'object' || pod === null || typeof pod.spec !== 'object') return [];
  const podSpec = pod.spec;
  const affinity = (podSpec['affinity'] ?? {}) as Json;
  const changed = (fields: Json) => ({ ...spec, native: { ...pod, spec: { ...podSpec, ...fields } } });
  const hard = 'requiredDuringSchedulingIgnoredDuringExecution';
  const affinityDropping = (kind: string, words: string): Dropping => {
    const { [hard]: required, ...rest } = (affinity[kind] ?? {}) as Json;
    return {
      dimension: kind,
      change: `without its required ${words}`,
      spec: required === undefined ? undefined : changed({ affinity: { ...affinity, [kind]: rest } }),
    };
  };
  const spread = (podSpec['topologySpreadConstraints'] ?? []) as readonly Json[];
  const soft = spread.filter((constraint) => constraint['whenUnsatisfiable'] !== 'DoNotSchedule');
  return [
    {
      dimension: 'nodeSelector',
      change: 'without its node selector',
      spec: podSpec['nodeSelector'] === undefined ? undefined : changed({ nodeSelector: undefined }),
    },
    affinityDropping('nodeAffinity', 'affinity to nodes'),
    affinityDropping('podAffinity', 'affinity to pods'),
    affinityDropping('podAntiAffinity', 'anti-affinity to pods'),
    {
      dimension: 'topologySpreadConstraints',
      change: 'without its hard spread constraints',
      spec: soft.length < spread.length ? changed({ topologySpreadConstraints: soft }) : undefined,
    },
    {
      dimension: 'volumes',
      change: 'without its volume claims',
      spec: pod.claims === undefined ? undefined : { ...spec, native: { ...pod, claims: undefined } },
    },
    {
      dimension: 'taints',
      change: 'if it tolerated every taint',
      spec: changed({ tolerations: [{ operator: 'Exists' }] }),
    },
  ];
}
