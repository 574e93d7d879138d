import { type KubeletSettings, kubeletSettings } from '../../model/kubelet-defaults.ts';
import type { SelfRunControlPlanePlan } from '../../model/self-run-control-plane.ts';
import type { KubeletInput } from './kubelet-schema.ts';
import type { Path } from './locate.ts';
import { durationMs } from './resolve-distribution.ts';
import { bytes } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import { present } from './scheduler-options.ts';

/** What the scenario says; the rest has the defaults of the control plane. A soft threshold below the hard one is reported (E1103). */
export function resolveKubelet(
  input: KubeletInput | undefined,
  controlPlane: 'eks' | 'none' | SelfRunControlPlanePlan,
  { path, resolving }: { readonly path: Path; readonly resolving: Resolving },
): Partial<KubeletSettings> | undefined {
  if (input === undefined) return undefined;
  const amount = (text: string | number | undefined) => (text === undefined ? undefined : bytes(text));
  const ms = (text: string | undefined) => (text === undefined ? undefined : durationMs(text));
  const own = present({
    kubeReserved: input.kubeReserved,
    maxPods: input.maxPods,
    evictionHardBytes: amount(input.evictionHard),
    evictionSoftBytes: amount(input.evictionSoft),
    evictionSoftGracePeriodMs: ms(input.evictionSoftGracePeriod),
    evictionMaxPodGracePeriodMs: ms(input.evictionMaxPodGracePeriod),
    evictionMinimumReclaimBytes: amount(input.evictionMinimumReclaim),
    evictionPressureTransitionPeriodMs: ms(input.evictionPressureTransitionPeriod),
    maxContainerRestartPeriodMs: ms(input.maxContainerRestartPeriod),
  }) as Partial<KubeletSettings>;
  const { evictionSoftBytes, evictionHardBytes } = kubeletSettings(controlPlane, own);
  const problem = (key: keyof KubeletInput, message: string) =>
    resolving.problems.error('E1103', [...path, key], message, { part: 'key' });
  if (evictionSoftBytes !== null && evictionSoftBytes <= evictionHardBytes)
    problem('evictionSoft', 'a soft threshold below the hard one is never met first');
  if (evictionSoftBytes === null) {
    for (const key of ['evictionSoftGracePeriod', 'evictionMaxPodGracePeriod'] as const)
      if (input[key] !== undefined)
        problem(key, 'there is no soft threshold that it would be for (evictionSoft)');
  }
  return own;
}
