import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import type { RunSummary } from '../../src/experiment/result.ts';
import { runPlatform } from '../../src/experiment/run-platform.ts';

const FOLDER = new URL('../../scenarios/every-line/', import.meta.url);

interface WorkedLine {
  readonly platforms: readonly string[];
  readonly key: string;
  readonly usd: string;
}

/** The rows of the table in README.md, worked out by hand. */
function workedLines(all: readonly string[]): WorkedLine[] {
  const rows = readFileSync(new URL('README.md', FOLDER), 'utf8')
    .split('\n')
    .filter((line) => /^\| (?:all|ecs|eks|kops)/.test(line));
  return rows.map((row) => {
    const [platforms, dimension, zone, type, , price, usd] = row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    return {
      platforms: platforms === 'all' ? all : platforms!.split(', '),
      key: [dimension, zone, type, price].join(' '),
      usd: Number(usd).toFixed(9),
    };
  });
}

async function summaries(): Promise<Map<string, RunSummary>> {
  const prepared = await prepareScenario(new URL('scenario.yaml', FOLDER).pathname);
  const results = new Map<string, RunSummary>();
  for (const { name } of prepared.plan.platforms) {
    results.set(name, (await runPlatform(prepared, { platform: name })).summary);
  }
  return results;
}

const results = await summaries();

describe.each([...results.keys()])('scenarios/every-line on %s', (platform) => {
  const { cost } = results.get(platform)!;

  test('has the lines that its README works out, to the last unit, and no other', () => {
    const worked = workedLines([...results.keys()]).filter(({ platforms }) => platforms.includes(platform));
    const printed = cost.lines.map(({ dimension, az, type, price, usd }) => {
      return `${[dimension, az, type, price].join(' ')} = ${usd.toFixed(9)}`;
    });
    expect(printed.sort()).toEqual(worked.map(({ key, usd }) => `${key} = ${usd}`).sort());
  });

  test('sums to its total by lines, by tree and by every cut', () => {
    const total = Number(cost.total);
    expect(cost.lines.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(total, 8);
    expect(cost.tree.usd).toBeCloseTo(total, 9);
    expect(cost.cuts.map(({ by }) => by)).toEqual([
      'service',
      'option',
      'type',
      'az',
      'instance group',
      'tag team',
    ]);
    for (const { by, parts } of cost.cuts) {
      expect(
        parts.reduce((sum, { usd }) => sum + usd, 0),
        by,
      ).toBeCloseTo(total, 8);
    }
    // A day is 24 of 730 hours.
    expect(cost.monthUsd).toBeCloseTo((total / 24) * 730, 6);
    expect(cost.cash).toEqual({ upfrontUsd: 87.6, recurringUsd: 4.08 });
  });

  test('stars what is stated, and nothing else', () => {
    const stated = new Set(cost.lines.filter((line) => line.stated).map(({ dimension }) => dimension));
    expect([...stated].sort()).toEqual([
      'alb:lcu',
      'ec2:credits',
      'ecr:private-storage',
      'logs:ingest',
      'logs:scan',
      'logs:store',
      'nat:gb',
      'nlb:nlcu',
      'transfer:az-in',
      'transfer:az-out',
      'transfer:internet-out',
    ]);
  });
});
