import type { RegisteredInstance } from '../../model/plan.ts';
import { type EcsShapes, ecsDocumentsOf } from './ecs-documents.ts';
import { EcsReader } from './ecs-reader.ts';
import type { FleetGroupInput } from './fleet-schema.ts';
import { listedMachines, type Machines } from './listed-machines.ts';
import { containerInstanceEntries, importKey } from './load-imports.ts';
import type { TypeBook } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import type { Entry } from './sections.ts';

type Described = EcsShapes['containerInstance'];

/** Keys of a group that say what container instances say themselves. */
const SAID_BY_INSTANCES = ['type', 'zones', 'labels', 'taints', 'extended'] as const;
/** What the agent keeps on every Linux instance. Source: aws/amazon-ecs-agent agent/config/config_unix.go. */
const SYSTEM_PORTS = ['22', '2375', '2376', '51678', '51679', '51680'];

/**
 * The machines of a group that is given as container instances, empty. They offer what they registered and cost what their
 * type does; one that is not ACTIVE, or whose agent is disconnected, is left out with a warning (W2011), and so is what
 * already runs there.
 */
export function resolveContainerInstances(
  entry: Entry<FleetGroupInput>,
  book: TypeBook,
  resolving: Resolving,
): Machines | undefined {
  const { path, value } = entry;
  const { imports, problems, placeOf } = resolving;
  for (const key of SAID_BY_INSTANCES) {
    if (value[key] === undefined || Object.keys(value[key]).length === 0) continue;
    const message = `${placeOf(path)} takes its ${key} from its container instances, not from ${key}`;
    problems.error('E1203', [...path, key], message, { part: 'key' });
  }
  const before = problems.list.length;
  const machines = containerInstanceEntries(entry)
    .flatMap((each) => imports.ecsDocuments.get(importKey(each.path)) ?? [])
    .flatMap(ecsDocumentsOf)
    .flatMap((document) => machineOf(new EcsReader(document, problems), book));
  const names = new Set<string>();
  for (const { name, reader } of machines) {
    if (names.has(name)) reader.error(['containerInstanceArn'], `there are two called ${name}`);
    names.add(name);
  }
  if (problems.list.slice(before).some(({ severity }) => severity === 'error')) return undefined;
  if (machines.length === 0) {
    const isRead = containerInstanceEntries(entry).every((each) =>
      imports.ecsDocuments.has(importKey(each.path)),
    );
    const message = `${placeOf(path)} has no container instance in its files`;
    if (isRead && !problems.hasErrors) problems.error('E1103', [...path, 'containerInstances'], message);
    return undefined;
  }
  return {
    ...listedMachines(machines.map(({ name, type, zone }) => ({ name, type, zone }))),
    containerInstances: machines.map(({ registered }) => registered),
  };
}

function machineOf(reader: EcsReader, book: TypeBook) {
  if (reader.document.kind !== 'containerInstance') {
    reader.leftOut([], 'it is no container instance');
    return [];
  }
  const instance = reader.read('containerInstance');
  if (instance === undefined) return [];
  const state = instance.agentConnected === false ? 'has a disconnected agent' : `is ${instance.status}`;
  if (instance.status !== 'ACTIVE' || instance.agentConnected === false) {
    reader.leftOut([], `it ${state}, it is left out`);
    return [];
  }
  if ((instance.runningTasksCount ?? 0) > 0) {
    const message = 'what runs there is not simulated, the instance is taken as empty';
    reader.leftOut(['runningTasksCount'], message);
  }
  const attributes = instance.attributes.map(({ name, value }) => ({ name, value: value ?? '' }));
  const attribute = (wanted: string) => attributes.find(({ name }) => name === wanted)?.value ?? '';
  const [type, zone] = [attribute('ecs.instance-type'), attribute('ecs.availability-zone')];
  if (zone === '') reader.error(['attributes'], 'it has no attribute ecs.availability-zone');
  if (book.find(type) === undefined) {
    const hint = 'give the type an entry in types';
    reader.error(['attributes'], `there is no price for its instance type "${type}"`, hint);
  }
  warnOfPorts(reader, instance);
  const name = instance.containerInstanceArn.slice(instance.containerInstanceArn.lastIndexOf('/') + 1);
  const registered: RegisteredInstance = {
    ec2InstanceId: instance.ec2InstanceId ?? name,
    cpu: wholeOf(instance, 'CPU'),
    memoryMiB: wholeOf(instance, 'MEMORY'),
    gpus: setOf(instance, 'GPU').length,
    attributes,
  };
  return [{ name, type, zone, registered, reader }];
}

function warnOfPorts(reader: EcsReader, instance: Described): void {
  const others = [...setOf(instance, 'PORTS'), ...setOf(instance, 'PORTS_UDP')].filter(
    (port) => !SYSTEM_PORTS.includes(port),
  );
  if (others.length > 0)
    reader.leftOut(['registeredResources'], `the reserved port ${others[0]} is not kept`);
}

function wholeOf({ registeredResources }: Described, name: string): number {
  return registeredResources.find((resource) => resource.name === name)?.integerValue ?? 0;
}

function setOf({ registeredResources }: Described, name: string): readonly string[] {
  return registeredResources.find((resource) => resource.name === name)?.stringSetValue ?? [];
}
