/**
 * Queueing theory in closed form: arrival rate λ, service rate μ per server, c servers, offered load a = λ/μ.
 * Sources: L. Kleinrock, Queueing Systems I (1975); D. Gross et al., Fundamentals of Queueing Theory, 4th ed. (2008);
 * G. P. Cosmetatos, Approximate explicit formulae for the average queueing time in M/D/r (1975).
 */

/** Erlang B: the probability that all of `servers` are taken when blocked calls are lost. */
export function erlangB(servers: number, load: number): number {
  let blocking = 1;
  for (let k = 1; k <= servers; k++) blocking = (load * blocking) / (k + load * blocking);
  return blocking;
}

/** Erlang C: the probability of waiting in M/M/c. */
export function erlangC(servers: number, load: number): number {
  const blocking = erlangB(servers, load);
  return (servers * blocking) / (servers - load * (1 - blocking));
}

/** Mean wait in queue of M/M/c. */
export function waitMMc(lambda: number, mu: number, servers: number): number {
  return erlangC(servers, lambda / mu) / (servers * mu - lambda);
}

/** P(wait > t) in M/M/c. */
export function waitTailMMc(lambda: number, mu: number, servers: number, t: number): number {
  return erlangC(servers, lambda / mu) * Math.exp(-(servers * mu - lambda) * t);
}

/** Quantile p of the wait in M/M/c; 0 when fewer than 1 − p wait at all. */
export function waitQuantileMMc(lambda: number, mu: number, servers: number, p: number): number {
  const waits = erlangC(servers, lambda / mu);
  return waits <= 1 - p ? 0 : Math.log(waits / (1 - p)) / (servers * mu - lambda);
}

/** Quantile p of the time in system of M/M/1. */
export function sojournQuantileMM1(lambda: number, mu: number, p: number): number {
  return -Math.log(1 - p) / (mu - lambda);
}

/** Probabilities p_0..p_K of M/M/c with room for K. */
export function distributionMMcK(lambda: number, mu: number, servers: number, room: number): number[] {
  const weights = [1];
  for (let n = 1; n <= room; n++) weights.push((weights[n - 1]! * lambda) / (Math.min(n, servers) * mu));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Mean number, time in system and wait in queue of the admitted in M/M/c/K. */
export function meansMMcK(lambda: number, mu: number, servers: number, room: number) {
  const p = distributionMMcK(lambda, mu, servers, room);
  const inSystem = p.reduce((sum, probability, n) => sum + n * probability, 0);
  const sojourn = inSystem / (lambda * (1 - p[room]!));
  return { inSystem, sojourn, wait: sojourn - 1 / mu };
}

/** Pollaczek-Khinchine: mean wait of M/G/1; `squaredVariation` of the service time. */
export function waitMG1(lambda: number, meanService: number, squaredVariation: number): number {
  const rho = lambda * meanService;
  return ((rho / (1 - rho)) * (1 + squaredVariation) * meanService) / 2;
}

/** Cosmetatos: mean wait of M/D/c, an approximation within a few percent. */
export function waitMDcApproximate(lambda: number, mu: number, servers: number): number {
  const rho = lambda / (servers * mu);
  const correction = ((1 - rho) * (servers - 1) * (Math.sqrt(4 + 5 * servers) - 2)) / (16 * rho * servers);
  return 0.5 * (1 + correction) * waitMMc(lambda, mu, servers);
}

/** P(N > n) for a Poisson variable: the number present in M/G/∞ with mean λE[S]. */
export function poissonTail(mean: number, n: number): number {
  let term = Math.exp(-mean);
  let sum = term;
  for (let k = 1; k <= n; k++) {
    term *= mean / k;
    sum += term;
  }
  return 1 - sum;
}

/** Mean waits per class, first class first, of M/M/1 with priorities that do not interrupt. */
export function waitsNonPreemptive(lambdas: readonly number[], mu: number): number[] {
  const residual = lambdas.reduce((sum, lambda) => sum + (lambda * 2) / mu ** 2, 0) / 2;
  let before = 0;
  return lambdas.map((lambda) => {
    const upTo = before + lambda / mu;
    const wait = residual / ((1 - before) * (1 - upTo));
    before = upTo;
    return wait;
  });
}

/** Mean times in system per class of M/M/1 with priorities that interrupt and resume. */
export function sojournsPreemptive(lambdas: readonly number[], mu: number): number[] {
  let before = 0;
  let residual = 0;
  return lambdas.map((lambda) => {
    const upTo = before + lambda / mu;
    residual += lambda / mu ** 2;
    const sojourn = 1 / mu / (1 - before) + residual / ((1 - before) * (1 - upTo));
    before = upTo;
    return sojourn;
  });
}

/** Mean billed time of an exponential life of `mean` with a minimum charge, in the same unit. */
export function meanWithMinimum(mean: number, minimum: number): number {
  return minimum + mean * Math.exp(-minimum / mean);
}

/** Mean time to finish work of length `work` that starts over at each failure, failures of hazard `gamma`. */
export function meanRestarting(gamma: number, work: number): number {
  return Math.expm1(gamma * work) / gamma;
}

/** Mean number of empty nodes after `tasks` were thrown on `nodes` at random. */
export function meanEmptyNodes(nodes: number, tasks: number): number {
  return nodes * (1 - 1 / nodes) ** tasks;
}

/** Share of time that something is up. */
export function availability(upTime: number, downTime: number): number {
  return upTime / (upTime + downTime);
}

/** Two-phase hyperexponential with balanced means: the probability of the first phase. */
export function hyperexponentialShare(squaredVariation: number): number {
  return 0.5 * (1 + Math.sqrt((squaredVariation - 1) / (squaredVariation + 1)));
}

/** Probability that at least two of three independent zones are up. */
export function twoOfThree(zoneAvailability: number): number {
  return zoneAvailability ** 3 + 3 * zoneAvailability ** 2 * (1 - zoneAvailability);
}

/**
 * M/D/c exactly, by iterating the number in system from one service time to the next until it settles (Crommelin
 * 1932): N(t + D) = max(N(t) − c, 0) + Poisson(λD). `states` bounds N; the tail beyond it must be negligible.
 */
export function exactMDc(lambda: number, servers: number, states = 600): { wait: number; delayed: number } {
  const arrivals = [Math.exp(-lambda)];
  for (let k = 1; k < states; k++) arrivals.push((arrivals[k - 1]! * lambda) / k);
  const significant = arrivals.findLastIndex((p) => p > 1e-18) + 1;
  let now: number[] = new Array(states).fill(0);
  now[0] = 1;
  for (let change = 1; change > 1e-15; ) {
    const next: number[] = new Array(states).fill(0);
    now.forEach((probability, n) => {
      const left = Math.max(n - servers, 0);
      for (let k = 0; k < significant && left + k < states; k++) {
        next[left + k]! += probability * arrivals[k]!;
      }
    });
    change = Math.max(...next.map((probability, n) => Math.abs(probability - now[n]!)));
    now = next;
  }
  const queued = now.reduce((sum, probability, n) => sum + Math.max(n - servers, 0) * probability, 0);
  const free = now.slice(0, servers).reduce((sum, probability) => sum + probability, 0);
  return { wait: queued / lambda, delayed: 1 - free };
}
