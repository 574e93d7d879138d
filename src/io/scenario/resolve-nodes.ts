import { assert } from '../../errors.ts';
import type { NodeManifests } from '../../model/plan.ts';
import { identifyAlone, titleOf } from '../../schedulers/kubernetes/manifests/api-object.ts';
import { trimmed } from '../../schedulers/kubernetes/manifests/trimmed.ts';
import { type NodeFacts, nodeFacts } from '../../schedulers/kubernetes/manifests/node-manifest.ts';
import { kubernetesResourceTable } from '../../schedulers/kubernetes/resource-names.ts';
import { MIB, parsePriceE10 } from '../../units.ts';
import { customType } from '../catalogue.ts';
import type { FleetGroupInput } from './fleet-schema.ts';
import { listedMachines, type Machines } from './listed-machines.ts';
import { importKey, nodeEntries } from './load-imports.ts';
import { ObjectProblems } from './resolve-manifests.ts';
import type { TypeBook } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import type { Entry } from './sections.ts';

/** Keys of a group that say what Node objects say themselves. */
const SAID_BY_NODES = ['zones', 'labels', 'taints', 'extended'] as const;

/**
 * The machines of a group that is given as Node objects. A node costs what its instance type costs, by its label; one
 * whose type is unknown costs the group's `price`, and is an error without one (E2102). Objects of other kinds in the
 * same files belong to the workload, and are left out with a warning where that names no manifests.
 */
export function resolveNodes(
  entry: Entry<FleetGroupInput>,
  book: TypeBook,
  resolving: Resolving,
): Machines | undefined {
  const { value } = entry;
  const { imports, problems, sections } = resolving;
  refuseDoubles(entry, resolving);
  const objects = nodeEntries(entry).flatMap(({ path }) => imports.objects.get(importKey(path)) ?? []);
  const report = new ObjectProblems(objects, problems);
  const priceE10PerHour = value.price === undefined ? null : parsePriceE10(value.price);
  assert(priceE10PerHour !== undefined, 'the schema accepts only prices that can be read');
  const errorsBefore = problems.list.length;
  const machines = objects.flatMap(({ value: raw }, index) => {
    const identified = identifyAlone(raw);
    if ('problems' in identified) {
      for (const problem of identified.problems) report.error(index, problem, 'this object');
      return [];
    }
    const named = identified.value;
    if (named.kind !== 'Node') {
      const message = `${titleOf(named)} is left out: it is no node, and the workload names no manifests`;
      if (sections.manifests.length === 0)
        report.warning(index, [], message, 'workload: { manifests: [...] }');
      return [];
    }
    const read = nodeFacts(raw, kubernetesResourceTable([]));
    if ('problems' in read) {
      for (const problem of read.problems) report.error(index, problem, titleOf(named));
      return [];
    }
    const type = typeOf(read.value, priceE10PerHour, book);
    if (type === undefined) report.unpriced(index, named.name, read.value.typeName, sections.head.region);
    return [{ name: named.name, type: type ?? '', zone: read.value.zone, object: trimmed(named), index }];
  });
  reportTwins(machines, report);
  if (problems.list.slice(errorsBefore).some(({ severity }) => severity === 'error')) return undefined;
  if (machines.length === 0) {
    // Files that cannot be read have been reported.
    const isRead = nodeEntries(entry).every(({ path }) => imports.objects.has(importKey(path)));
    if (isRead && !problems.hasErrors)
      problems.error(
        'E1103',
        [...entry.path, 'nodes'],
        `${resolving.placeOf(entry.path)} has no Node in its files`,
      );
    return undefined;
  }
  const nodes: NodeManifests = { objects: machines.map(({ object }) => object), priceE10PerHour };
  const instances = machines.map(({ name, type, zone }) => ({ name, type, zone }));
  return { ...listedMachines(instances), nodes };
}

function refuseDoubles({ path, value }: Entry<FleetGroupInput>, { problems, placeOf }: Resolving): void {
  for (const key of SAID_BY_NODES) {
    const given = value[key];
    if (given === undefined || Object.keys(given).length === 0) continue;
    const message = `${placeOf(path)} takes its ${key} from its nodes, not from ${key}`;
    problems.error('E1203', [...path, key], message, { part: 'key' });
  }
}

/** Name of the node's type in the plan: the real one, or one made up of its size and the group's price. */
function typeOf(
  { typeName, capacity, gpus }: NodeFacts,
  priceE10PerHour: bigint | null,
  book: TypeBook,
): string | undefined {
  const known = typeName === '' ? undefined : book.find(typeName);
  if (known !== undefined) return known.name;
  if (priceE10PerHour === null) return undefined;
  const vcpus = Math.max(1, Math.ceil(capacity.cpuMilli / 1000));
  const memoryMiB = Math.max(1, Math.ceil(capacity.memoryBytes / MIB));
  const gpuPart = gpus === null ? '' : `-${gpus.count}x${gpus.model === '' ? 'gpu' : gpus.model}`;
  const name = `node-${vcpus}c-${memoryMiB}m${gpuPart}-${priceE10PerHour}`;
  book.add(customType({ name, vcpus, memoryMiB, gpus, priceE10PerHour }));
  return name;
}

function reportTwins(
  machines: readonly { readonly name: string; readonly index: number }[],
  report: ObjectProblems,
): void {
  const first = new Map<string, number>();
  for (const { name, index } of machines) {
    const twin = first.get(name);
    if (twin === undefined) first.set(name, index);
    else report.twin(index, twin, `Node ${name}`);
  }
}
