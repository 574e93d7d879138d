import { describe, expect, test } from 'vitest';
import { stowage, TINY } from './process.ts';

describe('stowage packing', () => {
  test('reports every platform, machines between the bound and what the run had or more', () => {
    const { code, stdout } = stowage(['packing', TINY, '--permutations', '3', '-o', 'json']);
    expect(code).toBe(0);
    const { platforms, permutations } = JSON.parse(stdout);
    expect(permutations).toBe(3);
    for (const { compaction, lowerBound1, lowerBound2 } of platforms) {
      expect(compaction.values).toHaveLength(3);
      expect(compaction.min).toBeGreaterThanOrEqual(Math.max(lowerBound1, lowerBound2));
    }
  });

  test.each([
    [['--permutations', '0'], 'cannot use --permutations 0'],
    [['--pending', '200%'], "cannot use --pending '200%'"],
    [['--at', 'noon'], "cannot read --at 'noon' as a time"],
    [['--platforms', 'ec'], "there is no platform 'ec'"],
  ])('%j: exit code 2', (flags, message) => {
    const { code, stderr } = stowage(['packing', TINY, ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('stowage compare --select', () => {
  test('names the best platform and what is promised', () => {
    const { code, stdout } = stowage(['compare', TINY, '--select', 'best', '--jobs', '1', '-o', 'json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      selected: 'ecs-binpack',
      metric: 'cost.total',
      method: 'rinott',
      probability: 0.95,
      isMet: true,
    });
  });

  test.each([
    [['--select', 'worst'], "cannot use --select 'worst'"],
    [['--select', 'best:cots'], "there is no metric 'cots'"],
    [['--select', 'best', '--seeds', '1..3'], 'cannot use --select and --seeds together'],
    [['--select', 'best', '--out', 'x'], 'cannot use --select and --out together'],
    [['--budget', '40'], '--budget is for --select'],
  ])('%j: exit code 2', (flags, message) => {
    const { code, stderr } = stowage(['compare', TINY, ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
