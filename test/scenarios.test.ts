import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { comparePlatforms } from '../src/experiment/compare-platforms.ts';
import { prepareScenario } from '../src/experiment/prepare-scenario.ts';
import type { RunResult } from '../src/experiment/result.ts';
import { runPlatform } from '../src/experiment/run-platform.ts';
import { METRIC_NAMES } from '../src/model/metrics.ts';
import { BinaryLog } from '../src/telemetry/binary-log.ts';
import { BinaryLogReader } from '../src/telemetry/binary-log-reader.ts';
import { checkLog, formatViolation } from '../src/telemetry/check-log.ts';
import { formatRecord, lineSink } from '../src/telemetry/log-format.ts';
import { MemoryLog, sinkOf } from '../src/telemetry/log-sink.ts';

/**
 * Every scenario against its golden, expected.json: fingerprints, metrics, the bill to the last unit. A golden changes
 * only by an explicit update (UPDATE_GOLDENS=1 npm test -- test/scenarios.test.ts) and a reason in the commit. The runs
 * also go through the invariant checker.
 */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TRACES = process.env['STOWAGE_TRACES'];
const UPDATE = process.env['UPDATE_GOLDENS'] === '1';
const NEEDS_TRACES = ['azure-real-day', 'openb'];

function golden({ summary }: RunResult) {
  const { platform, planHash, fingerprint, metrics, tasks, cost, checks, unplaced } = summary;
  return {
    platform: platform.name,
    planHash,
    fingerprint,
    tasks,
    cost: cost.total,
    allocation: Object.fromEntries(cost.allocation.map(({ name, usd }) => [name, usd])),
    metrics: Object.fromEntries(METRIC_NAMES.map((name) => [name, metrics[name]])),
    checks: checks.map(({ text, passed }) => `${passed ? 'pass' : 'FAIL'} ${text}`),
    unplaced,
  };
}

/** Of the lines that were added, most of them at a time: hashing line by line takes longer than all else. */
function digestOfLines() {
  const hash = createHash('sha256');
  let lines = '';
  const add = (line: string) => {
    lines += line;
    if (lines.length < 2 ** 16) return;
    hash.update(lines);
    lines = '';
  };
  return { add, digest: () => hash.update(lines).digest('hex') };
}

/** Of the lines that a binary log comes to. */
function digestOfLog(blocks: readonly Uint8Array[]): string {
  const reader = new BinaryLogReader('scenario.slog');
  const text = digestOfLines();
  for (const block of blocks) for (const record of reader.read(block)) text.add(`${formatRecord(record)}\n`);
  reader.finish();
  return text.digest();
}

describe.each(readdirSync(join(ROOT, 'scenarios')).sort())('scenarios/%s', (name) => {
  const folder = join(ROOT, 'scenarios', name);
  const file = join(folder, 'scenario.yaml');
  const runnable = !NEEDS_TRACES.includes(name) || TRACES !== undefined;
  const options = { allowPlugins: true, ...(TRACES === undefined ? {} : { tracesFolder: TRACES }) };

  test('says in its first comment what it shows', () => {
    expect(readFileSync(file, 'utf8')).toMatch(/^# yaml-language-server: [^\n]+\n#\n# What it shows: /);
  });

  test.runIf(runnable)('gives its golden result on every platform', async () => {
    const { runs, verdict } = await comparePlatforms(await prepareScenario(file, options));
    const got = `${JSON.stringify({ verdict, platforms: runs.map(golden) }, null, 2)}\n`;
    const path = join(folder, 'expected.json');
    if (UPDATE) writeFileSync(path, got);
    expect(existsSync(path), 'a scenario has a golden').toBe(true);
    expect(JSON.parse(got)).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  });

  test.runIf(runnable)('breaks no invariant on any platform, and its binary log is its text', async () => {
    const prepared = await prepareScenario(file, options);
    const tables = await prepared.drawTables(0);
    for (const { name: platform } of prepared.plan.platforms) {
      const log = new MemoryLog();
      const text = digestOfLines();
      const bytes: Buffer[] = [];
      const binary = new BinaryLog((block) => bytes.push(Buffer.from(block)));
      const both = NEEDS_TRACES.includes(name) ? [] : [lineSink(text.add), binary];
      await runPlatform(prepared, { platform, tables, log: sinkOf([log, ...both]) });
      expect(checkLog(log.records).slice(0, 5).map(formatViolation), platform).toEqual([]);
      if (both.length === 0) continue;
      binary.flush();
      expect(digestOfLog(bytes), platform).toBe(text.digest());
    }
  });
});

describe('scenarios/tiny', () => {
  test('costs what its comment works out by hand', async () => {
    const prepared = await prepareScenario(join(ROOT, 'scenarios/tiny/scenario.yaml'));
    const { runs } = await comparePlatforms(prepared);
    const [ecs, kubernetes] = runs.map(({ summary, instances }) => ({
      total: summary.cost.total,
      seconds: instances.map(({ billedSeconds }) => billedSeconds),
      waits: summary.metrics['wait.max'],
    }));
    // Two instances lived 59 s (billed 60), one 61 s. 181 × 0.096 / 3600 + 181 × 10 × 0.08 / 2,678,400
    // = 0.00482666666... + 0.00005406212... = 0.00488072879...
    expect(ecs).toEqual({ total: '0.0048807288', seconds: [60, 60, 61], waits: 40 });
    // 242 × 0.096 / 3600 + 242 × 10 × 0.08 / 2,678,400 + 600 × 0.10 / 3600
    // = 0.00645333333... + 0.00007228195... + 0.01666666666... = 0.02319228195...
    expect(kubernetes).toEqual({ total: '0.023192282', seconds: [60, 60, 60, 62], waits: 41 });
  });
});

describe('templates', () => {
  test.each(readdirSync(join(ROOT, 'templates')).sort())(
    '%s validates without a word and runs',
    async (name) => {
      const file = join(ROOT, 'templates', name, 'scenario.yaml');
      const prepared = await prepareScenario(file);
      expect(prepared.warnings).toEqual([]);
      const { runs } = await comparePlatforms(prepared);
      for (const { summary } of runs) expect(summary.metrics['tasks.submitted']).toBeGreaterThan(0);
    },
  );
});
