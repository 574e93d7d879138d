import type { ClusterView } from '../model/cluster-view.ts';

/** Something derived from all instances that follows the change log. */
export interface FollowingIndex {
  /** How many changes it has not seen; Infinity when it must be built. */
  lag(view: ClusterView): number;
  build(view: ClusterView): void;
  catchUp(view: ClusterView): void;
  /** Compares it with what a scan finds; throws when they differ. */
  verify(view: ClusterView): void;
}

/** An index that is made when it pays, and given up when it does not. */
export interface Tenant<Index extends FollowingIndex> {
  readonly make: () => Index;
  index: Index | null;
  /** Scans since it was given up, and how many earn it again. */
  asks: number;
  price: number;
}

/** A cluster of fewer instances is scanned: that takes a few hundred nanoseconds. */
const MIN_INSTANCES = 48;
/** Building costs about as much as so many scans. */
const FIRST_PRICE = 16;
const LAST_PRICE = 1024;
/** Of the longest index, per instance; the sum over all indexes of a scheduler stays below the budget. */
const BYTES_PER_INSTANCE = 32;
const BUDGET_BYTES = 2 ** 28;

/**
 * Which questions are worth an index. Following costs a few nanoseconds per change, a scan a few per instance: an index
 * that has missed more changes than half of the instances is not followed any further, and must be asked for again and
 * again before it is built once more. So thousands of classes that are each asked rarely cost about as much as scans.
 */
export class IndexBudget {
  readonly #verify: boolean;
  readonly #tenants: Tenant<FollowingIndex>[] = [];
  #built = 0;

  /** `verify`: every question has an index from the first time on, compared with a scan each time. */
  constructor(verify: boolean) {
    this.#verify = verify;
  }

  open<Index extends FollowingIndex>(make: () => Index): Tenant<Index> {
    const tenant: Tenant<Index> = { make, index: null, asks: 0, price: FIRST_PRICE };
    this.#tenants.push(tenant);
    return tenant;
  }

  /** The index, up to date; null when a scan is cheaper now. */
  ready<Index extends FollowingIndex>(tenant: Tenant<Index>, view: ClusterView): Index | null {
    if (this.#verify) return verified(tenant, view);
    if (view.readyCount < MIN_INSTANCES) return null;
    const { index } = tenant;
    if (index !== null) {
      if (index.lag(view) <= mostLag(view)) {
        index.catchUp(view);
        return index;
      }
      this.#giveUp(tenant);
    }
    tenant.asks += 1;
    if (tenant.asks < tenant.price || !this.#hasRoom(view)) return null;
    const made = tenant.make();
    made.build(view);
    tenant.index = made;
    tenant.asks = 0;
    this.#built += 1;
    return made;
  }

  #giveUp(tenant: Tenant<FollowingIndex>): void {
    tenant.index = null;
    tenant.asks = 0;
    tenant.price = Math.min(LAST_PRICE, tenant.price * 2);
    this.#built -= 1;
  }

  /** Room for one more, if need be in place of one that has been left behind. */
  #hasRoom(view: ClusterView): boolean {
    const most = Math.max(1, Math.floor(BUDGET_BYTES / (BYTES_PER_INSTANCE * view.slotCount)));
    if (this.#built < most) return true;
    const idle = this.#tenants.find(({ index }) => index !== null && index.lag(view) > mostLag(view));
    if (idle !== undefined) this.#giveUp(idle);
    return this.#built < most;
  }
}

function mostLag({ slotCount }: ClusterView): number {
  return slotCount / 2;
}

function verified<Index extends FollowingIndex>(tenant: Tenant<Index>, view: ClusterView): Index {
  tenant.index ??= tenant.make();
  const { index } = tenant;
  if (Number.isFinite(index.lag(view))) index.catchUp(view);
  else index.build(view);
  index.verify(view);
  return index;
}
