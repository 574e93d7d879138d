import type { ApiObject } from '../../model/plan.ts';
import { titleOf } from '../../schedulers/kubernetes/manifests/api-object.ts';
import { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import { trimmed } from '../../schedulers/kubernetes/manifests/trimmed.ts';
import { kubernetesResourceTable } from '../../schedulers/kubernetes/resource-names.ts';
import type { OptionsProblem } from '../../schedulers/scheduler.ts';
import { didYouMean } from './did-you-mean.ts';
import { parseInstant } from './instant.ts';
import { importKey, ownFleet } from './load-imports.ts';
import { Problems, type Path } from './locate.ts';
import type { LocatedObject } from './manifest-documents.ts';
import { valueAt } from './place.ts';
import type { Resolving } from './resolving.ts';

/**
 * The Kubernetes objects of the workload, trimmed. What the API server would refuse is an error at the place where it
 * is written (E2003, E1204, E1205); what is not simulated is a warning (W2005), and stays among the objects by name, so
 * that it is counted in results. Empty when there are none.
 */
export function resolveManifests(resolving: Resolving): readonly ApiObject[] {
  const { sections, problems } = resolving;
  const objects = locatedManifests(resolving);
  const set = new ManifestSet(objects.map(({ value }) => value));
  const report = new ObjectProblems(objects, problems);
  reportTwins(set, objects, report);
  for (const { index, ...problem } of set.problems) report.error(index, problem, titleAt(set, index));
  const table = kubernetesResourceTable(set.extended);
  for (const { pod, path } of [...set.pods.map((pod) => ({ pod, path: [] })), ...set.templates]) {
    const read = set.taskClass(pod, table, () => 0);
    if ('problems' in read) {
      for (const problem of read.problems) {
        report.error(pod.index, { ...problem, path: [...path, ...problem.path] }, titleAt(set, pod.index));
      }
    }
    if (pod.createdAt !== undefined && parseInstant(pod.createdAt) === undefined) {
      const message = `'${pod.createdAt}' is no instant, like 2026-03-02T00:00:00Z`;
      report.error(pod.index, { path: ['metadata', 'creationTimestamp'], message }, titleAt(set, pod.index));
    }
  }
  for (const { index, path, message } of set.leftOut) {
    report.warning(index, path, `${titleAt(set, index)}${message}`);
  }
  const groups = [...sections.fleet, ...sections.platforms.flatMap(ownFleet)];
  if (!groups.some(({ value }) => value.nodes !== undefined)) reportStrayNodes(set, objects, report);
  return objects.flatMap((_, index) => {
    const named = set.named(index);
    return named === undefined || named.kind === 'Node' ? [] : [trimmed(named)];
  });
}

/** The objects of the workload, with their places, in the order of the scenario. */
export function locatedManifests({ sections, imports }: Resolving): readonly LocatedObject[] {
  return sections.manifests.flatMap(({ path }) => imports.objects.get(importKey(path)) ?? []);
}

function titleAt(set: ManifestSet, index: number): string {
  const named = set.named(index);
  return named === undefined ? 'this object' : titleOf(named);
}

/** Nodes among the workload make no fleet; where a group has nodes, they are taken to be the same dump. */
function reportStrayNodes(set: ManifestSet, objects: readonly LocatedObject[], report: ObjectProblems): void {
  objects.forEach((_, index) => {
    const named = set.named(index);
    if (named?.kind !== 'Node') return;
    report.warning(index, [], `${titleOf(named)} is left out: nodes are named by a fleet`, NODES_HINT);
  });
}

const NODES_HINT = 'fleet: [{ name: cluster, nodes: [nodes.yaml] }]';

/** Two objects of one kind and name cannot both be in a cluster. */
function reportTwins(set: ManifestSet, objects: readonly LocatedObject[], report: ObjectProblems): void {
  const first = new Map<string, number>();
  objects.forEach((_, index) => {
    const named = set.named(index);
    if (named === undefined) return;
    const title = titleOf(named);
    const twin = first.get(title);
    if (twin === undefined) first.set(title, index);
    else report.twin(index, twin, title);
  });
}

/** Findings about objects, each at its own place in its own file. */
export class ObjectProblems {
  readonly #objects: readonly LocatedObject[];
  readonly #problems: Problems;

  constructor(objects: readonly LocatedObject[], problems: Problems) {
    this.#objects = objects;
    this.#problems = problems;
  }

  /** E2003, or E1204 where names are listed. `title`: the object as messages name it. */
  error(index: number, { path, message, validNames }: OptionsProblem, title: string): void {
    const { value } = this.#objects[index]!;
    const word = valueAt(value, path);
    const hint =
      validNames === undefined
        ? undefined
        : didYouMean(typeof word === 'string' ? word : String(path.at(-1) ?? ''), validNames);
    this.#at(index, path, (here, full) =>
      here.error(validNames === undefined ? 'E2003' : 'E1204', full, `${title}: ${message}`, { hint }),
    );
  }

  warning(index: number, path: Path, message: string, hint?: string): void {
    this.#at(index, path, (here, full) => here.warning('W2005', full, message, { hint }));
  }

  /** E2102: nobody knows what the node costs. */
  unpriced(index: number, node: string, typeName: string, region: string): void {
    const why =
      typeName === ''
        ? 'has no instance type'
        : `is of the type "${typeName}", which has no price in ${region}`;
    this.#at(index, ['metadata', 'labels', 'node.kubernetes.io/instance-type'], (here, full) =>
      here.error('E2102', full, `Node ${node} ${why}`, {
        hint: 'give its group a price, or the type an entry in types',
      }),
    );
  }

  twin(index: number, first: number, title: string): void {
    const { locate, path } = this.#objects[first]!;
    const position = locate(path).position;
    const hint = position === undefined ? undefined : `the other one is at ${position.file}:${position.line}`;
    this.#at(index, ['metadata', 'name'], (here, full) =>
      here.error('E1205', full, `${title} appears twice`, { hint }),
    );
  }

  #at(index: number, path: Path, add: (here: Problems, full: Path) => void): void {
    const { locate, path: base } = this.#objects[index]!;
    const here = new Problems(locate);
    add(here, [...base, ...path]);
    this.#problems.adopt(here.list);
  }
}
