import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { prepareScenario } from '../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../src/experiment/run-platform.ts';

/** Same plan, same seed: same result, wherever and however it runs. Other versions of Node: .ci/run. */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SHOP = join(ROOT, 'scenarios/shop/scenario.yaml');
const SETS = [['horizon', '1d']] as const;

async function fingerprints(file: string, replication = 0): Promise<string[]> {
  const prepared = await prepareScenario(file, { sets: SETS });
  const found: string[] = [];
  for (const { name } of prepared.plan.platforms) {
    const { summary } = await runPlatform(prepared, { platform: name, replication });
    found.push(`${name} ${summary.fingerprint.behaviour} ${summary.fingerprint.events}`);
  }
  return found;
}

function inProcess(
  nodeFlags: readonly string[],
  environment: Readonly<Record<string, string>>,
  seed = '42',
): string[] {
  const cli = join(ROOT, 'dist/cli.js');
  const args = [
    ...nodeFlags,
    cli,
    'compare',
    SHOP,
    '--until',
    '1d',
    '--seed',
    seed,
    '--fingerprint',
    '--fail-on',
    'never',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.trim().split('\n');
}

describe('fingerprints', () => {
  test('agree between two runs in one process', async () => {
    expect(await fingerprints(SHOP)).toEqual(await fingerprints(SHOP));
  });

  test.each([
    { name: 'a new process', flags: [], environment: {} },
    {
      name: 'New York, German',
      flags: [],
      environment: { TZ: 'America/New_York', LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8' },
    },
    {
      name: 'Kathmandu, Turkish',
      flags: [],
      environment: { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    },
    { name: 'no optimising compiler', flags: ['--no-opt'], environment: {} },
    { name: 'no compiler at all', flags: ['--jitless', '--no-expose-wasm'], environment: {} },
  ])('agree with $name', async ({ flags, environment }) => {
    expect(inProcess(flags, environment)).toEqual(await fingerprints(SHOP));
  });

  test('differ for another seed and for another replication', async () => {
    const base = await fingerprints(SHOP);
    const otherSeed = inProcess([], {}, '43');
    const otherReplication = await fingerprints(SHOP, 1);
    base.forEach((line, index) => {
      expect(otherSeed[index]).not.toBe(line);
      expect(otherReplication[index]).not.toBe(line);
    });
  });

  test('do not depend on the order of keys in the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stowage-'));
    try {
      const turned = join(folder, 'turned.yaml');
      writeFileSync(turned, stringify(withKeysTurned(parse(readFileSync(SHOP, 'utf8')))));
      expect(await fingerprints(turned)).toEqual(await fingerprints(SHOP));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('see the same arrivals and runtimes under every policy', async () => {
    const prepared = await prepareScenario(SHOP, { sets: SETS });
    const jobs = new Set(prepared.plan.workload.jobs.map(({ name }) => name));
    const exogenous = [];
    for (const { name } of prepared.plan.platforms) {
      const { tasks } = await runPlatform(prepared, { platform: name });
      // Tasks are numbered over all groups, and services need more on one platform than on another: jobs count for themselves.
      const counts = new Map<string, number>();
      const byArrival = new Map<string, string>();
      for (const { group, attempt, submitMs, runningMs, endMs, outcome } of tasks()) {
        if (!jobs.has(group) || attempt > 0) continue;
        const index = counts.get(group) ?? 0;
        counts.set(group, index + 1);
        if (outcome === 'succeeded') byArrival.set(`${group} ${index}`, `${submitMs} ${endMs! - runningMs!}`);
      }
      exogenous.push(byArrival);
    }
    const [first, ...others] = exogenous;
    for (const other of others) {
      const both = [...first!.keys()].filter((task) => other.has(task));
      expect(both.length).toBeGreaterThan(1000);
      for (const task of both) expect(other.get(task)).toBe(first!.get(task));
    }
  });
});

function withKeysTurned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withKeysTurned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, withKeysTurned(inner)]),
  );
}
