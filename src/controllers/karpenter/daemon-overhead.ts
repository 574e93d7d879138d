import type { HostPort, Taint } from '../../model/task-class.ts';
import type { Amounts, OfferedType } from './instance-types.ts';
import { demandOf, type PodSpec, toleratesAll } from './pod-demand.ts';
import { toleratingSoftTaints } from './preferences.ts';
import { haveCommonValues, isCompatible, type Requirements } from './requirements.ts';

/** A DaemonSet, by the pod that it runs on every node that will do. */
export interface Daemon {
  readonly spec: PodSpec;
  readonly requests: Amounts;
}

/** Instance types on which the same daemons would run. */
export interface OverheadGroup {
  readonly types: readonly OfferedType[];
  /** What these daemons request together; null without any. */
  readonly requests: Amounts | null;
  readonly hostPorts: readonly HostPort[];
}

/**
 * The instance types of a template by the daemons that they would run.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/scheduler.go, buildDaemonOverheadGroups
 */
export function overheadGroups(
  types: readonly OfferedType[],
  template: { readonly requirements: Requirements; readonly taints: readonly Taint[] },
  daemons: readonly Daemon[],
  wellKnown: ReadonlySet<string>,
): OverheadGroup[] {
  const groups = new Map<string, { types: OfferedType[]; daemons: Daemon[] }>();
  for (const type of types) {
    const runs = daemons.filter(({ spec }) => runsOn(spec, type, template, wellKnown));
    const key = runs.map((daemon) => daemons.indexOf(daemon)).join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { types: [type], daemons: runs });
    else group.types.push(type);
  }
  return [...groups.values()].map((group) => ({
    types: group.types,
    requests: group.daemons.length === 0 ? null : sum(group.daemons.map(({ requests }) => requests)),
    hostPorts: group.daemons.flatMap(({ spec }) => spec.hostPorts),
  }));
}

/** Would the daemon run on nodes of the type? Any of its required terms will do. */
function runsOn(
  spec: PodSpec,
  type: OfferedType,
  template: { readonly requirements: Requirements; readonly taints: readonly Taint[] },
  wellKnown: ReadonlySet<string>,
): boolean {
  if (!toleratesAll(template.taints, toleratingSoftTaints(spec))) return false;
  return alternatives(spec).some(
    (wanted) =>
      isCompatible(template.requirements, wanted, wellKnown) && haveCommonValues(type.requirements, wanted),
  );
}

/** Does the daemon run on a node with these labels? Its first required term counts alone, and every taint. */
export function runsOnNode(spec: PodSpec, taints: readonly Taint[], labels: Requirements): boolean {
  return toleratesAll(taints, spec) && isCompatible(labels, demandOf(spec).strict);
}

function alternatives(spec: PodSpec): Requirements[] {
  const { required } = spec.nodeAffinity;
  if (required === null || required.length < 2) return [demandOf(spec).strict];
  return required.map(
    (term) => demandOf({ ...spec, nodeAffinity: { required: [term], preferred: [] } }).strict,
  );
}

/** Lane by lane. */
export function sum(amounts: readonly Amounts[]): Float64Array {
  const total = new Float64Array(amounts[0]!.length);
  for (const one of amounts) for (let lane = 0; lane < total.length; lane++) total[lane]! += one[lane]!;
  return total;
}

/** Lane by lane; below 0 where the second is larger. */
export function difference(a: Amounts, b: Amounts): Float64Array {
  const rest = new Float64Array(a.length);
  for (let lane = 0; lane < rest.length; lane++) rest[lane] = a[lane]! - b[lane]!;
  return rest;
}
