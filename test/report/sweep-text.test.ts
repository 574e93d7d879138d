import { describe, expect, test } from 'vitest';
import type { SweepAnswer, SweepCell } from '../../src/experiment/sweep/answer.ts';
import { sweepToCsv, sweepToJson } from '../../src/report/sweep-export.ts';
import { renderSweepMarkdown } from '../../src/report/sweep-markdown.ts';
import { renderSweepText } from '../../src/report/sweep-text.ts';

/** One parameter with `points` values, one platform; cost falls as wait grows, so that every point is on the front. */
function answerOf(points: number, name = 'shop'): SweepAnswer {
  const cellAt = (point: number): SweepCell => ({
    point,
    platform: 'ecs',
    values: [String(point)],
    done: 3,
    passed: 2,
    failed: 0,
    isOnFront: true,
    metrics: [
      {
        metric: 'cost.total',
        mean: 100 - point,
        halfWidth: 1.5,
        difference: point === 0 ? null : { mean: -point, halfWidth: 0.25 },
      },
      { metric: 'wait.p95', mean: null, halfWidth: null, difference: null },
    ],
  });
  const all = Array.from({ length: points }, (_, point) => cellAt(point));
  return {
    scenario: name,
    hash: 'aa',
    resultHash: 'bb',
    design: 'grid',
    parameters: ['fleet[0].size.max'],
    platforms: ['ecs'],
    seeds: '1..3',
    seedCount: 3,
    points,
    runs: points * 3,
    done: points * 3 - 4,
    failed: 1,
    missing: 3,
    failures: [],
    metrics: ['cost.total', 'wait.p95'],
    userMetrics: [],
    objectives: ['cost.total', 'wait.p95'],
    baseline: { kind: 'point' },
    cellCount: points,
    cells: () => all,
    front: [...all].reverse(),
    importance: [
      { metric: 'cost.total', factor: 'fleet[0].size.max', alone: 0.75, total: null, platform: null },
      { metric: 'cost.total', factor: 'seed', alone: 0.001, total: null, platform: null },
    ],
  };
}

const text = (answer: SweepAnswer) => renderSweepText(answer, { reproduce: 'stowage sweep run x' });

describe('renderSweepText()', () => {
  test('values with their interval, differences with a sign, counts of everything', () => {
    // Columns are as wide as what stands in them: blanks are no part of the promise.
    const lines = text(answerOf(3))
      .split('\n')
      .map((line) => line.replace(/ +/g, ' '));
    expect(lines[1]).toBe('3 points × 1 platform × 3 seeds = 9 runs: 5 done, 3 missing, 1 failed');
    expect(lines).toContain('* 0 $100.00 ±$1.50 – 2/3');
    expect(lines).toContain('* 2 $98.00 ±$1.50 – −$2.00 ±$0.25 2/3');
    expect(lines).toContain(' cost.total: size.max 75.0%');
  });

  test('of many points the front alone, forty at most, and the way to the rest', () => {
    const many = text(answerOf(100));
    expect(many).toContain('The Pareto front: 100 of 100, the first 40 of them');
    expect(many).toContain('-o csv');
    expect(many.match(/2\/3$/gm)).toHaveLength(40);
  });

  test('names cannot steer the terminal, nor end a table', () => {
    const answer = answerOf(2, 'a\u001b[31m|b');
    expect(text(answer)).not.toContain('\u001b');
    expect(renderSweepMarkdown(answer, { reproduce: 'x', version: '1' })).toContain('# a\\|b: sweep');
  });
});

describe('sweepToCsv(), sweepToJson()', () => {
  test('every cell, empty where there is no number', () => {
    const [header, first, , third] = [...sweepToCsv(answerOf(3))].join('').split('\n');
    expect(header).toContain('cost.total,cost.total.half_width_95,cost.total.difference');
    expect(first).toBe('0,0,ecs,3,0,2,true,100,1.5,,,,,,');
    expect(third).toBe('2,2,ecs,3,0,2,true,98,1.5,-2,0.25,,,,');
  });

  test('one JSON document, also of one cell', () => {
    for (const points of [1, 3]) {
      const { cells, front, resultHash } = JSON.parse([...sweepToJson(answerOf(points))].join(''));
      expect([cells.length, front.length, resultHash]).toEqual([points, points, 'bb']);
      expect(cells[0].values).toEqual({ 'fleet[0].size.max': '0' });
    }
  });
});
