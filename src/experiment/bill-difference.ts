import type { Bill } from '../billing/bill.ts';
import type { BillLine } from '../billing/ledger.ts';
import { type Money, ZERO, add, subtract, toNumber } from '../billing/money.ts';

/** What two bills of one run ask for the same thing, wherever it stands and whatever it costs. */
export interface DifferenceLine {
  readonly service: string;
  readonly dimension: string;
  /** Instance type, volume type, kind of balancer; `-` for none. */
  readonly type: string;
  readonly beforeUsd: number;
  readonly afterUsd: number;
  readonly differenceUsd: number;
}

/** Lines of both bills by service, dimension and type, then the total. Each amount is exact until it is a number. */
export function billDifference(
  before: Bill,
  after: Bill,
): { readonly lines: DifferenceLine[]; readonly total: DifferenceLine } {
  const keys = new Map<string, { key: BillLine; before: Money; after: Money }>();
  const note = (line: BillLine, side: 'before' | 'after') => {
    const id = `${line.service} ${line.dimension} ${line.type}`;
    const entry = keys.get(id) ?? { key: line, before: ZERO, after: ZERO };
    keys.set(id, { ...entry, [side]: add(entry[side], line.amount) });
  };
  for (const line of before.lines) note(line, 'before');
  for (const line of after.lines) note(line, 'after');
  const lines = [...keys]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => ({
      service: entry.key.service,
      dimension: entry.key.dimension,
      type: entry.key.type,
      ...amounts(entry.before, entry.after),
    }));
  const total = { service: '', dimension: 'total', type: '', ...amounts(before.total, after.total) };
  return { lines, total };
}

function amounts(
  before: Money,
  after: Money,
): Pick<DifferenceLine, 'beforeUsd' | 'afterUsd' | 'differenceUsd'> {
  return {
    beforeUsd: toNumber(before),
    afterUsd: toNumber(after),
    differenceUsd: toNumber(subtract(after, before)),
  };
}
