import { expiredImages } from '../billing/lifecycle-policy.ts';
import type { LifecycleRule, Repository, RepositoryImage } from '../billing/usage.ts';
import type { RegistryPlan } from '../model/billing-plan.ts';
import type { Plan } from '../model/plan.ts';
import type { ImageRef } from '../model/task-class.ts';
import { DAY } from '../units.ts';

/**
 * What a registry holds while a plan runs: a repository for each image of the templates. Versions share all layers but the
 * last, which is where an application stands (chosen); those of an image that says nothing of its layers share none. To the
 * versions that are there at the start come one every `pushEveryMs`, and one with each deployment of a service that uses the
 * image. A lifecycle policy is evaluated once a day, from a day after the start on; what they expire is deleted then.
 * Source: Amazon ECR user guide, LifecyclePolicies.md: within 24 hours.
 */
export function repositoriesOf(plan: Plan, endMs: number, registry: RegistryPlan): Repository[] {
  const { startEpochMs, region } = plan;
  return [...usedImages(plan)].map(([name, { sizeBytes, layers = [] }]) => {
    const shared = layers.slice(0, -1);
    const ownBytes = layers.at(-1)?.sizeBytes ?? sizeBytes;
    const sharedNames = shared.map((layer) => `layer ${layer.name}`);
    const pushes = [
      ...Array.from({ length: registry.versions }, () => 0),
      ...laterPushes(plan, name, endMs, registry),
    ];
    const digests = pushes.map((_, index) => `version-${index + 1}`);
    const images = pushes.map((atMs, index) => ({
      digest: digests[index]!,
      tags: [],
      pushedMs: startEpochMs + atMs,
      deletedMs: startEpochMs + endMs,
      layers: [...sharedNames, digests[index]!],
    }));
    return {
      id: `image/${name}`,
      region,
      visibility: registry.visibility,
      layers: new Map([
        ...shared.map((layer) => [`layer ${layer.name}`, layer.sizeBytes] as const),
        ...digests.map((digest) => [digest, ownBytes] as const),
      ]),
      images: afterPolicy(images, registry, startEpochMs, startEpochMs + endMs),
    };
  });
}

function usedImages({ workload, events = [] }: Plan): ReadonlyMap<string, ImageRef> {
  const { services, jobs, traces, distributions } = workload;
  const templates = [...services, ...jobs, ...traces, ...distributions].map(({ template }) => template);
  for (const event of events) if (event.kind === 'deploy' && event.template) templates.push(event.template);
  return new Map(templates.flatMap(({ image }) => (image ? [[image.name, image] as const] : [])));
}

/** When versions of the image are pushed during the run, in order. */
function laterPushes(plan: Plan, image: string, endMs: number, { pushEveryMs }: RegistryPlan): number[] {
  const times: number[] = [];
  if (pushEveryMs !== undefined)
    for (let atMs = pushEveryMs; atMs < endMs; atMs += pushEveryMs) times.push(atMs);
  for (const event of plan.events ?? []) {
    if (event.kind !== 'deploy' || event.atMs === 0 || event.atMs >= endMs) continue;
    const service = plan.workload.services.find(({ name }) => name === event.service);
    if ((event.template ?? service?.template)?.image?.name === image) times.push(event.atMs);
  }
  return times.sort((a, b) => a - b);
}

function afterPolicy(
  images: readonly RepositoryImage[],
  { lifecycle }: RegistryPlan,
  startMs: number,
  endMs: number,
): readonly RepositoryImage[] {
  if (lifecycle === undefined) return images;
  const rules: LifecycleRule[] = [{ ...lifecycle, priority: 1, tagStatus: 'any', tagPrefixes: [] }];
  let kept = images;
  for (let atMs = startMs + DAY; atMs < endMs; atMs += DAY) {
    const gone = new Set(expiredImages(kept, rules, atMs).map(({ digest }) => digest));
    const evaluatedMs = atMs;
    kept = kept.map((image) => (gone.has(image.digest) ? { ...image, deletedMs: evaluatedMs } : image));
  }
  return kept;
}
