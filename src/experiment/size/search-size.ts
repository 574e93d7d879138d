/** What was found out about one size. */
export interface SizeVerdict {
  readonly size: number;
  readonly meets: boolean;
}

/** Sizes to search, both ends included. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

export interface SizeSearch<Trial extends SizeVerdict> {
  /** The smallest size that was seen to meet the checks; null: none up to the largest does. */
  readonly smallest: Trial | null;
  /** From this size on every size that was tried meets them: larger than the smallest where size can hurt. */
  readonly surelyFrom: number | null;
  /** Sizes above the smallest that fail although it does not. */
  readonly exceptions: readonly number[];
  /** All that was tried, by size. */
  readonly trials: readonly Trial[];
}

/** Share of the answer below which sizes are tried one by one. */
const NEIGHBOURHOOD = 0.05;

/**
 * The smallest size that meets the checks, by halving. More capacity can make a schedule worse (R. L. Graham, Bounds for
 * certain multiprocessing anomalies, 1966), so halving proves little: every size of the 5 % below the answer is tried
 * too, at least one, and again below a smaller one that was found there.
 */
export async function searchSize<Trial extends SizeVerdict>(
  { min, max }: SizeRange,
  judge: (size: number) => Promise<Trial>,
): Promise<SizeSearch<Trial>> {
  const known = new Map<number, Trial>();
  const meets = async (size: number): Promise<boolean> => {
    const trial = known.get(size) ?? (await judge(size));
    known.set(size, trial);
    return trial.meets;
  };
  if (await meets(max)) {
    let answer = max;
    let fails = min - 1;
    while (answer - fails > 1) {
      const middle = Math.floor((fails + answer) / 2);
      if (await meets(middle)) answer = middle;
      else fails = middle;
    }
    const lowest = () => Math.max(min, answer - Math.max(1, Math.ceil(NEIGHBOURHOOD * answer)));
    for (let size = answer - 1; size >= lowest(); size--) if (await meets(size)) answer = size;
  }
  return conclusion([...known.values()].sort((a, b) => a.size - b.size));
}

function conclusion<Trial extends SizeVerdict>(trials: readonly Trial[]): SizeSearch<Trial> {
  const smallest = trials.find((trial) => trial.meets) ?? null;
  const exceptions =
    smallest === null ? [] : trials.filter(({ size, meets }) => size > smallest.size && !meets);
  const last = exceptions.at(-1)?.size ?? Number.NEGATIVE_INFINITY;
  const surely = trials.find(({ size, meets }) => meets && size > last);
  return {
    smallest,
    surelyFrom: surely?.size ?? null,
    exceptions: exceptions.map(({ size }) => size),
    trials,
  };
}
