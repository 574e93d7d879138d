/**
 * How long a controller waits before it tries again what the API server has refused: twice as long each time, up to a
 * limit. Source: kubernetes v1.36.2 staging/src/k8s.io/client-go/util/workqueue/default_rate_limiters.go,
 * ItemExponentialFailureRateLimiter.
 */
export class CreateBackoff {
  readonly #baseMs: number;
  readonly #limitMs: number;
  #failures = 0;

  /** Of most controllers 5 ms up to 1000 s; of Jobs 1 s up to 60 s (pkg/controller/job/job_controller.go). */
  constructor(baseMs = 5, limitMs = 1_000_000) {
    this.#baseMs = baseMs;
    this.#limitMs = limitMs;
  }

  /** The wait after one more refusal, ms. */
  next(): number {
    const waitMs = Math.min(this.#baseMs * 2 ** Math.min(this.#failures, 40), this.#limitMs);
    this.#failures += 1;
    return waitMs;
  }

  /** It went well: the next wait is the shortest again. */
  reset(): void {
    this.#failures = 0;
  }
}
