import {
  nextFiringMs,
  parseScheduleExpression,
  type ScheduleFrontEnd,
} from '../../../src/model/schedule-expression.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase } from './case.ts';

interface ScheduleInput {
  readonly expression: string;
  readonly frontEnd: ScheduleFrontEnd;
  readonly after: string;
  readonly count: number;
  readonly timezone?: string;
  readonly start?: string;
}

/** Kind `schedule`: the first firings strictly after a time. */
export function runSchedule({ in: input, out }: EcsCase<ScheduleInput>): CaseOutcome {
  const { frontEnd, timezone, count } = input;
  const expression = parseScheduleExpression(input.expression, { frontEnd, timezone });
  if ('problem' in expression) return compare({ error: 'ValidationException' }, out);
  const startEpochMs = Date.parse(input.start ?? input.after);
  const times: string[] = [];
  let afterEpochMs = Date.parse(input.after);
  while (times.length < count) {
    afterEpochMs = nextFiringMs(expression, { afterEpochMs, startEpochMs });
    if (afterEpochMs === Number.POSITIVE_INFINITY) break;
    times.push(new Date(afterEpochMs).toISOString().replace('.000Z', 'Z'));
  }
  return compare({ times }, out);
}
