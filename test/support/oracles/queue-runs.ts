import { arrivalTimes } from '../../../src/controllers/arrival-times.ts';
import { sampler } from '../../../src/controllers/distributions.ts';
import { ln } from '../../../src/detmath.ts';
import { type RandomStream, RandomStreams } from '../../../src/kernel/random-streams.ts';
import type { Distribution, JobPlan } from '../../../src/model/plan.ts';
import { HOUR, SECOND } from '../../../src/units.ts';
import { job, template } from '../plans.ts';
import { distributionMMcK } from './queueing.ts';
import type { SingleSlotJob } from './single-slot.ts';

/** The mean service time of every queue here: rates are per so many milliseconds. */
export const SERVICE_MS = 100 * SECOND;

/** A queue of customers that want one server each. */
export interface Queue {
  readonly servers: number;
  /** Arrivals per mean service time. */
  readonly lambda: number;
  readonly service: Distribution;
}

/** Customers of a Poisson stream as a job of a plan: each takes a whole instance. */
export function stream({ lambda, service }: Omit<Queue, 'servers'>, name = 'customers'): JobPlan {
  return job(name, {
    template: template({ cpuMilli: 4000 }),
    arrivals: {
      kind: 'poisson',
      steps: [{ atMs: 0, perHour: (lambda * HOUR) / SERVICE_MS }],
      repeatMs: null,
    },
    runtime: service,
  });
}

/** Who is there already when a window opens: a job each, all at the start. */
export function found(runtimesMs: readonly number[]): JobPlan[] {
  return runtimesMs.map((valueMs, index) =>
    job(`found-${String(index).padStart(4, '0')}`, {
      template: template({ cpuMilli: 4000 }),
      runtime: { kind: 'constant', valueMs },
    }),
  );
}

/** The customers of a job that arrive before `untilMs`, as the engine draws them for that seed. */
export function drawn(plan: JobPlan, seed: number, untilMs: number): SingleSlotJob[] {
  const streams = new RandomStreams(seed, 0);
  const nextMs = arrivalTimes(plan.arrivals, 0, streams.stream('arrivals', plan.name));
  const runtimeMs = sampler(plan.runtime);
  const runtimes = streams.stream('runtime', plan.name);
  const customers: SingleSlotJob[] = [];
  for (let submitMs = nextMs(); submitMs < untilMs; submitMs = nextMs()) {
    customers.push({ submitMs, runtimeMs: runtimeMs(runtimes.double()) });
  }
  return customers;
}

/**
 * What a stationary queue has to do when a window opens, as runtimes of tasks that are there: the window then needs no
 * warm-up. With exponential service the number in system is drawn, and what is left of each service is a whole one; with one
 * server and any service the work left is a geometric number of residual services (Pollaczek and Khinchine).
 */
export function stationaryStart({ servers, lambda, service }: Queue, seed: number): number[] {
  const draws = new RandomStreams(seed, 0).stream('found');
  if (service.kind === 'exponential') {
    const states = distributionMMcK(lambda, 1, servers, 1500);
    let left = draws.double();
    let inSystem = 0;
    while (left >= states[inSystem]!) left -= states[inSystem++]!;
    const whole = sampler(service);
    return Array.from({ length: inSystem }, () => whole(draws.double()));
  }
  let workMs = 0;
  while (draws.double() < lambda / servers) workMs += residualMs(service, draws);
  return workMs === 0 ? [] : [Math.round(workMs)];
}

/** What is left of a service that somebody looks at by chance: of one in proportion to its length, a uniform share. */
function residualMs(service: Distribution, draws: RandomStream): number {
  switch (service.kind) {
    case 'constant':
      return service.valueMs * draws.double();
    case 'empirical': {
      const total = service.points.reduce((sum, { valueMs, weight }) => sum + valueMs * weight, 0);
      let left = draws.double() * total;
      for (const { valueMs, weight } of service.points) {
        left -= valueMs * weight;
        if (left < 0) return valueMs * draws.double();
      }
      return 0;
    }
    case 'hyperexponential': {
      // Balanced means: either phase does half of the work.
      const p = 0.5 * (1 + Math.sqrt((service.squaredVariation - 1) / (service.squaredVariation + 1)));
      const rate = 2 * (draws.double() < 0.5 ? p : 1 - p);
      return (-ln(1 - draws.double()) / rate) * service.meanMs;
    }
    default:
      throw new Error(`no residual of ${service.kind} here`);
  }
}
