import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readResult } from '../../src/experiment/result-directory.ts';
import { checkLog } from '../../src/telemetry/check-log.ts';
import { parseLog } from '../../src/telemetry/log-format.ts';
import { freshFolder, said, start } from './process.ts';

/** Minutes of work; each test ends it early. */
const LONG = `version: 1
name: long
seed: 1
start: 2026-03-02T00:00:00Z
horizon: 300d
region: us-east-1
fleet:
  - { name: general, type: m6i.xlarge, size: { min: 100, max: 100 } }
workload:
  jobs:
    - { name: short, template: { cpu: 250m, memory: 256MiB }, arrivals: { poisson: 20000/h }, runtime: 60s }
platforms:
  - { name: kubernetes, kind: kubernetes }
  - { name: ecs, kind: ecs }
`;
const UNDERWAY = /"platform":"kubernetes"/;
const FILES = ['--out', 'out', '--log', 'events.ndjson', '--report'];

function begin(command: string, flags: readonly string[]) {
  const folder = freshFolder({ 'long.yaml': LONG });
  return { folder, ...start([command, 'long.yaml', '--progress', 'json', ...flags], folder) };
}

describe.concurrent('the first SIGINT or SIGTERM', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends a run with a valid partial result and exit code %i', async (signal, code) => {
    const { folder, child, ended } = begin('run', [...FILES, '--json']);
    await said(child, UNDERWAY);
    child.kill(signal);
    const { stdout, stderr, ...outcome } = await ended;
    expect(outcome.code).toBe(code);
    expect(stderr).toContain(`${signal}: stopping here`);
    const summary = JSON.parse(stdout);
    expect(summary).toMatchObject({ complete: false, horizonMs: 300 * 86_400_000 });
    expect(summary.endedMs).toBeGreaterThan(0);
    expect(summary.endedMs).toBeLessThan(summary.horizonMs);

    const { result } = readResult(join(folder, 'out/long/kubernetes/seed=1'));
    expect(result.summary).toEqual(summary);
    expect([...result.tasks()].length).toBe(summary.tasks.submitted);
    const log = readFileSync(join(folder, 'events.ndjson'), 'utf8').trimEnd().split('\n');
    expect(checkLog(parseLog(log, 'events.ndjson'))).toEqual([]);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('</html>');
    expect(readdirSync(folder).sort()).toEqual(['events.ndjson', 'long.yaml', 'out', 'report.html']);
  });

  test('ends a comparison: the run under way is kept, those after it do not begin', async () => {
    const { folder, child, ended } = begin('compare', ['--out', 'out', '--json']);
    await said(child, UNDERWAY);
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    const { runs } = JSON.parse(stdout);
    expect(runs.map(({ platform }: { platform: { name: string } }) => platform.name)).toEqual(['kubernetes']);
    expect(runs[0].complete).toBe(false);
    expect(readdirSync(join(folder, 'out/long'))).toEqual(['kubernetes']);
  });

  test('ends what has nothing to keep at once', async () => {
    const { child, ended } = start(['validate', '-'], freshFolder());
    // It waits for its standard input.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 130, stdout: '', stderr: '' });
  });
});

describe.concurrent('the second signal', () => {
  test('ends a run at once: no answer, nothing under its final name', async () => {
    const { folder, child, ended } = begin('run', FILES);
    await said(child, UNDERWAY);
    child.kill('SIGINT');
    await said(child, /stopping here/);
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    // A quick machine may be done with the partial result before the second signal arrives.
    expect([130, 143]).toContain(code);
    expect(stdout === '').toBe(code === 143);
    expect(readdirSync(folder).includes('report.html')).toBe(code === 130);
  });
});

describe.concurrent('kill -9', () => {
  test.each([0, 500])('%i ms into a run leaves temporary names or nothing', async (delayMs) => {
    const { folder, child, ended } = begin('run', FILES);
    await said(child, UNDERWAY);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    child.kill('SIGKILL');
    expect((await ended).stdout).toBe('');
    const left = readdirSync(folder).filter((name) => name !== 'long.yaml');
    expect(left.filter((name) => !/^\..*\.partial$/.test(name))).toEqual([]);
  });
});
