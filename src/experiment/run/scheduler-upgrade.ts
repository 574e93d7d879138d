import type { PlatformPlan } from '../../model/plan.ts';
import { isKubernetesScheduler } from '../../schedulers/kubernetes/kubernetes-scheduler.ts';
import type { KubernetesOptions } from '../../schedulers/kubernetes/kubernetes-options.ts';
import type { Scheduler, SchedulerDefinition } from '../../schedulers/scheduler.ts';
import type { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import { optionsOf } from './plan-parts.ts';

/** The first minor version of Kubernetes 1 that decides by the rules of 1.36. */
const FIRST_OF_NEW_RULES = 35;

/** Whether a control plane of the version brings a kube-scheduler of other rules than those the platform began with. */
export function bringsNewRules(platform: PlatformPlan, version: string | null): boolean {
  if (platform.kind !== 'kubernetes' || platform.version !== '1.34' || version === null) return false;
  const minor = /^1\.(\d+)$/.exec(version)?.[1];
  return minor !== undefined && Number(minor) >= FIRST_OF_NEW_RULES;
}

/** The control plane has another version: from now on its kube-scheduler decides, by the same configuration. */
export function upgradeScheduler(
  scheduler: Scheduler,
  definition: SchedulerDefinition,
  platform: PlatformPlan,
  manifests: ManifestSet | null,
): void {
  if (!isKubernetesScheduler(scheduler)) return;
  const options = { ...(platform.scheduler.options as object), version: '1.36' };
  const upgraded = { ...platform, scheduler: { ...platform.scheduler, options } };
  scheduler.succeededBy(optionsOf(definition, upgraded, manifests) as KubernetesOptions);
}
