import type { LogRecord } from '../log-record.ts';
import type { Rule } from './rule.ts';
import type { World } from './world.ts';

/**
 * The log is one story told in order: numbered without gaps, time never goes back, `run` comes first and once, `end`
 * last, and everything is introduced before it is named.
 */
export const order: Rule = {
  id: 'I-09',
  rule: '(time, sequence) strictly increases; the log is whole, and introduces what it names',
  create: () => ({
    record(record, before, fail) {
      if (record.seq !== before.lastSeq + 1) fail(`record ${record.seq} follows record ${before.lastSeq}`);
      if (record.timeMs < before.nowMs) fail(`time goes back from ${before.nowMs} to ${record.timeMs} ms`);
      if ((record.kind === 'run') !== (before.run === null)) fail('a log has one run record, its first');
      if (before.ended) fail('a record follows the end');
      const unknown = unknownName(record, before);
      if (unknown !== null) fail(unknown);
    },
  }),
};

function unknownName(record: LogRecord, before: World): string | null {
  switch (record.kind) {
    case 'class':
      return before.classes.has(record.class) ? `class ${record.class} is introduced again` : null;
    case 'submitted':
      return before.classes.has(record.class) ? null : `class ${record.class} is not introduced`;
    case 'instance': {
      const known = before.run?.groups.some(({ name }) => name === record.group) ?? false;
      return known ? null : `instance group '${record.group}' is not introduced`;
    }
    default:
      return null;
  }
}
