import {
  type Fraction,
  type Money,
  ZERO,
  add,
  compare,
  fraction,
  least,
  multiply,
  reduce,
  subtract,
} from './money.ts';

/**
 * A burstable instance (T3, T3a, T4g) in unlimited mode. One credit is one vCPU at 100 % for one minute.
 */
export interface BurstableInstance {
  /** Earned per hour; 24 hours of it are the most that is kept. */
  readonly creditsPerHour: Fraction;
  readonly vcpus: number;
  /** Of surplus credits. */
  readonly usdPerVcpuHour: Money;
  /** At launch. */
  readonly balance: Fraction;
  /** CPU use over time, from launch on, in percent of all vCPUs. */
  readonly segments: readonly { readonly seconds: number; readonly percent: Fraction }[];
  /** At the end of the last segment; otherwise it runs on, and owes nothing yet for surplus below the cap. */
  readonly isTerminated: boolean;
}

/** Credits per hour by size of T3, T3a and T4g. Source: AWS EC2 user guide of 2023-06, burstable-credits-baseline-concepts.md. */
const CREDITS_PER_HOUR: Readonly<Record<string, bigint>> = {
  nano: 6n,
  micro: 12n,
  small: 24n,
  medium: 24n,
  large: 36n,
  xlarge: 96n,
  '2xlarge': 192n,
};

/** What a T3, T3a or T4g type earns, and its vCPUs; null for every other type. */
export function burstableShape(type: string): Pick<BurstableInstance, 'creditsPerHour' | 'vcpus'> | null {
  const [, size] = /^(?:t3|t3a|t4g)\.(\w+)$/.exec(type) ?? [];
  if (size === undefined || !Object.hasOwn(CREDITS_PER_HOUR, size)) return null;
  const vcpus = size === 'xlarge' ? 4 : size === '2xlarge' ? 8 : 2;
  return { creditsPerHour: fraction(CREDITS_PER_HOUR[size]!), vcpus };
}

export interface CreditState {
  readonly balance: Fraction;
  readonly surplus: Fraction;
}

export interface CreditBill {
  /** After each segment, and after the charge when it ends on an hour. */
  readonly trail: readonly CreditState[];
  /** Credits charged at the ends of hours, and at termination. */
  readonly overCap: Fraction;
  readonly atEnd: Fraction;
  readonly amount: Money;
}

const CAP_HOURS = fraction(24n);
const HOUR_SECONDS = 3600;

/**
 * What surplus CPU credits cost. Use beyond what is earned takes from the balance, then adds to the surplus;
 * use below it pays the surplus down, then fills the balance up to 24 hours of earnings. At the end of each
 * hour since launch, surplus beyond that cap is charged; at termination all that is left.
 * Source: AWS EC2 user guide of 2023-06, burstable-performance-instances-unlimited-mode-concepts.md.
 */
export function creditBill(instance: BurstableInstance): CreditBill {
  const { creditsPerHour, segments, isTerminated, usdPerVcpuHour } = instance;
  const cap = multiply(creditsPerHour, CAP_HOURS);
  const trail: CreditState[] = [];
  let state: CreditState = { balance: least(instance.balance, cap), surplus: ZERO };
  let overCap = ZERO;
  let second = 0;
  for (const { seconds, percent } of segments) {
    const perSecond = creditsPerSecond(instance, percent);
    const end = second + seconds;
    while (second < end) {
      const until = Math.min(end, second - (second % HOUR_SECONDS) + HOUR_SECONDS);
      state = after(state, multiply(perSecond, fraction(BigInt(until - second))), cap);
      second = until;
      if (second % HOUR_SECONDS === 0 && compare(state.surplus, cap) > 0) {
        overCap = reduce(add(overCap, subtract(state.surplus, cap)));
        state = { ...state, surplus: cap };
      }
    }
    trail.push(state);
  }
  const atEnd = isTerminated ? state.surplus : ZERO;
  const charged = add(overCap, atEnd);
  const amount = reduce(multiply(multiply(charged, fraction(1n, 60n)), usdPerVcpuHour));
  return { trail, overCap, atEnd, amount };
}

/** Earned less spent. */
function creditsPerSecond({ creditsPerHour, vcpus }: BurstableInstance, percent: Fraction): Fraction {
  const earned = multiply(creditsPerHour, fraction(1n, 3600n));
  return reduce(subtract(earned, multiply(percent, fraction(BigInt(vcpus), 6000n))));
}

/** The state after a time in which `change` credits were earned more than spent. */
function after({ balance, surplus }: CreditState, change: Fraction, cap: Fraction): CreditState {
  if (change.numerator >= 0n) {
    const repaid = least(surplus, change);
    const filled = add(balance, subtract(change, repaid));
    return { balance: reduce(least(filled, cap)), surplus: reduce(subtract(surplus, repaid)) };
  }
  const needed = subtract(ZERO, change);
  const taken = least(balance, needed);
  return {
    balance: reduce(subtract(balance, taken)),
    surplus: reduce(add(surplus, subtract(needed, taken))),
  };
}
