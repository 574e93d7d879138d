import { makeBill } from '../billing/bill.ts';
import type { BillPrices } from '../model/price-list.ts';
import { LANE } from '../model/resources.ts';
import { ClusterRun, type ClusterRunInput, type RunProgress } from './run/cluster-run.ts';
import type { RunResult } from './result.ts';
import { usageOf } from './run-bill.ts';
import { instanceMs, laneIntegrals } from './run-integrals.ts';
import { runResult } from './run-result.ts';
import { billInputOf } from './usage-record.ts';

export interface SimulationInput extends ClusterRunInput {
  /** Names the plan in the result. */
  readonly planHash: string;
  /** Prices of the plan's region other than those of instances. */
  readonly prices: BillPrices;
  /** Month of the region's instance prices, for every footer: `2026-07`. */
  readonly pricesAsOf: string;
}

/**
 * Asked every thousand or so events; true stops the run, which then leaves a valid partial result. The run waits for an
 * answer that is a promise: that is when signals and timers get their turn.
 */
export type Observe = (progress: RunProgress) => boolean | Promise<boolean>;

/**
 * One run of one platform, from the plan to the result. Equal input gives equal results, byte for byte. The work is
 * synchronous and in memory, but for rows that go to the `overflow` of the input and that its tables read from theirs.
 * Errors: those of the overflow.
 */
export function simulate(input: SimulationInput): RunResult {
  const run = new ClusterRun(input);
  return endedRun(run, input, run.run() === 'stopped');
}

/** `simulate` under observation. How often it waits, and for how long, does not show in the result. */
export async function simulateObserved(input: SimulationInput, observe: Observe): Promise<RunResult> {
  const run = new ClusterRun(input);
  const pauses: Promise<boolean>[] = [];
  let wasAnswered = false;
  const shouldStop = (progress: RunProgress): boolean => {
    // The kernel asks before its first event: after a pause it has just been answered.
    if (wasAnswered) {
      wasAnswered = false;
      return false;
    }
    const answer = observe(progress);
    if (typeof answer === 'boolean') return answer;
    pauses.push(answer);
    return true;
  };
  let end = run.run(shouldStop);
  for (let pause = pauses.pop(); pause !== undefined; pause = pauses.pop()) {
    if (await pause) break;
    wasAnswered = true;
    end = run.run(shouldStop);
  }
  return endedRun(run, input, end === 'stopped');
}

/** The result of a run that has ended: at its horizon, or where it was stopped. */
export function endedRun(run: ClusterRun, input: SimulationInput, stopped: boolean): RunResult {
  // A run whose events are all over goes on to its horizon: instances cost money while nothing happens.
  const endMs = stopped ? run.kernel.nowMs : input.plan.horizonMs;
  const { pending, running } = run.tasks.finish(endMs);
  run.instances.finish(endMs);
  const usage = usageOf(run, input.prices, endMs);
  const bill = makeBill(billInputOf(usage));
  const result = runResult(run, {
    planHash: input.planHash,
    pricesAsOf: input.pricesAsOf,
    endMs,
    complete: !stopped,
    pending,
    running,
    bill,
    usage,
  });
  const { names } = run.platform.resources;
  run.endLog(endMs, result.summary.tasks, {
    requested: names.flatMap((resource, lane) =>
      lane === LANE.slots ? [] : [{ resource, amountMs: laneIntegrals(run, lane).requested.toString() }],
    ),
    instanceMs: String(instanceMs(run, endMs)),
    pendingMs: null,
    hostedMs: null,
  });
  return result;
}
