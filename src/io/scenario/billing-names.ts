import type { Plan } from '../../model/plan.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Path } from './locate.ts';
import type { Resolving } from './resolving.ts';

/** What the billing section may name. */
export type Named = Pick<Plan, 'startEpochMs' | 'region' | 'fleet' | 'workload' | 'platforms'>;

/** Reports names that the scenario does not have, and gives them back all the same. */
export class BillingNames {
  readonly #resolving: Resolving;
  readonly #groups: readonly string[];
  readonly #balancers: readonly string[];
  readonly #taskGroups: readonly string[];
  readonly #platforms: readonly string[];

  constructor({ fleet, platforms, workload }: Named, resolving: Resolving) {
    this.#resolving = resolving;
    const { services, jobs, traces, distributions } = workload;
    this.#groups = [...fleet, ...platforms.flatMap((one) => one.fleet ?? [])].map(({ name }) => name);
    this.#balancers = services.flatMap(({ loadBalancer }) => loadBalancer?.name ?? []);
    this.#taskGroups = [...services, ...jobs, ...traces, ...distributions].map(({ name }) => name);
    this.#platforms = platforms.map(({ name }) => name);
  }

  group(name: string): string {
    return this.#known(name, this.#groups, 'an instance group', ['instances', name]);
  }

  loadBalancer(name: string): string {
    return this.#known(name, this.#balancers, 'a load balancer of a service', ['loadBalancers', name]);
  }

  taskGroup(name: string): string {
    return this.#known(name, this.#taskGroups, 'a service, job or trace', ['traffic', name]);
  }

  platform(name: string, path: Path): string {
    return this.#known(name, this.#platforms, 'a platform', path);
  }

  zone(name: string, path: Path): string {
    const { context, sections } = this.#resolving;
    const { region } = sections.head;
    if (!context.catalogue.regions.includes(region)) return name;
    return this.#known(name, context.catalogue.zones(region), `a zone of ${region}`, path);
  }

  #known(name: string, names: readonly string[], what: string, path: Path): string {
    const { problems, sections } = this.#resolving;
    if (names.includes(name) || !sections.isComplete) return name;
    const hint =
      didYouMean(name, names) ??
      (names.length === 0 ? 'there is none' : `it has ${[...new Set(names)].slice(0, 5).join(', ')}`);
    problems.error('E1204', ['billing', ...path], `"${name}" is not ${what}`, { hint });
    return name;
  }
}
