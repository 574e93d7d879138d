import type { SweepAnswer, SweepCell } from '../experiment/sweep/answer.ts';
import { type CsvColumn, csvChunks } from '../io/csv-write.ts';

/**
 * One row per point and platform, in pieces of about a thousand: parameters, counts, then for every metric its mean,
 * the half-width of its 95 % interval, and the same of the difference to the baseline. Empty cells: no number.
 */
export function sweepToCsv(answer: SweepAnswer): Generator<string> {
  const columns: CsvColumn<SweepCell>[] = [
    { name: 'point', kind: 'number', value: ({ point }) => point },
    ...answer.parameters.map(
      (path, at): CsvColumn<SweepCell> => ({ name: path, kind: 'text', value: ({ values }) => values[at]! }),
    ),
    { name: 'platform', kind: 'text', value: ({ platform }) => platform },
    { name: 'runs_done', kind: 'number', value: ({ done }) => done },
    { name: 'runs_failed', kind: 'number', value: ({ failed }) => failed },
    { name: 'runs_passed', kind: 'number', value: ({ passed }) => passed },
    { name: 'on_front', kind: 'boolean', value: ({ isOnFront }) => isOnFront },
    ...answer.metrics.flatMap((metric, at): CsvColumn<SweepCell>[] => [
      { name: metric, kind: 'number', value: ({ metrics }) => metrics[at]!.mean },
      { name: `${metric}.half_width_95`, kind: 'number', value: ({ metrics }) => metrics[at]!.halfWidth },
      {
        name: `${metric}.difference`,
        kind: 'number',
        value: ({ metrics }) => metrics[at]!.difference?.mean ?? null,
      },
      {
        name: `${metric}.difference_half_width_95`,
        kind: 'number',
        value: ({ metrics }) => metrics[at]!.difference?.halfWidth ?? null,
      },
    ]),
  ];
  return csvChunks(columns, answer.cells());
}

/** One JSON document in pieces of whole lines, one per cell: a million of them never stand in one string. */
export function* sweepToJson(answer: SweepAnswer): Generator<string> {
  const { cells: _, front, cellCount, ...head } = answer;
  const document = {
    schemaVersion: 1,
    ...head,
    front: front.map(({ point, platform }) => ({ point, platform })),
  };
  yield `${JSON.stringify(document, null, 2).slice(0, -2)},\n  "cells": [\n`;
  let left = cellCount;
  for (const cell of answer.cells()) {
    left -= 1;
    const { values, ...rest } = cell;
    const named = Object.fromEntries(answer.parameters.map((path, at) => [path, values[at]]));
    yield `    ${JSON.stringify({ ...rest, values: named })}${left > 0 ? ',' : ''}\n`;
  }
  yield '  ]\n}\n';
}
