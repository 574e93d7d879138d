import { expect } from 'vitest';
import type { RunResult } from '../../src/experiment/result.ts';
import { type SimulationInput, simulate } from '../../src/experiment/simulate.ts';
import type { Plan, PlatformPlan } from '../../src/model/plan.ts';
import type { BillPrices } from '../../src/model/price-list.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { checkLog } from '../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { SECOND } from '../../src/units.ts';
import { FIRST_FIT } from './plans.ts';

/** 0.08 USD per GB-month of gp3, 0.10 USD per hour of a control plane, 0.0225 USD per hour of a load balancer. */
export const PRICES: BillPrices = {
  ebs: {
    gp3: {
      gbMonthE10: 800_000_000n,
      iopsMonthTiers: [{ upTo: null, priceE10: 50_000_000n }],
      mibpsMonthE10: 400_000_000n,
    },
  },
  services: {
    eksClusterE10PerHour: 1_000_000_000n,
    loadBalancerE10PerHour: { classic: 250_000_000n, application: 225_000_000n, network: 225_000_000n },
  },
};

export interface PlayedRun {
  readonly result: RunResult;
  readonly log: readonly LogRecord[];
}

/** What `simulate` needs to run the plan on the platform; anything can be replaced. */
export function simulationInput(
  planned: Plan,
  on: PlatformPlan = FIRST_FIT,
  rest: Partial<SimulationInput> = {},
): SimulationInput {
  return {
    plan: planned,
    platform: on,
    tables: new Map(),
    scheduler: rest.scheduler ?? findScheduler(on.scheduler.name)!,
    planHash: 'by-hand',
    prices: PRICES,
    pricesAsOf: '2026-02',
    ...rest,
  };
}

/** Unschedulable pods are tried again after five minutes, at the next look of every 30 s, when the others are done. */
const KUBE_LIVENESS_MS = 340_000;

/** Runs the plan with an event log, in which no invariant may be broken. */
export function play(
  planned: Plan,
  on: PlatformPlan = FIRST_FIT,
  rest: Partial<SimulationInput> = {},
): PlayedRun {
  const memory = new MemoryLog();
  const result = simulate(simulationInput(planned, on, { ...rest, log: memory }));
  const livenessMs = typeof on.queue === 'string' ? 0 : KUBE_LIVENESS_MS;
  expect(checkLog(memory.records, { livenessMs })).toEqual([]);
  return { result, log: memory.records };
}

/** Attempts in order of tasks, times in seconds: `web/0 i-0000001 0 > 2 > 12 succeeded` (placed, running, end). */
export function taskLines({ result }: PlayedRun): string[] {
  return [...result.tasks()].map(({ task, attempt, instance, placedMs, runningMs, endMs, outcome }) => {
    const name = attempt === 0 ? task : `${task}#${attempt}`;
    const times = [placedMs, runningMs, endMs].map(second).join(' > ');
    return [name, instance || '-', times, outcome].join(' ');
  });
}

/** Instances in order of request: `i-0000001 pool t4x16 zone-a 0 > 5 > 30 > 90` (requested, running, ready, end). */
export function instanceLines({ result }: PlayedRun): string[] {
  return result.instances.map(({ instance, group: pool, type, zone, ...times }) => {
    const { requestedMs, runningMs, readyMs, endMs } = times;
    return [
      instance,
      pool,
      type,
      zone,
      [requestedMs, runningMs, readyMs, endMs].map(second).join(' > '),
    ].join(' ');
  });
}

function second(timeMs: number | null): string {
  return timeMs === null ? '-' : String(timeMs / SECOND);
}
