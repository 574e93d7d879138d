import {
  type BreakerEvent,
  CircuitBreaker,
  type CircuitBreakerSettings,
} from '../../../src/controllers/ecs/circuit-breaker.ts';
import { daemonWaves } from '../../../src/controllers/ecs/daemon-pass.ts';
import { type DeploymentConfiguration, deploymentBounds } from '../../../src/controllers/ecs/deployment-bounds.ts';
import { placementRetryMs, startFailureDelayMs } from '../../../src/controllers/ecs/retry-delays.ts';
import { type ServiceState, servicePass, type TaskCounts } from '../../../src/controllers/ecs/service-pass.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase } from './case.ts';

/** Kind `deploymentBounds`. */
export function runDeploymentBounds({
  in: input,
  out,
}: EcsCase<DeploymentConfiguration & { readonly desiredCount: number }>): CaseOutcome {
  return compare(deploymentBounds(input.desiredCount, input), out);
}

/** Kind `servicePass`: one pass, in counts. */
export function runServicePass({
  in: input,
  out,
}: EcsCase<ServiceState & { readonly placeable: number }>): CaseOutcome {
  return compare(servicePass(input, input.placeable), out);
}

interface RolloutInput extends DeploymentConfiguration {
  readonly desiredCount: number;
  readonly slots: number;
  readonly healthyAfter: number;
  readonly oldHealthy: number;
  readonly newHealthy: number;
  readonly unhealthyStarts?: readonly number[];
}

const MOST_PASSES = 60;
const total = ({ healthy, starting, unhealthy }: TaskCounts) => healthy + starting + unhealthy;

/** Kind `rollout`: passes until nothing moves any more. */
export function runRollout({ in: input, out }: EcsCase<RolloutInput>): CaseOutcome {
  let old: TaskCounts = { healthy: input.oldHealthy, starting: 0, unhealthy: 0 };
  let healthy = input.newHealthy;
  let unhealthy = 0;
  let starting: { ordinal: number; startedIn: number }[] = [];
  let ordinals = 0;
  const passes: unknown[] = [];
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    for (const { ordinal, startedIn } of starting) {
      if (startedIn !== pass - input.healthyAfter) continue;
      if (input.unhealthyStarts?.includes(ordinal)) unhealthy += 1;
      else healthy += 1;
    }
    starting = starting.filter(({ startedIn }) => startedIn > pass - input.healthyAfter);
    const state = { ...input, new: { healthy, starting: starting.length, unhealthy }, old };
    const actions = servicePass(state, input.slots - total(state.new) - total(old));
    for (let n = 0; n < actions.start; n++) starting.push({ ordinal: ++ordinals, startedIn: pass });
    starting.length -= actions.stopNew.starting;
    healthy -= actions.stopNew.healthy;
    unhealthy -= actions.stopNew.unhealthy;
    old = {
      healthy: old.healthy - actions.stopOld.healthy,
      starting: old.starting - actions.stopOld.starting,
      unhealthy: old.unhealthy - actions.stopOld.unhealthy,
    };
    passes.push({ ...actions, new: { healthy, starting: starting.length, unhealthy }, old });
    const moved = actions.start + total(actions.stopNew) + total(actions.stopOld);
    if (moved === 0 && starting.length === 0) break;
  }
  return compare({ passes }, out);
}

interface BreakerInput {
  readonly desiredCount: number;
  readonly deploymentCircuitBreaker: Omit<Partial<CircuitBreakerSettings>, 'threshold'> & {
    readonly thresholdConfiguration?: CircuitBreakerSettings['threshold'];
  };
  readonly completedBefore: boolean;
  readonly events: readonly BreakerEvent[];
}

/** Kind `circuitBreaker`: the events of one deployment. */
export function runCircuitBreaker({ in: input, out }: EcsCase<BreakerInput>): CaseOutcome {
  const native = input.deploymentCircuitBreaker;
  const breaker = new CircuitBreaker(
    {
      enable: true,
      rollback: native.rollback ?? false,
      resetOnHealthyTask: native.resetOnHealthyTask ?? true,
      threshold: native.thresholdConfiguration ?? { type: 'BOUNDED_PERCENT', value: 50 },
    },
    input.desiredCount,
  );
  const failureCounts: number[] = [];
  for (const event of input.events) {
    breaker.tell(event);
    failureCounts.push(breaker.failures);
    if (breaker.failed) break;
  }
  return compare(
    {
      threshold: breaker.threshold,
      failureCounts,
      failedAt: breaker.failed ? failureCounts.length - 1 : null,
      rolloutState: breaker.failed ? 'FAILED' : 'IN_PROGRESS',
      rollback: breaker.failed && native.rollback === true && input.completedBefore,
    },
    out,
  );
}

/** Kind `daemonWaves`. */
export function runDaemonWaves({
  in: { instances, minimumHealthyPercent },
  out,
}: EcsCase<{ readonly instances: number; readonly minimumHealthyPercent: number }>): CaseOutcome {
  return compare({ waves: daemonWaves(instances, minimumHealthyPercent) }, out);
}

/** Kind `placementRetry`: when a service tries, if every attempt fails. */
export function runPlacementRetry({ in: input, out }: EcsCase<{ readonly attempts: number }>): CaseOutcome {
  const atSeconds = [0];
  while (atSeconds.length < input.attempts) {
    atSeconds.push(atSeconds.at(-1)! + placementRetryMs(atSeconds.length) / 1000);
  }
  return compare({ atSeconds }, out);
}

/** Kind `startFailureDelay`: the delay after each start that fails. */
export function runStartFailureDelay({ in: input, out }: EcsCase<{ readonly failures: number }>): CaseOutcome {
  const failures = Array.from({ length: input.failures }, (_, index) => index + 1);
  return compare({ delaySeconds: failures.map((failure) => startFailureDelayMs(failure) / 1000) }, out);
}
