import type { PlatformColumn } from './comparison-table.ts';
import { formatMetric } from './number-format.ts';

/** How a check went on one platform. */
export interface CheckCell {
  /** The value observed; over several seeds how many passed. */
  readonly value: string;
  readonly passed: boolean;
}

export interface CheckRow {
  readonly text: string;
  /** One per platform; null where the check was not made. */
  readonly cells: ReadonlyArray<CheckCell | null>;
}

/** Every check once, in order of appearance. A platform passes when every seed does. */
export function checkRows(platforms: readonly PlatformColumn[]): CheckRow[] {
  const all = platforms.flatMap(({ runs }) => runs.flatMap((run) => run.summary.checks));
  const texts = [...new Set(all.map((check) => check.text))];
  return texts.map((text) => ({ text, cells: platforms.map((platform) => checkCell(platform, text)) }));
}

function checkCell(platform: PlatformColumn, text: string): CheckCell | null {
  const outcomes = platform.runs.flatMap((run) => run.summary.checks.filter((check) => check.text === text));
  const [first] = outcomes;
  if (!first) return null;
  if (outcomes.length === 1) {
    return { value: formatMetric(first.metric, first.value), passed: first.passed };
  }
  const passed = outcomes.filter((outcome) => outcome.passed).length;
  return { value: `${passed} of ${outcomes.length} seeds`, passed: passed === outcomes.length };
}
