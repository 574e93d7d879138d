import { parseExpression } from '../../../src/schedulers/ecs/constraints/expression.ts';
import { ecs } from '../../../src/schedulers/ecs/ecs-scheduler.ts';
import { readPlacement } from '../../../src/schedulers/ecs/ecs-options.ts';
import type { Explanation } from '../../../src/schedulers/scheduler.ts';
import type { HostPort } from '../../../src/model/task-class.ts';
import { createCluster, type TaskSpec, type TestCluster } from '../../support/cluster-builder.ts';
import { constantDraws } from '../../support/draws.ts';
import { optionsOf } from '../../support/laws.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase, lastPart } from './case.ts';

interface PlaceInput {
  readonly containerInstances: readonly ContainerInstance[];
  readonly tasks: readonly {
    readonly group: string;
    readonly containerInstanceArn?: string;
    readonly desiredStatus: string;
  }[];
  readonly subnets?: Readonly<Record<string, string>>;
  readonly daemonServices?: readonly unknown[];
  readonly caller: 'service' | 'runTask';
  readonly request: Request;
}

interface Request {
  readonly taskDefinition: TaskDefinition;
  readonly serviceName?: string;
  readonly group?: string;
  readonly capacityProvider?: string;
  readonly placementStrategy?: readonly unknown[];
  readonly placementConstraints?: readonly Constraint[];
  readonly networkConfiguration?: { readonly awsvpcConfiguration?: { readonly subnets?: readonly string[] } };
}

interface Constraint {
  readonly type?: string;
  readonly expression?: string;
}

interface TaskDefinition {
  readonly family: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly networkMode?: string;
  readonly requiresAttributes?: readonly { readonly name: string; readonly value?: string }[];
  readonly placementConstraints?: readonly Constraint[];
  readonly containerDefinitions: readonly {
    readonly cpu?: number;
    readonly memory?: number;
    readonly memoryReservation?: number;
    readonly portMappings?: readonly {
      readonly containerPort: number;
      readonly hostPort?: number;
      readonly protocol?: string;
    }[];
    readonly resourceRequirements?: readonly { readonly type: string; readonly value: string }[];
  }[];
}

interface ContainerInstance {
  readonly containerInstanceArn: string;
  readonly status: string;
  readonly agentConnected: boolean;
  readonly capacityProviderName?: string;
  readonly remainingResources: readonly {
    readonly name: string;
    readonly integerValue?: number;
    readonly stringSetValue?: readonly string[];
  }[];
  readonly attributes: readonly { readonly name: string; readonly value?: string }[];
  readonly awsvpcTasks: { readonly limit: number; readonly used: number };
}

interface PlaceOutput {
  readonly candidates: readonly string[];
  readonly rejected: Readonly<Record<string, string>>;
  readonly chain: readonly (readonly string[])[];
  readonly chosen: string | null;
  readonly closest: { readonly id: string; readonly reason: string } | null;
}

const ZONE = 'ecs.availability-zone';

/**
 * Kind `place`: one task, with every verdict, every survivor and the closest match. Not modelled, so unsupported: agents
 * that lost their connection, instances outside the subnets of a task, the limit of 100 host ports, reservations of
 * daemon services, and expressions beyond the part of the query language that is read.
 */
export function runPlace(testCase: EcsCase<PlaceInput, PlaceOutput>): CaseOutcome {
  const { in: input, out } = testCase;
  const { placementStrategy, taskDefinition } = input.request;
  const constraints = [
    ...(taskDefinition.placementConstraints ?? []),
    ...(input.request.placementConstraints ?? []),
  ];
  const native = {
    placementStrategy: placementStrategy ?? [],
    placementConstraints: constraints,
    requiresAttributes: taskDefinition.requiresAttributes ?? [],
  };
  const refused = 'problems' in readPlacement(native);
  if ('error' in out) {
    if (refused) return compare({ error: 'InvalidParameterException' }, out);
    return 'unsupported';
  }
  if (needsMore(input, constraints)) return 'unsupported';
  if (refused) return { agree: false, difference: 'a good request is refused' };
  return compare(place(input, native), out);
}

function needsMore(input: PlaceInput, constraints: readonly Constraint[]): boolean {
  if (input.daemonServices !== undefined) return true;
  if (constraints.some(({ expression }) => expression !== undefined && 'problem' in parseExpression(expression))) {
    return true;
  }
  const wanted = hostPortsOf(input.request.taskDefinition).length;
  return input.containerInstances.some((instance) => {
    if (!inScope(instance, input.request)) return false;
    const listed = setOf(instance, 'PORTS').length + setOf(instance, 'PORTS_UDP').length;
    return !instance.agentConnected || hasNoSubnet(instance, input) || (wanted > 0 && listed + wanted > 100);
  });
}

function inScope(instance: ContainerInstance, { capacityProvider }: Request): boolean {
  if (instance.status !== 'ACTIVE') return false;
  return capacityProvider === undefined || instance.capacityProviderName === capacityProvider;
}

/** A task with an interface of its own needs one of its subnets in the instance's zone. */
function hasNoSubnet({ attributes }: ContainerInstance, { request, subnets = {} }: PlaceInput): boolean {
  if (request.taskDefinition.networkMode !== 'awsvpc') return false;
  const zone = attributes.find(({ name }) => name === ZONE)?.value;
  return !(request.networkConfiguration?.awsvpcConfiguration?.subnets ?? []).some((id) => subnets[id] === zone);
}

