import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import { billingUsage } from '../../src/experiment/run-usage.ts';
import { resolveScenario } from '../../src/io/scenario/resolve-plan.ts';
import { testContext } from '../support/scenarios.ts';
import type { RunSummary } from '../../src/experiment/result.ts';
import { runPlatform } from '../../src/experiment/run-platform.ts';

const FOLDER = new URL('../../scenarios/every-line/', import.meta.url);

const README = readFileSync(new URL('README.md', FOLDER), 'utf8');

interface WorkedLine {
  readonly platforms: readonly string[];
  readonly key: string;
  readonly usd: string;
}

/** The rows of the table in README.md, worked out by hand. */
function workedLines(all: readonly string[]): WorkedLine[] {
  const rows = README.split('\n').filter((line) => /^\| (?:all|ecs|eks|kops)/.test(line));
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
    // The README's last line: Totals: ecs 1.23, eks 4.56, kops 7.89 USD.
    const worked = new RegExp(`^Totals:.* ${platform} ([0-9.]+[0-9])`, 'm').exec(README);
    expect(total).toBe(Number(worked?.[1]));
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
    expect(cost.cash).toEqual({ upfrontUsd: 87.6, recurringUsd: 6 });
  });

  test('stars what is stated, and nothing else', () => {
    const stated = new Set(cost.lines.filter((line) => line.stated).map(({ dimension }) => dimension));
    const fargate = cost.lines.map(({ dimension }) => dimension).filter((name) => name.startsWith('fargate'));
    const common = [
      'alb:lcu',
      'clb:gb',
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
    ];
    expect([...stated].sort()).toEqual([...new Set([...common, ...fargate])].sort());
  });

  test('says which Fargate tasks are billed without being simulated', () => {
    const notes = results.get(platform)!.notes.filter((note) => note.startsWith('Fargate'));
    const names: Record<string, string[]> = { ecs: ['edge, arm, reports, batch'], eks: ['edge'], kops: [] };
    expect(notes.map((note) => /simulated: (.*)\. They/.exec(note)?.[1])).toEqual(names[platform]);
  });
});

test('versions of an image in the registry share all of its layers but the last', async () => {
  const layers = 'layers: [{ name: base, size: 80MB }, { name: app, size: 20MB }]';
  const text = [
    'version: 1\nname: a\nseed: 1\nhorizon: 1h',
    'fleet: [{ name: g, type: m5.large, zones: [us-east-1a], size: 2 }]',
    'workload:\n  services:',
    `    - { name: web, template: { cpu: 1, memory: 1GiB, image: { name: web, ${layers} } }, replicas: 1 }`,
    '    - { name: api, template: { cpu: 1, memory: 1GiB, image: { name: api, size: 50MB } }, replicas: 1 }',
    'platforms: [{ name: e, kind: ecs }]',
    'billing: { registry: { versions: 2 } }\n',
  ].join('\n');
  const { plan } = await resolveScenario({ file: 'a', bytes: new TextEncoder().encode(text) }, testContext);
  const facts = { plan, platform: plan.platforms[0]!, endMs: plan.horizonMs, zones: [], instances: [] };
  const { other } = billingUsage(
    { ...facts, heldMs: new Map(), heldByZone: new Map(), pulledBytes: 0n },
    plan.billing!,
  );
  expect(other?.repositories?.map(({ id, layers: stored }) => [id, [...stored]])).toEqual([
    [
      'image/web',
      [
        ['layer base', 80e6],
        ['version-1', 20e6],
        ['version-2', 20e6],
      ],
    ],
    [
      'image/api',
      [
        ['version-1', 50e6],
        ['version-2', 50e6],
      ],
    ],
  ]);
  expect(other?.repositories?.[0]?.images.map((image) => image.layers)).toEqual([
    ['layer base', 'version-1'],
    ['layer base', 'version-2'],
  ]);
});

test('pulls that pass the NAT gateways are paid for by the GB; from an endpoint they are free', async () => {
  const paid = async (pulls: string) => {
    const text = [
      'version: 1\nname: a\nseed: 1\nhorizon: 1h\nregion: us-east-1',
      'fleet: [{ name: g, type: m5.large, zones: [us-east-1a, us-east-1b], size: 2 }]',
      'workload: { services: [{ name: web, template: { cpu: 500m, memory: 1GiB, image: { name: web, size: 1GiB } }, replicas: 4 }] }',
      'platforms: [{ name: e, kind: ecs, taskLife: parts }]',
      `billing: { natGateways: [us-east-1a, us-east-1b], registry: { pulls: ${pulls} } }\n`,
    ].join('\n');
    const prepared = await prepareScenario('a.yaml', { content: new TextEncoder().encode(text) });
    const { cost } = (await runPlatform(prepared, { platform: 'e' })).summary;
    const lines = cost.lines.filter(({ dimension }) => dimension === 'nat:gb');
    return lines.map(({ quantity }) => Number(quantity)).reduce((sum, gb) => sum + gb, 0);
  };
  // Four tasks on two instances: each instance pulls the image once.
  expect(await paid('nat')).toBeCloseTo(2, 6);
  expect(await paid('free')).toBe(0);
});
