import { assert } from '../../errors.ts';
import {
  GP3_INCLUDED_IOPS,
  GP3_INCLUDED_MIBPS,
  gp2Performance,
  volumeProblem,
} from '../../model/ebs-volume.ts';
import type { InstanceType } from '../../model/instance-type.ts';
import type { FleetGroup, RootVolume } from '../../model/plan.ts';
import { GIB, MIB, parsePriceE10 } from '../../units.ts';
import { customType } from '../catalogue.ts';
import { didYouMean } from './did-you-mean.ts';
import type { FleetGroupInput } from './fleet-schema.ts';
import { listedMachines, type Machines } from './listed-machines.ts';
import { importKey } from './load-imports.ts';
import type { Path } from './locate.ts';
import type { ListedNode } from './plan-context.ts';
import { resolveContainerInstances } from './resolve-container-instances.ts';
import { resolveDistribution } from './resolve-distribution.ts';
import { checkWeights, resolvePurchase } from './resolve-spot.ts';
import { bytes, type TypeBook } from './resolve-types.ts';
import { resolveNodes } from './resolve-nodes.ts';
import type { Resolving } from './resolving.ts';
import type { Entry } from './sections.ts';

/** A region has up to six zones; three is what highly available groups use. */
const DEFAULT_ZONES = 3;

/** The groups of a fleet; a group that cannot be resolved is reported and left out. */
export function resolveFleet(
  entries: readonly Entry<FleetGroupInput>[],
  book: TypeBook,
  resolving: Resolving,
): FleetGroup[] {
  const { problems } = resolving;
  const names = new Set<string>();
  /** By instance name: the bill and the tables know instances by their names alone. */
  const groupOf = new Map<string, string>();
  return entries.flatMap((entry) => {
    const { path, value } = entry;
    if (names.has(value.name)) {
      problems.error('E1205', [...path, 'name'], `two instance groups are named "${value.name}"`);
    }
    names.add(value.name);
    const launch = resolveDistribution(value.launch, [...path, 'launch'], resolving);
    const boot = resolveDistribution(value.boot, [...path, 'boot'], resolving);
    const rootVolume = resolveVolume(value.volume, [...path, 'volume'], resolving);
    const machines = resolveMachines(entry, book, resolving);
    if (machines === undefined || rootVolume === undefined) return [];
    const taken = machines.instances.find(({ name }) => groupOf.has(name));
    if (taken !== undefined) {
      const message = `instance "${taken.name}" is in group "${groupOf.get(taken.name)!}" and in group "${value.name}"`;
      problems.error('E1205', [...path, 'name'], message);
    }
    for (const { name } of machines.instances) groupOf.set(name, value.name);
    const spot = resolvePurchase(value.purchase);
    if (spot !== undefined && machines.instances.length > 0) {
      const message = `${resolving.placeOf(path)} lists its instances: only a group with a size can buy Spot`;
      problems.error('E1203', [...path, 'purchase'], message);
    }
    if (spot !== undefined) checkWeights(spot, machines.types, [...path, 'purchase', 'weights'], resolving);
    const labels = new Map(Object.entries(value.labels));
    const extended = new Map(Object.entries(value.extended));
    return [
      {
        name: value.name,
        ...machines,
        launch,
        boot,
        rootVolume,
        labels,
        taints: value.taints,
        extended,
        ...(spot !== undefined && { spot }),
      },
    ];
  });
}

