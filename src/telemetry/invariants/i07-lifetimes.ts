import { Area } from './area.ts';
import type { Rule } from './rule.ts';

/**
 * Every instance is asked for once, ends at most once, and hosts nothing after its end; and the integral of running
 * instances equals the sum of their lifetimes, in the log and in the engine.
 */
export const lifetimes: Rule = {
  id: 'I-07',
  rule: '∫ running instances dt = Σ lifetimes; one launch, at most one end, no attempt on an ended instance',
  create() {
    const area = new Area();
    let lifetimesMs = 0n;
    return {
      record(record, before, fail) {
        switch (record.kind) {
          case 'instance':
            if (record.instance <= before.instancesEver)
              fail(`instance ${record.instance} is launched again`);
            break;
          case 'state': {
            const instance = before.instances.get(record.instance);
            if (instance === undefined) {
              fail(`instance ${record.instance} becomes ${record.state} after its end or before its launch`);
            } else if (record.state === 'booting') {
              area.change(record.timeMs, 1);
            } else if (record.state === 'terminated' && instance.runningMs !== null) {
              area.change(record.timeMs, -1);
              lifetimesMs += BigInt(record.timeMs - instance.runningMs);
            }
            break;
          }
          case 'placed':
          case 'running':
            if (!before.instances.has(record.instance)) {
              const why = record.instance <= before.instancesEver ? 'has ended' : 'was never launched';
              fail(`task ${record.task} is ${record.kind} on instance ${record.instance}, which ${why}`);
            }
            break;
          case 'end': {
            for (const { runningMs } of before.instances.values()) {
              if (runningMs !== null) lifetimesMs += BigInt(record.timeMs - runningMs);
            }
            const integral = area.at(record.timeMs);
            if (integral !== lifetimesMs) {
              fail(`instances ran for ${integral} ms in all, their lifetimes sum to ${lifetimesMs}`);
            }
            const { instanceMs } = record.integrals;
            if (instanceMs !== null && BigInt(instanceMs) !== lifetimesMs) {
              fail(`lifetimes sum to ${lifetimesMs} ms, the engine integrated ${instanceMs}`);
            }
            break;
          }
          default:
            break;
        }
      },
    };
  },
};
