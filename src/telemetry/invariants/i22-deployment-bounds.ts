import type { BoundsRecord } from '../log-record.ts';
import type { Rule } from './rule.ts';

/** What is known of one service: its bounds through time, and its healthy tasks. */
interface Known {
  readonly bounds: BoundsRecord[];
  readonly healthy: Set<number>;
  /** Tasks on instances. */
  placed: number;
}

/**
 * A service keeps to the bounds of its deployment: it never stops a healthy task when that leaves fewer healthy ones
 * than its minimum, and it never has more tasks on instances than its maximum. A task that waited while the wanted
 * number fell may still be placed: the largest maximum since its submission counts. Where the bounds change within an
 * instant, the lower minimum counts in it.
 */
export const deploymentBounds: Rule = {
  id: 'I-22',
  rule: 'stops of healthy tasks leave the minimum of their service, placements keep to its maximum',
  create() {
    const services = new Map<string, Known>();
    const submittedSeq = new Map<number, number>();
    return {
      record(record, before, fail) {
        if (record.kind === 'bounds') {
          const known = services.get(record.service) ?? { bounds: [], healthy: new Set<number>(), placed: 0 };
          known.bounds.push(record);
          services.set(record.service, known);
          return;
        }
        if (services.size === 0) return;
        if (record.kind === 'submitted') submittedSeq.set(record.task, record.seq);
        if (record.kind === 'health') {
          const known = services.get(before.tasks.get(record.task)?.class.group ?? '');
          if (record.isHealthy) known?.healthy.add(record.task);
          else known?.healthy.delete(record.task);
        }
        if (record.kind !== 'placed' && record.kind !== 'ended' && record.kind !== 'requeued') return;
        const task = before.tasks.get(record.task);
        const known = services.get(task?.class.group ?? '');
        if (task === undefined || known === undefined) return;
        if (record.kind === 'placed') {
          const most = largestSince(known.bounds, submittedSeq.get(record.task) ?? 0);
          known.placed += 1;
          const there = known.placed;
          if (there > most)
            fail(`service ${task.class.group} has ${there} tasks on instances, its maximum is ${most}`);
          return;
        }
        if (task.instance !== null) known.placed -= 1;
        const wasHealthy = known.healthy.delete(record.task);
        if (record.kind === 'requeued') return;
        submittedSeq.delete(record.task);
        if (!wasHealthy || record.outcome !== 'stopped') return;
        const least = leastNow(known.bounds, record.timeMs);
        if (known.healthy.size < least) {
          fail(
            `service ${task.class.group} stops a healthy task and keeps ${known.healthy.size}, its minimum is ${least}`,
          );
        }
      },
    };
  },
};

function largestSince(bounds: readonly BoundsRecord[], seq: number): number {
  let most = 0;
  for (let i = bounds.length - 1; i >= 0; i--) {
    most = Math.max(most, bounds[i]!.maxTotal);
    if (bounds[i]!.seq < seq) break;
  }
  return most;
}

function leastNow(bounds: readonly BoundsRecord[], timeMs: number): number {
  let least = bounds[bounds.length - 1]!.minHealthy;
  for (let i = bounds.length - 1; i > 0 && bounds[i]!.timeMs === timeMs; i--) {
    least = Math.min(least, bounds[i - 1]!.minHealthy);
  }
  return least;
}
