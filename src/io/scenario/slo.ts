import { assert } from '../../errors.ts';
import * as z from 'zod';
import type { SloPlan } from '../../model/plan.ts';
import { formatDurationMs } from '../../units.ts';
import { durationLeaf, shareLeaf } from './leaves.ts';
import { parseShare } from './rates.ts';
import { durationMs } from './resolve-distribution.ts';

const MILLION = 1e6;

/** What tasks are promised: `slo: { wait: 30s, objective: 99% }`. */
export const sloSchema = z
  .strictObject({
    wait: durationLeaf().describe('Longest wait for room that keeps the promise.'),
    objective: shareLeaf()
      .refine((share) => (parseShare(share) ?? 0) <= (MILLION - 1) / MILLION, {
        error: 'an objective is below 100%: with nothing allowed there is no budget to burn',
      })
      .describe('Share of the tasks that it is promised to; below 100%.')
      .default('99%'),
  })
  .describe(
    'A promise about waiting, which the metrics slo.tasks, slo.taskSeconds and slo.budgetBurn measure.',
  )
  .meta({ examples: [{ wait: '30s', objective: '99.9%' }] });

export type SloInput = z.output<typeof sloSchema>;

/** Shares are kept in whole millionths. */
export function resolveSlo({ wait, objective }: SloInput): SloPlan {
  const share = parseShare(objective);
  assert(share !== undefined, 'the schema accepts only shares that can be read');
  return { waitMs: durationMs(wait), objectiveMillionths: Math.round(share * MILLION) };
}

/** A promise as a scenario writes it. */
export function renderSlo({ waitMs, objectiveMillionths }: SloPlan): SloInput {
  return { wait: formatDurationMs(waitMs), objective: `${objectiveMillionths / 10_000}%` };
}
