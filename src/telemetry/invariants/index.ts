import { capacity } from './i01-capacity.ts';
import { exclusive } from './i02-exclusive.ts';
import { constraints } from './i03-constraints.ts';
import { conservation } from './i04-conservation.ts';
import { transitions } from './i05-transitions.ts';
import { allocation } from './i06-allocation.ts';
import { lifetimes } from './i07-lifetimes.ts';
import { order } from './i09-order.ts';
import { times } from './i10-times.ts';
import { queueOrder } from './i11-queue-order.ts';
import { workConserving } from './i12-work-conserving.ts';
import { little } from './i14-little.ts';
import { numbers } from './i15-numbers.ts';
import { groupSize } from './i16-group-size.ts';
import { instanceLoss } from './i17-instance-loss.ts';
import { liveness } from './i18-liveness.ts';
import { preemption } from './i21-preemption.ts';
import { deploymentBounds } from './i22-deployment-bounds.ts';
import { distinctInstance } from './i23-distinct-instance.ts';
import { daemons } from './i24-daemons.ts';
import { capacityProviders } from './i25-capacity-providers.ts';
import { memory } from './i26-memory.ts';
import type { Rule } from './rule.ts';

/** The rules that a log alone can prove, the fatal one first. */
export const RULES: readonly Rule[] = [
  numbers,
  capacity,
  exclusive,
  constraints,
  conservation,
  transitions,
  allocation,
  lifetimes,
  order,
  times,
  queueOrder,
  workConserving,
  little,
  groupSize,
  instanceLoss,
  liveness,
  preemption,
  deploymentBounds,
  distinctInstance,
  daemons,
  capacityProviders,
  memory,
];

/** Rules that need more than the log, and who proves them instead. */
export const CHECKED_ELSEWHERE: readonly {
  readonly id: string;
  readonly rule: string;
  readonly by: string;
}[] = [
  { id: 'I-08', rule: 'total cost = Σ parts, by every cut', by: 'the tests of billing' },
  { id: 'I-13', rule: 'every cache equals its recomputation', by: 'the law suite of the schedulers' },
  { id: 'I-19', rule: 'parse(serialise(x)) = x', by: 'the tests of each file format' },
  { id: 'I-20', rule: 'stopping and going on changes nothing', by: 'the tests of the kernel' },
];
