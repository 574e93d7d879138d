import type { EndRecord } from '../log-record.ts';
import type { Fail, Rule } from './rule.ts';
import type { World, WorldTask } from './world.ts';

/**
 * Per resource, the sum over attempts of request × (end − start) equals the integral of requested amounts that the
 * engine kept, to the last unit. Attempts still under way at the end of the run count up to there.
 */
export const allocation: Rule = {
  id: 'I-06',
  rule: 'Σ request × (end − start) = ∫ requested dt, exactly, per resource',
  create() {
    const sums: bigint[] = [];
    const addAttempt = (task: WorldTask, endMs: number) => {
      const heldMs = BigInt(endMs - task.placedMs);
      task.class.requests.forEach((request, lane) => {
        if (request > 0) sums[lane] = (sums[lane] ?? 0n) + BigInt(request) * heldMs;
      });
    };
    return {
      record(record, before, fail) {
        if (record.kind === 'requeued' || record.kind === 'ended') {
          const task = before.tasks.get(record.task);
          if (task !== undefined && task.state !== 'pending') addAttempt(task, record.timeMs);
        } else if (record.kind === 'end') {
          for (const task of before.tasks.values()) {
            if (task.state !== 'pending') addAttempt(task, record.timeMs);
          }
          compare(record, before, sums, fail);
        }
      },
    };
  },
};

function compare(record: EndRecord, before: World, sums: readonly bigint[], fail: Fail): void {
  for (const { resource, amountMs } of record.integrals.requested) {
    const lane = before.run?.resources.findIndex(({ name }) => name === resource) ?? -1;
    if (lane < 0) fail(`the engine integrated ${resource}, which the run does not have`);
    const sum = sums[lane] ?? 0n;
    if (lane >= 0 && sum !== BigInt(amountMs)) {
      fail(`attempts held ${sum} unit-milliseconds of ${resource}, the engine integrated ${amountMs}`);
    }
  }
}