function place(input: PlaceInput, native: unknown): PlaceOutput {
  const cluster = clusterOf(input);
  const { store } = cluster;
  const task = cluster.submit(cluster.taskClass(taskSpec(input, native)));
  const scheduler = ecs.create(optionsOf(ecs, null));
  const question = { view: store, task, random: constantDraws(0), nowMs: 0 };
  const explanation = scheduler.explain(question);
  const chosen = scheduler.decide(question);
  const named = (slots: readonly number[]) => slots.map((slot) => store.instanceName(slot)).sort();
  const refused = explanation.verdicts.filter(({ refusal }) => refusal !== null);
  const candidates = explanation.verdicts.filter(({ refusal }) => refusal === null).map(({ slot }) => slot);
  return {
    candidates: named(candidates),
    rejected: Object.fromEntries(refused.map(({ name, refusal }) => [name, refusal!.reasons[0]!])),
    chain: explanation.chain.map(({ survivors }) => named(survivors)),
    chosen: chosen < 0 ? null : store.instanceName(chosen),
    closest: closestOf(explanation),
  };
}

function closestOf({ message, verdicts }: Explanation): PlaceOutput['closest'] {
  const id = /\(container-instance ([^)]+)\)/.exec(message)?.[1];
  const verdict = verdicts.find(({ name }) => name === id);
  return id === undefined ? null : { id, reason: verdict!.refusal!.reasons[0]! };
}

/** Instances in order of ARN, so that the lowest id is the lowest ARN; those out of scope are draining. */
function clusterOf(input: PlaceInput): TestCluster {
  const ports = input.containerInstances.flatMap(listedPorts);
  const cluster = createCluster({ hostPorts: [...ports, ...hostPortsOf(input.request.taskDefinition)] });
  const slots = new Map<string, number>();
  for (const instance of [...input.containerInstances].sort(byArn)) {
    const attributes = new Map(instance.attributes.map(({ name, value }) => [name, value ?? '']));
    const slot = cluster.join({
      name: lastPart(instance.containerInstanceArn),
      zone: attributes.get(ZONE) ?? '',
      cpu: amountOf(instance, 'CPU'),
      memoryMiB: amountOf(instance, 'MEMORY'),
      gpus: setOf(instance, 'GPU').length,
      eni: instance.awsvpcTasks.limit - instance.awsvpcTasks.used,
      labels: Object.fromEntries(attributes),
      reservedPorts: listedPorts(instance),
    });
    slots.set(instance.containerInstanceArn, slot);
  }
  for (const { group, containerInstanceArn, desiredStatus } of input.tasks) {
    if (desiredStatus === 'STOPPED' || containerInstanceArn === undefined) continue;
    cluster.put(cluster.taskClass({ group }), slots.get(containerInstanceArn)!);
  }
  for (const instance of input.containerInstances) {
    if (!inScope(instance, input.request)) cluster.drain(slots.get(instance.containerInstanceArn)!);
  }
  return cluster;
}

function taskSpec({ request, caller }: PlaceInput, native: unknown): TaskSpec {
  const { taskDefinition, serviceName, group } = request;
  const containers = taskDefinition.containerDefinitions;
  const sum = (amount: (container: (typeof containers)[number]) => number) =>
    containers.reduce((total, container) => total + amount(container), 0);
  const gpus = sum(({ resourceRequirements = [] }) =>
    resourceRequirements.reduce((count, { type, value }) => count + (type === 'GPU' ? Number(value) : 0), 0),
  );
  return {
    group: serviceName === undefined ? (group ?? `family:${taskDefinition.family}`) : `service:${serviceName}`,
    groupKind: caller === 'service' ? 'service' : 'job',
    cpu: taskDefinition.cpu === undefined ? sum(({ cpu = 0 }) => cpu) : Number(taskDefinition.cpu),
    memoryMiB:
      taskDefinition.memory === undefined
        ? sum(({ memory = 0, memoryReservation = memory }) => memoryReservation)
        : Number(taskDefinition.memory),
    gpu: gpus === 0 ? null : { count: gpus, milli: 1000, models: [] },
    eni: taskDefinition.networkMode === 'awsvpc' ? 1 : 0,
    hostPorts: hostPortsOf(taskDefinition),
    native,
  };
}

function hostPortsOf({ networkMode = 'bridge', containerDefinitions }: TaskDefinition): HostPort[] {
  if (networkMode !== 'bridge' && networkMode !== 'host') return [];
  const mappings = containerDefinitions.flatMap(({ portMappings = [] }) => portMappings);
  return mappings
    .map(({ containerPort, hostPort = 0, protocol = 'tcp' }) => ({
      ip: '0.0.0.0',
      protocol: protocol === 'udp' ? ('UDP' as const) : ('TCP' as const),
      port: hostPort === 0 && networkMode === 'host' ? containerPort : hostPort,
    }))
    .filter(({ port }) => port > 0);
}

function listedPorts(instance: ContainerInstance): HostPort[] {
  const listed = (name: string, protocol: HostPort['protocol']) =>
    setOf(instance, name).map((port) => ({ ip: '0.0.0.0', protocol, port: Number(port) }));
  return [...listed('PORTS', 'TCP'), ...listed('PORTS_UDP', 'UDP')];
}

function amountOf({ remainingResources }: ContainerInstance, name: string): number {
  return remainingResources.find((resource) => resource.name === name)?.integerValue ?? 0;
}

function setOf({ remainingResources }: ContainerInstance, name: string): readonly string[] {
  return remainingResources.find((resource) => resource.name === name)?.stringSetValue ?? [];
}

function byArn(a: ContainerInstance, b: ContainerInstance): number {
  return a.containerInstanceArn < b.containerInstanceArn ? -1 : 1;
}
