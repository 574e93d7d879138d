import { fixedPorts, softMemoryMiB } from './container-needs.ts';
import type { ContainerDefinition, PortMapping, TaskDefinition } from './task-definition.ts';
import { readTaskSize } from './task-size.ts';

/** Sources: AWS ECS API reference, RegisterTaskDefinition; AWS general reference, Amazon ECS endpoints and quotas. */
export const MAX_CONTAINERS = 10;
export const MAX_TASK_CONSTRAINTS = 10;
const TASK_CPU = { min: 128, max: 196_608 };
/** What Docker needs for a container (20.10 and later); for whole tasks chosen. */
const MIN_MEMORY_MIB = 6;
const MAX_PORT = 65_535;
const NETWORK_MODES = ['bridge', 'host', 'awsvpc', 'none'];

export type Report = (path: readonly (string | number)[], message: string) => void;

/** Task-level amounts; null where the containers' own count. */
export interface TaskLimits {
  readonly cpu: number | null;
  readonly memoryMiB: number | null;
}

/**
 * Everything that ECS checks when a task definition is registered, as far as resources and placement go. Sources: AWS
 * ECS API reference, RegisterTaskDefinition and ContainerDefinition; that equality passes where a container is measured
 * against its task, and that the minimum of Docker holds for soft limits and tasks too, is chosen.
 */
export function checkTaskDefinition(task: TaskDefinition, report: Report): TaskLimits {
  const containers = task.containerDefinitions;
  const limits = checkTaskLevel(task, report);
  checkContainers(containers, report);
  containers.forEach((container, index) => {
    const path = ['containerDefinitions', index];
    checkMemory(container, limits.memoryMiB, path, report);
    checkRequirements(container, path, report);
    (container.portMappings ?? []).forEach((mapping, n) => {
      checkPorts(mapping, task.networkMode ?? 'bridge', [...path, 'portMappings', n], report);
    });
  });
  checkSums(containers, limits, report);
  checkConflicts(task, report);
  return limits;
}

function checkTaskLevel(task: TaskDefinition, report: Report): TaskLimits {
  const read = (key: 'cpu' | 'memory', unit: 'vCPU' | 'GB', min: number, max: number) => {
    const given = task[key];
    if (given === undefined || given === null) return null;
    const amount = readTaskSize(given, unit);
    const example = unit === 'vCPU' ? "units like '512' or '0.5 vCPU'" : "MiB like '1024' or '1 GB'";
    if (amount === null) report([key], `Cannot read ${key} '${given}': expected ${example}`);
    else if (amount < min || amount > max) {
      const range = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
      report([key], `Cannot give a task ${key} ${amount}: allowed is ${range}`);
    }
    return amount;
  };
  const mode = task.networkMode ?? 'bridge';
  if (!NETWORK_MODES.includes(mode)) {
    report(['networkMode'], `Cannot use network mode '${mode}': use ${NETWORK_MODES.join(', ')}`);
  }
  const constraints = task.placementConstraints ?? [];
  if (constraints.length > MAX_TASK_CONSTRAINTS) {
    report(['placementConstraints'], `Cannot take ${constraints.length}: ECS allows ${MAX_TASK_CONSTRAINTS}`);
  }
  constraints.forEach(({ type }, index) => {
    if (type === 'memberOf') return;
    report(
      ['placementConstraints', index, 'type'],
      `Cannot constrain a task definition by '${type ?? ''}': only memberOf is allowed here`,
    );
  });
  return {
    cpu: read('cpu', 'vCPU', TASK_CPU.min, TASK_CPU.max),
    memoryMiB: read('memory', 'GB', MIN_MEMORY_MIB, Number.POSITIVE_INFINITY),
  };
}

function checkContainers(containers: readonly ContainerDefinition[], report: Report): void {
  const path = ['containerDefinitions'];
  if (containers.length < 1 || containers.length > MAX_CONTAINERS) {
    report(path, `Cannot run ${containers.length} containers in a task: allowed are 1 to ${MAX_CONTAINERS}`);
    return;
  }
  if (!containers.some(({ essential }) => essential ?? true)) {
    report(path, 'Cannot run a task without an essential container');
  }
  containers.forEach(({ name, cpu }, index) => {
    if (containers.findIndex((other) => other.name === name) < index) {
      report([...path, index, 'name'], `Cannot name two containers '${name}'`);
    }
    if ((cpu ?? 0) < 0)
      report([...path, index, 'cpu'], `Cannot take ${cpu} CPU units: allowed are 0 and more`);
  });
}

