import { assert } from '../../errors.ts';
import type { InstanceType } from '../../model/instance-type.ts';
import { MIB, parseBytes, parseCpuMilli, parsePriceE10 } from '../../units.ts';
import { customType } from '../catalogue.ts';
import { didYouMean, listed, suggest } from './did-you-mean.ts';
import type { InstanceTypeInput } from './fleet-schema.ts';
import type { Path } from './locate.ts';
import type { Resolving } from './resolving.ts';

/** Types by name; remembers which were used, in order of first use. */
export class TypeBook {
  readonly #resolving: Resolving;
  readonly #own = new Map<string, InstanceType>();
  readonly #used = new Map<string, InstanceType>();

  constructor(resolving: Resolving) {
    this.#resolving = resolving;
    const { sections, problems } = resolving;
    for (const { path, value } of sections.types) {
      if (this.#own.has(value.name)) {
        problems.error('E1205', [...path, 'name'], `two types are named "${value.name}"`);
      } else {
        this.#own.set(value.name, ownType(value));
      }
    }
  }

  get used(): InstanceType[] {
    return [...this.#used.values()];
  }

  /** The type `name`, named at `path`; undefined when there is none, which is reported (E2101, E2102). */
  lookUp(name: string, path: Path): InstanceType | undefined {
    const type = this.#used.get(name) ?? this.#own.get(name) ?? this.#listed(name, path);
    if (type !== undefined) this.#used.set(name, type);
    return type;
  }

  /** The type `name`, if there is one with a price; nothing is reported. */
  find(name: string): InstanceType | undefined {
    const known = this.#used.get(name) ?? this.#own.get(name);
    const type = known ?? this.#priced(name);
    if (type !== undefined) this.#used.set(name, type);
    return type;
  }

  #priced(name: string): InstanceType | undefined {
    const { sections, context } = this.#resolving;
    const { region, catalogue: pinned } = sections.head;
    const { catalogue } = context;
    const isOther = pinned !== undefined && (pinned.id !== catalogue.id || pinned.date !== catalogue.date);
    if (isOther || !catalogue.regions.includes(region)) return undefined;
    const found = catalogue.type(name, region);
    return 'problem' in found ? undefined : found;
  }

  /** Adds a type made from a node list; the same shape and price have the same name. */
  add(type: InstanceType): void {
    if (!this.#used.has(type.name)) this.#used.set(type.name, this.#own.get(type.name) ?? type);
  }

  #listed(name: string, path: Path): InstanceType | undefined {
    const { sections, context, problems } = this.#resolving;
    const { region, catalogue: pinned } = sections.head;
    const { catalogue } = context;
    if (sections.brokenNames.types.has(name) || !catalogue.regions.includes(region)) return undefined;
    if (pinned !== undefined && (pinned.id !== catalogue.id || pinned.date !== catalogue.date)) {
      const message = `type "${name}" is not written in the scenario, whose price list is ${pinned.id} of ${pinned.date}`;
      problems.error('E2102', path, message, { hint: `installed is ${catalogue.id} of ${catalogue.date}` });
      return undefined;
    }
    const found = catalogue.type(name, region);
    if (!('problem' in found)) return found;
    const own = didYouMean(name, [...this.#own.keys()]);
    if (found.problem === 'no-price') {
      const nearest = found.nearest.length > 0 ? `; ${suggest(found.nearest)}` : '';
      problems.error('E2101', path, `there is no price for "${name}" in ${region}`, {
        hint:
          found.regions.length > 0
            ? `it has one in ${listed(found.regions.slice(0, 5), 'and')}${nearest}`
            : nearest.slice(2),
      });
    } else {
      const hint = own?.startsWith('did')
        ? own
        : found.nearest.length > 0
          ? suggest(found.nearest)
          : undefined;
      problems.error('E2102', path, `there is no instance type "${name}"`, { hint });
    }
    return undefined;
  }
}

/** A type of the scenario; figures that it does not give follow the published formulas. */
function ownType(input: InstanceTypeInput): InstanceType {
  const { name, vcpus, architecture, gpu, maxEnis, ipv4PerEni, maxPods, awsvpcTasks } = input;
  const { linuxMemory, eksAllocatable } = input;
  const priceE10PerHour = parsePriceE10(input.price);
  assert(priceE10PerHour !== undefined, 'the schema accepts only prices that can be read');
  return customType({
    name,
    vcpus,
    memoryMiB: wholeMiB(input.memory),
    priceE10PerHour,
    architecture,
    gpus: gpu ?? null,
    ...(maxEnis !== undefined && { maxEnis }),
    ...(ipv4PerEni !== undefined && { ipv4PerEni }),
    ...(maxPods !== undefined && { maxPods }),
    ...(awsvpcTasks !== undefined && { awsvpcTasks }),
    ...(linuxMemory !== undefined && { linuxMemoryMiB: wholeMiB(linuxMemory) }),
    ...(eksAllocatable !== undefined && {
      eksAllocatable: { cpuMilli: cpuMilli(eksAllocatable.cpu), memoryMiB: wholeMiB(eksAllocatable.memory) },
    }),
  });
}

/** Bytes of an amount that the schema has read before. */
export function bytes(input: string | number): number {
  const amount = parseBytes(input);
  assert(amount !== undefined, 'the schema accepts only amounts that can be read');
  return amount;
}

/** Millicores of an amount that the schema has read before. */
export function cpuMilli(input: string | number): number {
  const amount = parseCpuMilli(input);
  assert(amount !== undefined, 'the schema accepts only amounts of CPU that can be read');
  return amount;
}

/** MiB of an amount that the schema has found to be whole MiB. */
export function wholeMiB(input: string | number): number {
  const amount = bytes(input) / MIB;
  assert(Number.isInteger(amount), 'the schema accepts only whole MiB here');
  return amount;
}
