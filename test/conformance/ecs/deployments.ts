import { type DaemonInstance, daemonPass } from '../../../src/controllers/ecs/daemon-pass.ts';
import type { DeploymentConfiguration } from '../../../src/controllers/ecs/deployment-bounds.ts';
import { provisioningPass } from '../../../src/controllers/ecs/provisioning-queue.ts';
import { servicePass, wantedStarts } from '../../../src/controllers/ecs/service-pass.ts';
import {
  amountOf,
  type ClusterState,
  factsOf,
  groupOf,
  liveTasksOn,
  type PlacementRequest,
  type Task,
  withoutTask,
  withTask,
} from '../../../src/experiment/ecs/cluster-state.ts';
import { instanceNamed, placeTask } from '../../../src/experiment/ecs/place-task.ts';
import { type Caller, readRequest } from '../../../src/experiment/ecs/read-request.ts';
import { stopTasks } from '../../../src/experiment/ecs/stop-tasks.ts';
import { isMember } from '../../../src/schedulers/ecs/constraints/member-of.ts';
import { hasRequiredAttributes } from '../../../src/schedulers/ecs/constraints/required-attributes.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase, lastPart } from './case.ts';

interface QueueInput extends ClusterState {
  readonly now: number;
  readonly timeoutSeconds: number;
  readonly queue: readonly {
    readonly taskArn: string;
    readonly createdAt: number;
    readonly request: PlacementRequest;
  }[];
}

/** Kind `provisioningQueue`: one pass over the tasks that wait for capacity. */
export function runProvisioningQueue({ in: { queue, now, timeoutSeconds, ...state }, out }: EcsCase<QueueInput>): CaseOutcome {
  let cluster: ClusterState = state;
  const instances = new Map<string, string>();
  const waiting = queue.map(({ taskArn, createdAt, request }) => ({
    id: taskArn,
    createdAtMs: createdAt * 1000,
    request,
  }));
  const pass = provisioningPass(waiting, now * 1000, timeoutSeconds * 1000, ({ id, request }) => {
    const caller = request.serviceName === undefined ? 'runTask' : 'service';
    const [chosen, after] = started(cluster, request, caller, id);
    cluster = after;
    if (chosen !== null) instances.set(id, chosen);
    return chosen !== null;
  });
  const names = (tasks: readonly { readonly id: string }[]) => tasks.map(({ id }) => lastPart(id));
  return compare(
    {
      stopped: names(pass.stopped),
      placed: Object.fromEntries(pass.placed.map(({ id }) => [lastPart(id), instances.get(id)])),
      waiting: names(pass.waiting),
    },
    out,
  );
}

interface DaemonInput extends ClusterState {
  readonly daemonServices: readonly PlacementRequest[];
  readonly serviceName: string;
}

/** Kind `daemonPass`: one pass over a DAEMON service. */
export function runDaemonPass({ in: input, out }: EcsCase<DaemonInput>): CaseOutcome {
  const { serviceName, ...state } = input;
  const request = input.daemonServices.find((service) => service.serviceName === serviceName)!;
  const read = readRequest(state, request);
  const answer = placeTask(state, request, 'service');
  if ('problems' in read || 'problems' in answer) throw new Error('a daemon service that ECS refuses');
  const { requiresAttributes, memberOf } = read.demands.placement;
  const daemons = new Set(input.daemonServices.map(groupOf));
  const own = groupOf(request);
  const instances = state.containerInstances.map((instance): DaemonInstance<string> => {
    const facts = factsOf(state, instance);
    const live = liveTasksOn(state, instance);
    const id = lastPart(instance.containerInstanceArn);
    return {
      id,
      status: instance.status,
      matches:
        hasRequiredAttributes(requiresAttributes, (name) => facts.attribute(name)) &&
        memberOf.every((constraint) => isMember(constraint, facts)),
      tasks: live
        .filter(({ group }) => group === own)
        .map(({ taskArn }) => taskArn)
        .sort(),
      hasOthers: live.some(({ group }) => !daemons.has(group)),
      refusal: () => answer.rejected[id] ?? null,
    };
  });
  const { start, unplaced, stop } = daemonPass(instances);
  return compare(
    {
      start: [...start].sort(),
      unplaced: Object.fromEntries(unplaced.map(({ id, reason }) => [id, reason])),
      stop: Object.fromEntries(stop.map(({ task, reason }) => [lastPart(task), reason])),
    },
    out,
  );
}

interface DeploymentInput extends ClusterState {
  readonly service: PlacementRequest & {
    readonly serviceName: string;
    readonly desiredCount: number;
    readonly deploymentConfiguration?: Partial<DeploymentConfiguration>;
  };
  readonly healthyAfter: number;
  readonly changes?: readonly {
    readonly pass: number;
    readonly desiredCount?: number;
    readonly drain?: string;
  }[];
}

const MOST_PASSES = 60;

