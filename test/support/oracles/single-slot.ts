/** A job for servers that take one at a time. */
export interface SingleSlotJob {
  readonly submitMs: number;
  readonly runtimeMs: number;
}

/**
 * Exact start times on `servers` single-slot servers, first come first served: the recursion of Kiefer and Wolfowitz,
 * start = max(arrival, earliest finish), the server with the earliest finish takes the job. `jobs` in order of
 * submission.
 */
export function singleSlotStarts(servers: number, jobs: readonly SingleSlotJob[]): number[] {
  const finishMs = new Array<number>(servers).fill(0);
  return jobs.map(({ submitMs, runtimeMs }) => {
    const first = finishMs.indexOf(Math.min(...finishMs));
    const startMs = Math.max(submitMs, finishMs[first]!);
    finishMs[first] = startMs + runtimeMs;
    return startMs;
  });
}
