import type { KubernetesControllerSettings } from '../../model/kubernetes-defaults.ts';
import { formatDurationMs } from '../../units.ts';
import type { ScenarioInput } from './scenario-schema.ts';

type KubernetesInput = Extract<ScenarioInput['platforms'][number], { kind: 'kubernetes' }>;

/** What the plan says of the controllers; the rest has its defaults. */
export function renderControllers(
  settings: Partial<KubernetesControllerSettings>,
): NonNullable<KubernetesInput['controllers']> {
  const { latencyMs, autoscalerPeriodMs, nodeGraceMs, evictionRetryMs, creationsPerSecond, creationBurst } =
    settings;
  return {
    ...(latencyMs !== undefined && { latency: formatDurationMs(latencyMs) }),
    ...(typeof creationsPerSecond === 'number' && { creationsPerSecond }),
    ...(creationBurst !== undefined && { creationBurst }),
    ...(autoscalerPeriodMs !== undefined && { autoscalerPeriod: formatDurationMs(autoscalerPeriodMs) }),
    ...(nodeGraceMs !== undefined && { nodeGrace: formatDurationMs(nodeGraceMs) }),
    ...(evictionRetryMs !== undefined && { evictionRetry: formatDurationMs(evictionRetryMs) }),
  };
}
