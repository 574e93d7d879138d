import type { Plan } from '../../model/plan.ts';
import { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import { locatedManifests, ObjectProblems } from './resolve-manifests.ts';
import type { Resolving } from './resolving.ts';

/**
 * Kubernetes objects say things that other platforms have no words for: a plan with some has Kubernetes platforms only
 * (E2004), a fleet of Node objects belongs to such platforms only, and pods that are on a node already need that node in
 * every fleet (E1204). A translation that drops half of what a pod says would make a comparison that means nothing.
 */
export function checkKubernetesOnly(plan: Plan, resolving: Resolving): void {
  const { sections, problems } = resolving;
  const hasManifests = sections.manifests.length > 0;
  const hasNodes = (plan.fleet ?? []).some(({ nodes }) => nodes !== undefined);
  for (const { path, value } of sections.platforms) {
    if (value.kind === 'kubernetes') continue;
    const own = value.fleet?.some(({ nodes }) => nodes !== undefined);
    const what = hasManifests
      ? 'workload.manifests'
      : (own ?? hasNodes)
        ? 'Node objects as its fleet'
        : undefined;
    if (what === undefined) continue;
    const message = `platform "${value.name}" is of kind ${value.kind} and cannot run ${what}`;
    const hint = hasManifests
      ? 'compare Kubernetes platforms with each other, or write the workload as services and jobs'
      : 'give it a fleet of its own: fleet: [{ name: general, type: m6i.xlarge, size: 3 }]';
    problems.error('E2004', [...path, 'kind'], message, { hint });
  }
  if (plan.workload.manifests !== undefined) checkNodeNames(plan, resolving);
}

/** Where a fleet could not be resolved, its nodes are not known. */
function checkNodeNames(plan: Plan, resolving: Resolving): void {
  if (resolving.problems.hasErrors) return;
  const objects = locatedManifests(resolving);
  const bound = new ManifestSet(objects.map(({ value }) => value)).pods.filter(
    ({ nodeName }) => nodeName !== '',
  );
  const report = new ObjectProblems(objects, resolving.problems);
  for (const platform of plan.platforms) {
    const fleet = platform.fleet ?? plan.fleet;
    const names = fleet.flatMap(({ instances }) => instances.map(({ name }) => name));
    const known = new Set(names);
    for (const { namespace, name, nodeName, index } of bound) {
      if (known.has(nodeName)) continue;
      const message = `there is no node "${nodeName}" on platform "${platform.name}", where it runs`;
      const problem = { path: ['spec', 'nodeName'], message, validNames: names };
      report.error(index, problem, `Pod ${namespace}/${name}`);
    }
  }
}
