/** Requests that reach a service, from each time on, and what one of them takes. */
export interface StatedLoad {
  readonly requests: readonly { readonly atMs: number; readonly perHour: number }[];
  readonly repeatMs: number | null;
  /** CPU time of one request, milliseconds of one vCPU. */
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly memoryBytesPerRequest: number;
}

/** What each task of the service asks for. */
export interface StatedSize {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

const HOUR_MS = 3_600_000;

/**
 * What the tasks of a service use, integrated over time: its requests spread evenly over those that run, each task at
 * most what it asked for (chosen: beyond it a request waits). Exact between the steps of the load.
 */
export class UsageIntegral {
  /** Millicores × ms, and bytes × ms. */
  cpuMilliMs = 0;
  memoryByteMs = 0;
  readonly #load: StatedLoad;
  readonly #size: StatedSize;

  constructor(load: StatedLoad, size: StatedSize) {
    this.#load = load;
    this.#size = size;
  }

  /** `running` tasks ran from one time to the other. */
  advance(fromMs: number, toMs: number, running: number): void {
    if (running === 0) return;
    const { requests, repeatMs, cpuMs, memoryBytes, memoryBytesPerRequest } = this.#load;
    const { cpuMilli, memoryBytes: askedBytes } = this.#size;
    for (let nowMs = fromMs; nowMs < toMs; ) {
      const roundMs = repeatMs === null ? 0 : nowMs - (nowMs % repeatMs);
      const withinMs = nowMs - roundMs;
      const perHour = requests.findLast(({ atMs }) => atMs <= withinMs)?.perHour ?? 0;
      const nextMs =
        roundMs +
        (requests.find(({ atMs }) => atMs > withinMs)?.atMs ?? repeatMs ?? Number.POSITIVE_INFINITY);
      const untilMs = Math.min(nextMs, toMs);
      const perTaskHour = perHour / running;
      const cpu = Math.min((perTaskHour * cpuMs * 1000) / HOUR_MS, cpuMilli);
      const memory = Math.min(memoryBytes + (perTaskHour * memoryBytesPerRequest) / 3600, askedBytes);
      this.cpuMilliMs += cpu * running * (untilMs - nowMs);
      this.memoryByteMs += memory * running * (untilMs - nowMs);
      nowMs = untilMs;
    }
  }
}