function checkMemory(
  { memory, memoryReservation }: ContainerDefinition,
  taskMiB: number | null,
  path: readonly (string | number)[],
  report: Report,
): void {
  const [hard, soft] = [memory || 0, memoryReservation || 0];
  for (const [key, amount] of [['memory', hard] as const, ['memoryReservation', soft] as const]) {
    if (amount === 0 || amount >= MIN_MEMORY_MIB) continue;
    report([...path, key], `Cannot give a container ${amount} MiB: Docker needs ${MIN_MEMORY_MIB}`);
  }
  if (hard === 0 && soft === 0 && taskMiB === null) {
    report(path, 'Cannot run a container without memory or memoryReservation in a task without memory');
  }
  if (hard !== 0 && soft !== 0 && hard <= soft) {
    report(
      [...path, 'memoryReservation'],
      `Cannot reserve ${soft} MiB: it must be less than memory, ${hard}`,
    );
  }
  if (taskMiB !== null && hard > taskMiB) {
    report([...path, 'memory'], `Cannot give a container ${hard} MiB: its task has ${taskMiB}`);
  }
}

function checkSums(containers: readonly ContainerDefinition[], limits: TaskLimits, report: Report): void {
  const memoryMiB = containers.reduce((sum, container) => sum + softMemoryMiB(container), 0);
  const cpu = containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  if (limits.memoryMiB !== null && memoryMiB > limits.memoryMiB) {
    report(
      ['memory'],
      `Cannot reserve ${memoryMiB} MiB for the containers: the task has ${limits.memoryMiB}`,
    );
  }
  if (limits.cpu !== null && cpu > limits.cpu) {
    report(['cpu'], `Cannot give the containers ${cpu} CPU units: the task has ${limits.cpu}`);
  }
}

function checkRequirements(
  { resourceRequirements }: ContainerDefinition,
  path: readonly (string | number)[],
  report: Report,
): void {
  (resourceRequirements ?? []).forEach(({ type, value }, index) => {
    const own = [...path, 'resourceRequirements', index];
    if (type !== 'GPU' && type !== 'InferenceAccelerator') {
      report([...own, 'type'], `Cannot require '${type}': use GPU or InferenceAccelerator`);
    } else if (type === 'GPU' && !/^0*[1-9]\d*$/.test(value)) {
      report([...own, 'value'], `Cannot require '${value}' GPUs: expected a number of at least 1`);
    }
  });
}

function checkPorts(
  { containerPort, hostPort, protocol }: PortMapping,
  mode: string,
  path: readonly (string | number)[],
  report: Report,
): void {
  if (mode === 'none') report(path, 'Cannot map ports in network mode none');
  const port = containerPort ?? 0;
  if (port < 1 || port > MAX_PORT) {
    report([...path, 'containerPort'], `Cannot map container port ${port}: allowed are 1 to ${MAX_PORT}`);
  }
  const host = hostPort ?? 0;
  if (host < 0 || host > MAX_PORT) {
    report([...path, 'hostPort'], `Cannot map to host port ${host}: allowed are 0 to ${MAX_PORT}`);
  }
  if ((mode === 'host' || mode === 'awsvpc') && host !== 0 && host !== port) {
    report([...path, 'hostPort'], `Cannot map ${port} to ${host} in mode ${mode}: both must be equal`);
  }
  if (protocol !== undefined && protocol !== null && protocol !== 'tcp' && protocol !== 'udp') {
    report([...path, 'protocol'], `Cannot map protocol '${protocol}': use tcp or udp`);
  }
}

function checkConflicts(task: TaskDefinition, report: Report): void {
  const ports = fixedPorts(task);
  ports.forEach(({ path, port, protocol }, index) => {
    const first = ports.findIndex((other) => other.port === port && other.protocol === protocol);
    if (first < index) report([...path, 'hostPort'], `Cannot take host port ${port}/${protocol} twice`);
  });
}
