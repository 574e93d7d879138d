import {
  type ClusterUpgradeSettings,
  VALIDATION_SUCCESS_MS,
  VALIDATION_TICK_MS,
} from '../../../model/cluster-upgrade.ts';
import type { Steps } from './steps.ts';

export interface ValidationOptions {
  readonly nowMs: () => number;
  readonly steps: Steps;
  readonly settings: Pick<ClusterUpgradeSettings, 'validations' | 'validationTimeoutMs'>;
  /** Is every node and every master there and up? */
  readonly isWhole: () => boolean;
}

/**
 * Looks at the cluster until it was found whole as often in a row as the settings want it, and tells; false: the time is
 * over. Source: kubernetes/kops pkg/instancegroups/instancegroups.go, validateClusterWithTimeout.
 */
export function validate(options: ValidationOptions, then: (isWhole: boolean) => void): void {
  const { nowMs, steps, settings, isWhole } = options;
  const untilMs = nowMs() + settings.validationTimeoutMs;
  let found = 0;
  const look = () => {
    if (found >= settings.validations) {
      then(true);
      return;
    }
    const isGood = isWhole();
    found = isGood ? found + 1 : 0;
    if (found >= settings.validations) then(true);
    else if (nowMs() >= untilMs) then(false);
    else steps.after(isGood ? VALIDATION_SUCCESS_MS : VALIDATION_TICK_MS, look);
  };
  look();
}
