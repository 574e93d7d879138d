import type { KubeletSettings } from '../../model/kubelet-defaults.ts';
import { formatBytes, formatDurationMs } from '../../units.ts';
import type { KubeletInput } from './kubelet-schema.ts';

/** What the plan says of kubelets; the rest has its defaults. */
export function renderKubelet(settings: Partial<KubeletSettings>): KubeletInput {
  const amount = <Key extends keyof KubeletInput>(key: Key, bytes: number | null | undefined) =>
    typeof bytes === 'number' ? { [key]: formatBytes(bytes) } : {};
  const time = <Key extends keyof KubeletInput>(key: Key, ms: number | undefined) =>
    ms === undefined ? {} : { [key]: formatDurationMs(ms) };
  const { kubeReserved, maxPods } = settings;
  return {
    ...(kubeReserved !== undefined && { kubeReserved }),
    ...(maxPods !== undefined && { maxPods }),
    ...amount('evictionHard', settings.evictionHardBytes),
    ...amount('evictionSoft', settings.evictionSoftBytes),
    ...time('evictionSoftGracePeriod', settings.evictionSoftGracePeriodMs),
    ...time('evictionMaxPodGracePeriod', settings.evictionMaxPodGracePeriodMs),
    ...amount('evictionMinimumReclaim', settings.evictionMinimumReclaimBytes),
    ...time('evictionPressureTransitionPeriod', settings.evictionPressureTransitionPeriodMs),
    ...time('maxContainerRestartPeriod', settings.maxContainerRestartPeriodMs),
  };
}
