import type { Taint } from '../../model/task-class.ts';
import type { OfferedType } from './instance-types.ts';
import { type NodePool, templateRequirements } from './node-pool.ts';
import { toleratesAll, type PodSpec } from './pod-demand.ts';
import { operatorOf } from './requirement.ts';
import { combined } from './requirements.ts';

/** By value of one label: the taints of the pools whose nodes may have it, one list per pool. */
type TaintsByDomain = Map<string, (readonly Taint[])[]>;

/**
 * The domains that nodes to come may be in, for every label.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/topology.go, buildDomainGroups;
 * topologydomaingroup.go
 */
export class TopologyDomains {
  readonly #byKey = new Map<string, TaintsByDomain>();

  constructor(pools: readonly NodePool[], typesOf: (pool: NodePool) => readonly OfferedType[]) {
    for (const pool of pools) {
      const template = templateRequirements(pool);
      for (const type of typesOf(pool)) {
        for (const [key, { values }] of combined(template, type.requirements.values())) {
          this.#insert(key, values, pool.taints);
        }
      }
      for (const [key, one] of template) {
        if (operatorOf(one) === 'In') this.#insert(key, one.values, pool.taints);
      }
    }
  }

  /** In order of their names. `honourTaints`: those alone that a node may be in which the pod tolerates. */
  domains(key: string, spec: PodSpec, honourTaints: boolean): string[] {
    return [...(this.#byKey.get(key) ?? [])]
      .filter(([, lists]) => !honourTaints || lists.some((taints) => toleratesAll(taints, spec)))
      .map(([domain]) => domain)
      .sort();
  }

  #insert(key: string, values: ReadonlySet<string>, taints: readonly Taint[]): void {
    const domains: TaintsByDomain = this.#byKey.get(key) ?? new Map();
    this.#byKey.set(key, domains);
    for (const value of values) {
      const lists = domains.get(value);
      if (lists === undefined || taints.length === 0) domains.set(value, [taints]);
      else if (lists[0]!.length > 0 && !lists.includes(taints)) lists.push(taints);
    }
  }
}
