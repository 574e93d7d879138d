/** A job of a list, which may start when all jobs it comes `after` (indexes) are done. */
export interface ListedJob {
  readonly duration: number;
  readonly after?: readonly number[];
}

/**
 * List scheduling: whenever a machine is free it takes the first job of the list that may start. Returns the
 * makespan, at most (2 − 1/machines) times the best one.
 * Source: R. L. Graham, Bounds on multiprocessing timing anomalies (1969).
 */
export function listSchedule(jobs: readonly ListedJob[], machines: number): number {
  const endOf: (number | null)[] = jobs.map(() => null);
  let now = 0;
  for (;;) {
    const done = (job: number) => endOf[job] !== null && endOf[job]! <= now;
    let free = machines - endOf.filter((end) => end !== null && end > now).length;
    jobs.forEach(({ duration, after = [] }, job) => {
      if (endOf[job] !== null || free === 0 || !after.every(done)) return;
      endOf[job] = now + duration;
      free -= 1;
    });
    const running = endOf.filter((end) => end !== null && end > now) as number[];
    if (running.length === 0) return now;
    now = Math.min(...running);
  }
}