/** Kind `deployment`: the service scheduler's passes over real instances. */
export function runDeployment({ in: input, out }: EcsCase<DeploymentInput>): CaseOutcome {
  const { service, healthyAfter, changes = [], ...described } = input;
  const bounds = { minimumHealthyPercent: 100, maximumPercent: 200, ...service.deploymentConfiguration };
  let state: ClusterState = described;
  let desiredCount = service.desiredCount;
  const startedIn = new Map<string, number>();
  const passes: unknown[] = [];
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    for (const change of changes.filter((each) => each.pass === pass)) {
      desiredCount = change.desiredCount ?? desiredCount;
      if (change.drain !== undefined) state = drained(state, change.drain);
    }
    state = healthy(state, (task) => startedIn.get(task.taskArn) === pass - healthyAfter);
    const before = sorted(state, service.serviceName, startedIn);
    const counts = { desiredCount, ...bounds, new: count(before.new), old: count(before.old) };
    const start: string[] = [];
    const names: string[] = [];
    for (let left = wantedStarts(counts); left > 0; left--) {
      const id = `n${String(startedIn.size + 1).padStart(4, '0')}`;
      const [chosen, after] = started(state, service, 'service', id);
      if (chosen === null) break;
      state = after;
      startedIn.set(id, pass);
      start.push(chosen);
      names.push(id);
    }
    const actions = servicePass(counts, start.length);
    const stop: string[] = [];
    const end = (ids: readonly string[]) => {
      for (const id of ids) state = withoutTask(state, state.tasks.find(({ taskArn }) => taskArn === id)!);
      stop.push(...ids);
    };
    const best = (among: readonly Task[], number: number) => {
      const answer = stopTasks(onlyAmong(state, among), service.serviceName, service.placementStrategy ?? [], number);
      if ('problems' in answer) throw new Error('a service with strategies that ECS refuses');
      end(answer.steps.map(({ stopped }) => stopped));
    };
    const youngest = [...before.new.starting.map(({ taskArn }) => taskArn), ...names].sort().reverse();
    end(youngest.slice(0, actions.stopNew.starting));
    best(before.new.healthy, actions.stopNew.healthy);
    end(before.old.starting.map(({ taskArn }) => taskArn).sort());
    best(before.old.healthy, actions.stopOld.healthy);
    passes.push({ start, stop, event: actions.event });
    const isQuiet = start.length + stop.length === 0 && !changes.some((change) => change.pass > pass);
    if (isQuiet && state.tasks.every(isSettled(service.serviceName))) break;
  }
  const remaining = state.containerInstances.map((instance) => [
    lastPart(instance.containerInstanceArn),
    { CPU: amountOf(instance, 'CPU'), MEMORY: amountOf(instance, 'MEMORY') },
  ]);
  return compare({ passes, remaining: Object.fromEntries(remaining) }, out);
}

interface Side {
  readonly healthy: readonly Task[];
  readonly starting: readonly Task[];
}

const count = ({ healthy: up, starting }: Side) => ({
  healthy: up.length,
  starting: starting.length,
  unhealthy: 0,
});
const isSettled = (serviceName: string) => (task: Task) =>
  task.group !== `service:${serviceName}` || task.healthStatus === 'HEALTHY';

/** Tasks of the service: new ones were started here and stand on instances that do not drain. */
function sorted(state: ClusterState, serviceName: string, own: ReadonlyMap<string, number>): { new: Side; old: Side } {
  const draining = new Set(
    state.containerInstances.filter(({ status }) => status === 'DRAINING').map((each) => each.containerInstanceArn),
  );
  const tasks = state.tasks.filter(({ group }) => group === `service:${serviceName}`);
  const isNew = ({ taskArn, containerInstanceArn }: Task) =>
    own.has(taskArn) && !draining.has(containerInstanceArn!);
  const side = (some: readonly Task[]): Side => ({
    healthy: some.filter(({ healthStatus }) => healthStatus === 'HEALTHY'),
    starting: some.filter(({ healthStatus }) => healthStatus !== 'HEALTHY'),
  });
  return { new: side(tasks.filter(isNew)), old: side(tasks.filter((task) => !isNew(task))) };
}

/** The same cluster, in which only these tasks may be stopped; the others still count. */
function onlyAmong(state: ClusterState, among: readonly Task[]): ClusterState {
  const ids = new Set(among.map(({ taskArn }) => taskArn));
  return {
    ...state,
    tasks: state.tasks.map((task) => (ids.has(task.taskArn) ? task : { ...task, protected: true })),
  };
}

function drained(state: ClusterState, id: string): ClusterState {
  const containerInstances = state.containerInstances.map((instance) =>
    lastPart(instance.containerInstanceArn) === id ? { ...instance, status: 'DRAINING' } : instance,
  );
  return { ...state, containerInstances };
}

function healthy(state: ClusterState, isUp: (task: Task) => boolean): ClusterState {
  const up = { lastStatus: 'RUNNING', healthStatus: 'HEALTHY' };
  return { ...state, tasks: state.tasks.map((task) => (isUp(task) ? { ...task, ...up } : task)) };
}

/** Places a task of the request, PENDING at first. */
function started(
  state: ClusterState,
  request: PlacementRequest,
  caller: Caller,
  taskArn: string,
): [chosen: string | null, after: ClusterState] {
  const read = readRequest(state, request);
  const answer = placeTask(state, request, caller);
  if ('problems' in read || 'problems' in answer) throw new Error('a request that ECS refuses');
  if (answer.chosen === null) return [null, state];
  const task = {
    taskArn,
    group: groupOf(request),
    desiredStatus: 'RUNNING',
    lastStatus: 'PENDING',
    healthStatus: 'UNKNOWN',
  };
  return [answer.chosen, withTask(state, instanceNamed(state, answer.chosen), read.demands.resources, task)];
}
