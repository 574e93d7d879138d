import type { BillingProblemKind } from './billing-problem.ts';
import type { Visit } from './usage.ts';

/**
 * The states of an instance, `hibernating` standing for `stopping` on the way to hibernation. Source: AWS EC2
 * user guide of 2023-06, ec2-instance-lifecycle.md.
 */
export const INSTANCE_STATES = [
  'pending',
  'running',
  'rebooting',
  'stopping',
  'hibernating',
  'stopped',
  'shutting-down',
  'terminated',
] as const;
export type InstanceStateName = (typeof INSTANCE_STATES)[number];

export interface StateChange {
  readonly atMs: number;
  readonly state: InstanceStateName;
  /** Whose decision it was, where somebody said. */
  readonly by?: 'user' | 'aws' | undefined;
}

const NEXT: Readonly<Record<InstanceStateName, readonly InstanceStateName[]>> = {
  pending: ['running', 'shutting-down', 'terminated'],
  running: ['rebooting', 'stopping', 'hibernating', 'shutting-down'],
  rebooting: ['running', 'stopping', 'hibernating', 'shutting-down'],
  stopping: ['stopped'],
  hibernating: ['stopped'],
  stopped: ['pending', 'terminated'],
  'shutting-down': ['terminated'],
  terminated: [],
};

const BILLED: ReadonlySet<InstanceStateName> = new Set(['running', 'rebooting', 'hibernating']);

/**
 * The billed visits in the history of an instance: maximal stretches of running, rebooting and hibernating. A
 * visit was ended by whom the first state outside it names, else the state before that, else the user.
 *
 * Returns the problem instead when the times fall (`unordered-states`) or when EC2 knows no such history
 * (`illegal-transition`; the first state is pending).
 */
export function visitsOf(history: readonly StateChange[]): Visit[] | BillingProblemKind {
  const visits: Visit[] = [];
  let openSinceMs: number | null = null;
  for (const [index, change] of history.entries()) {
    const before = history[index - 1];
    if (before !== undefined && change.atMs < before.atMs) return 'unordered-states';
    const isLegal =
      before === undefined ? change.state === 'pending' : NEXT[before.state].includes(change.state);
    if (!isLegal) return 'illegal-transition';
    if (BILLED.has(change.state)) {
      openSinceMs ??= change.atMs;
    } else if (openSinceMs !== null) {
      visits.push({ startMs: openSinceMs, endMs: change.atMs, endedBy: change.by ?? before?.by ?? 'user' });
      openSinceMs = null;
    }
  }
  if (openSinceMs !== null) visits.push({ startMs: openSinceMs, endMs: null, endedBy: 'user' });
  return visits;
}
