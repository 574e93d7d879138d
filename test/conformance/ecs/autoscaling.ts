import { afterScheduledAction, type CapacityBounds } from '../../../src/controllers/ecs/scalable-target.ts';
import { StepScaling, type StepScalingPolicy } from '../../../src/controllers/ecs/step-scaling.ts';
import { stepProblems } from '../../../src/model/step-adjustments.ts';
import { TargetTracking } from '../../../src/controllers/ecs/target-tracking.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase } from './case.ts';

interface TrackingInput extends CapacityBounds {
  readonly desired: number;
  readonly policies: readonly {
    readonly targetValue: number;
    readonly scaleInCooldown?: number;
    readonly disableScaleIn?: boolean;
  }[];
  readonly minutes: readonly {
    readonly running: number;
    readonly metrics: readonly (number | null)[];
    readonly deploymentInProgress?: boolean;
  }[];
}

/** Kind `targetTracking`: minute by minute. */
export function runTargetTracking({ in: input, out }: EcsCase<TrackingInput>): CaseOutcome {
  const tracking = new TargetTracking(
    input,
    input.policies.map(({ targetValue, scaleInCooldown = 300, disableScaleIn = false }) => ({
      targetValue,
      scaleInCooldownSeconds: scaleInCooldown,
      disableScaleIn,
    })),
  );
  let { desired } = input;
  const minutes = input.minutes.map(({ running, metrics, deploymentInProgress = false }) => {
    const answer = tracking.observe({ running, desired, metrics, deploymentInProgress });
    desired = answer.desired;
    return answer;
  });
  return compare({ minutes }, out);
}

interface StepInput extends CapacityBounds {
  readonly desired: number;
  readonly policies: readonly (Pick<StepScalingPolicy, 'direction' | 'threshold' | 'adjustmentType'> & {
    readonly stepAdjustments: readonly {
      readonly metricIntervalLowerBound?: number | null;
      readonly metricIntervalUpperBound?: number | null;
      readonly scalingAdjustment: number;
    }[];
    readonly minAdjustmentMagnitude?: number;
    readonly cooldown?: number;
  })[];
  readonly metrics: readonly (number | null)[];
}

/** Kind `stepScaling`: minute by minute, or what is wrong with the steps. */
export function runStepScaling({ in: input, out }: EcsCase<StepInput>): CaseOutcome {
  const policies = input.policies.map(
    ({ stepAdjustments, minAdjustmentMagnitude = 0, cooldown = 300, ...policy }): StepScalingPolicy => ({
      ...policy,
      minAdjustmentMagnitude,
      cooldownSeconds: cooldown,
      steps: stepAdjustments.map((step) => ({
        lower: step.metricIntervalLowerBound ?? null,
        upper: step.metricIntervalUpperBound ?? null,
        scalingAdjustment: step.scalingAdjustment,
      })),
    }),
  );
  if (policies.some(({ steps }) => stepProblems(steps).length > 0)) {
    return compare({ error: 'ValidationException' }, out);
  }
  const scaling = new StepScaling(input, policies);
  let { desired } = input;
  const minutes = input.metrics.map((metric) => {
    const answer = scaling.observe(desired, metric);
    desired = answer.desired;
    return answer;
  });
  return compare({ minutes }, out);
}

/** Kind `scheduledAction`: new bounds. */
export function runScheduledAction({
  in: { desired, ...limits },
  out,
}: EcsCase<Partial<CapacityBounds> & { readonly desired: number }>): CaseOutcome {
  return compare({ desired: afterScheduledAction(desired, limits) }, out);
}
