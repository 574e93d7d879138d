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
    let first = 0;
    for (let server = 1; server < servers; server++) if (finishMs[server]! < finishMs[first]!) first = server;
    const startMs = Math.max(submitMs, finishMs[first]!);
    finishMs[first] = startMs + runtimeMs;
    return startMs;
  });
}

/**
 * Which jobs find a free one of `servers` servers, when those that do not are lost. What ends at an instant is over when
 * something comes at that instant.
 */
export function lossSystem(servers: number, jobs: readonly SingleSlotJob[]): boolean[] {
  const finishMs = new Array<number>(servers).fill(0);
  return jobs.map(({ submitMs, runtimeMs }) => {
    const free = finishMs.findIndex((endMs) => endMs <= submitMs);
    if (free >= 0) finishMs[free] = submitMs + runtimeMs;
    return free >= 0;
  });
}

/**
 * Exact start times on `servers` servers, first come first served, when at most `room` are in the system: whoever comes
 * then is turned away, null. What ends at an instant is over when something comes at that instant.
 */
export function finiteRoomStarts(
  servers: number,
  room: number,
  jobs: readonly SingleSlotJob[],
): (number | null)[] {
  const finishMs = new Array<number>(servers).fill(0);
  /** Of those in the system. */
  let endsMs: number[] = [];
  return jobs.map(({ submitMs, runtimeMs }) => {
    endsMs = endsMs.filter((endMs) => endMs > submitMs);
    if (endsMs.length === room) return null;
    let first = 0;
    for (let server = 1; server < servers; server++) if (finishMs[server]! < finishMs[first]!) first = server;
    const startMs = Math.max(submitMs, finishMs[first]!);
    finishMs[first] = startMs + runtimeMs;
    endsMs.push(finishMs[first]!);
    return startMs;
  });
}

/**
 * Exact start times on one server that takes the lowest class first, and of a class whoever came first; nobody is
 * interrupted. `jobs` in order of submission. What comes at the instant at which the server gets free is looked at too.
 */
export function priorityStarts(jobs: readonly (SingleSlotJob & { readonly class: number })[]): number[] {
  const startsMs = new Array<number>(jobs.length).fill(0);
  const waiting = Array.from({ length: Math.max(...jobs.map((one) => one.class)) + 1 }, (): number[] => []);
  let [next, freeMs] = [0, 0];
  for (let done = 0; done < jobs.length; done++) {
    if (waiting.every((line) => line.length === 0)) freeMs = Math.max(freeMs, jobs[next]!.submitMs);
    for (; next < jobs.length && jobs[next]!.submitMs <= freeMs; next++) {
      waiting[jobs[next]!.class]!.push(next);
    }
    const index = waiting.find((line) => line.length > 0)!.shift()!;
    startsMs[index] = freeMs;
    freeMs += jobs[index]!.runtimeMs;
  }
  return startsMs;
}