function resolveMachines(
  entry: Entry<FleetGroupInput>,
  book: TypeBook,
  resolving: Resolving,
): Machines | undefined {
  const { path, value } = entry;
  const { problems, placeOf } = resolving;
  const given = (['size', 'instances', 'from', 'nodes', 'containerInstances'] as const).filter(
    (key) => value[key] !== undefined,
  );
  if (given.length === 0) {
    const hint = 'size: 5, or size: { min: 3, max: 60 }';
    problems.error('E1101', [...path, 'size'], `missing key "size" in ${placeOf(path)}`, { hint });
    return undefined;
  }
  if (given.length > 1) {
    const [first, second] = given as [string, string];
    const message = `${placeOf(path)} says ${first} and ${second}: only one of them can hold`;
    problems.error('E1203', [...path, second], message, { part: 'key' });
    return undefined;
  }
  if (value.size === undefined && value.type !== undefined) {
    const message = `${placeOf(path)} takes its types from ${given[0]}, not from type`;
    problems.error('E1203', [...path, 'type'], message, { part: 'key' });
  }
  if (value.price !== undefined && value.nodes === undefined) {
    const message = `${placeOf(path)} has a price, which only nodes can need`;
    problems.error('E1203', [...path, 'price'], message, { part: 'key' });
  }
  if (value.nodes !== undefined) return resolveNodes(entry, book, resolving);
  if (value.containerInstances !== undefined) return resolveContainerInstances(entry, book, resolving);
  if (value.instances !== undefined) return fromInstances(value.instances, entry, book, resolving);
  const zones = resolveZones(
    value.zones,
    [...path, 'zones'],
    value.from === undefined ? DEFAULT_ZONES : 1,
    resolving,
  );
  if (value.from !== undefined) return fromList(zones, entry, book, resolving);
  return fromSize(zones, entry, book, resolving);
}

function fromSize(
  zones: readonly string[] | undefined,
  { path, value }: Entry<FleetGroupInput>,
  book: TypeBook,
  { problems, placeOf }: Resolving,
): Machines | undefined {
  if (value.type === undefined) {
    problems.error('E1101', [...path, 'type'], `missing key "type" in ${placeOf(path)}`, {
      hint: 'it takes an instance type or a list',
    });
    return undefined;
  }
  const isList = Array.isArray(value.type);
  const names = isList ? (value.type as string[]) : [value.type as string];
  const typePath = (index: number) => (isList ? [...path, 'type', index] : [...path, 'type']);
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return;
    problems.error('E1205', typePath(index), `type "${name}" appears twice in ${placeOf(path)}`);
  });
  const types = names.map((name, index) => book.lookUp(name, typePath(index)));
  const size = resolveSize(value.size!, [...path, 'size'], problems, placeOf(path));
  if (size === undefined || zones === undefined || types.includes(undefined)) return undefined;
  return { types: names, zones, size, instances: [] };
}

function resolveSize(
  size: NonNullable<FleetGroupInput['size']>,
  path: Path,
  problems: Resolving['problems'],
  place: string,
): FleetGroup['size'] | undefined {
  if (typeof size === 'number') return { min: size, max: size, initial: size };
  const { min, max, initial = min } = size;
  if (min > max) {
    problems.error('E1103', [...path, 'min'], `${place}: min ${min} is above max ${max}`);
    return undefined;
  }
  if (initial < min || initial > max) {
    problems.error(
      'E1103',
      [...path, 'initial'],
      `${place}: initial ${initial} is not between ${min} and ${max}`,
    );
    return undefined;
  }
  return { min, max, initial };
}

function fromInstances(
  instances: NonNullable<FleetGroupInput['instances']>,
  { path, value }: Entry<FleetGroupInput>,
  book: TypeBook,
  resolving: Resolving,
): Machines | undefined {
  const { problems, placeOf } = resolving;
  if (value.zones !== undefined) {
    const message = `${placeOf(path)} takes its zones from instances, not from zones`;
    problems.error('E1203', [...path, 'zones'], message, { part: 'key' });
  }
  const names = new Set<string>();
  let isGood = true;
  instances.forEach(({ name, type, zone }, index) => {
    const here = [...path, 'instances', index];
    if (names.has(name)) {
      problems.error('E1205', [...here, 'name'], `two instances of ${placeOf(path)} are named "${name}"`);
    }
    names.add(name);
    isGood = book.lookUp(type, [...here, 'type']) !== undefined && isGood;
    isGood = isZone(zone, [...here, 'zone'], resolving) && isGood;
  });
  return isGood ? listedMachines(instances) : undefined;
}

/** A node list has no zones: the nodes go to the group's zones in turn. */
function fromList(
  zones: readonly string[] | undefined,
  { path, value }: Entry<FleetGroupInput>,
  book: TypeBook,
  { imports, problems, placeOf }: Resolving,
): Machines | undefined {
  const nodes = imports.nodes.get(importKey(path));
  if (nodes === undefined || zones === undefined) return undefined;
  const rates = priceRates(value.from!.rates);
  const instances = nodes.map((node, index) => {
    const type = nodeType(node, rates);
    if (type !== undefined) book.add(type);
    return { name: node.name, type: type?.name ?? '', zone: zones[index % zones.length]! };
  });
  const odd = nodes.find((_, index) => instances[index]!.type === '');
  if (odd === undefined) return listedMachines(instances);
  const message = `${placeOf(path)}: node "${odd.name}" has no whole number of vCPUs and MiB`;
  problems.error('E1103', [...path, 'from', 'file'], message);
  return undefined;
}

interface PriceRates {
  readonly vcpu: bigint;
  readonly gib: bigint;
  readonly gpu: bigint;
}

function priceRates(input: NonNullable<FleetGroupInput['from']>['rates']): PriceRates {
  const [vcpu, gib, gpu] = [input.vcpu, input.gib, input.gpu].map(parsePriceE10);
  assert(
    vcpu !== undefined && gib !== undefined && gpu !== undefined,
    'the schema accepts only readable prices',
  );
  return { vcpu, gib, gpu };
}

/** Named after its shape and price, so that equal nodes share a type and different prices do not. */
function nodeType(node: ListedNode, rates: PriceRates): InstanceType | undefined {
  const { cpuMilli, memoryBytes, gpuCount, gpuModel } = node;
  const vcpus = cpuMilli / 1000;
  const memoryMiB = memoryBytes / MIB;
  if (!Number.isInteger(vcpus) || vcpus < 1 || !Number.isInteger(memoryMiB) || memoryMiB < 1)
    return undefined;
  // Rounded up to 1e-10 USD: the memory is whole MiB and the price is for a GiB.
  const memoryPrice = (BigInt(memoryMiB) * rates.gib + 1023n) / 1024n;
  const priceE10PerHour = BigInt(vcpus) * rates.vcpu + memoryPrice + BigInt(gpuCount) * rates.gpu;
  const gpuPart = gpuCount === 0 ? '' : `-${gpuCount}x${gpuModel}`;
  const name = `node-${vcpus}c-${memoryMiB}m${gpuPart}-${priceE10PerHour}`;
  return customType({
    name,
    vcpus,
    memoryMiB,
    gpus: gpuCount === 0 ? null : { count: gpuCount, model: gpuModel },
    priceE10PerHour,
  });
}

function resolveZones(
  given: readonly string[] | undefined,
  path: Path,
  defaultCount: number,
  resolving: Resolving,
): readonly string[] | undefined {
  const { context, sections, problems, placeOf } = resolving;
  if (given === undefined) {
    const { region } = sections.head;
    return context.catalogue.regions.includes(region)
      ? context.catalogue.zones(region).slice(0, defaultCount)
      : undefined;
  }
  given.forEach((zone, index) => {
    if (given.indexOf(zone) === index) return;
    problems.error(
      'E1205',
      [...path, index],
      `zone "${zone}" appears twice in ${placeOf(path.slice(0, -1))}`,
    );
  });
  return given.filter((zone, index) => isZone(zone, [...path, index], resolving)).length === given.length
    ? given
    : undefined;
}

function isZone(zone: string, path: Path, { context, sections, problems }: Resolving): boolean {
  const { region } = sections.head;
  if (!context.catalogue.regions.includes(region)) return false;
  const zones = context.catalogue.zones(region);
  if (zones.includes(zone)) return true;
  problems.error('E1204', path, `there is no zone "${zone}" in ${region}`, { hint: didYouMean(zone, zones) });
  return false;
}

function resolveVolume(
  input: FleetGroupInput['volume'],
  path: Path,
  { problems, placeOf }: Resolving,
): RootVolume | undefined {
  const { type = 'gp3', size = '30GiB', iops, throughput } = input;
  const sizeGiB = bytes(size) / GIB;
  if (!Number.isInteger(sizeGiB)) {
    problems.error('E1103', [...path, 'size'], `${placeOf(path)}: the size must be whole GiB`);
    return undefined;
  }
  const problem = volumeProblem({ type, sizeGiB, iops, throughputMiBps: throughput });
  if (problem !== undefined) {
    problems.error('E1103', path, `${placeOf(path)}: ${problem}`);
    return undefined;
  }
  if (type === 'gp2') return { type, sizeGiB, ...gp2Performance(sizeGiB) };
  return {
    type,
    sizeGiB,
    iops: iops ?? GP3_INCLUDED_IOPS,
    throughputMiBps: throughput ?? GP3_INCLUDED_MIBPS,
  };
}
