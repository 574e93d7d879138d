import { describe, expect, test } from 'vitest';
import type { CommandIo } from '../../src/cli/command-io.ts';
import { Progress } from '../../src/cli/progress.ts';
import { RunEstimate } from '../../src/cli/run-estimate.ts';
import { DAY, HOUR, MINUTE } from '../../src/units.ts';

/** What a run says of itself, by a clock that the test moves. */
function watched(form: string, io: Partial<CommandIo> = {}) {
  const clock = { nowMs: 0 };
  const said: string[] = [];
  const progress = new Progress(
    {
      nowMs: () => clock.nowMs,
      note: (text: string) => said.push(text),
      redraw: (text: string) => said.push(`\r${text}`),
      stderrIsTerminal: false,
      ascii: true,
      width: 100,
      ...io,
    } as CommandIo,
    form,
  );
  const show = (wallMs: number, nowMs: number, events = wallMs * 1000) => {
    clock.nowMs = wallMs;
    progress.show({ nowMs, events, instances: 12, pending: 1234, tasksSubmitted: 5 }, wallMs);
  };
  return { progress, show, said };
}

describe('Progress', () => {
  test('auto: a line in a terminal, redrawn at most ten times a second, after half a second', () => {
    const { progress, show, said } = watched('auto', { stderrIsTerminal: true });
    progress.begin('ecs', DAY);
    for (let wallMs = 0; wallMs <= 1000; wallMs += 10) show(wallMs, wallMs * MINUTE);
    // At 500, 600, ... 1000 ms.
    expect(said.length).toBe(6);
    // 1000 ms: 1000 minutes of 1440; 1,000,000 events in 1 s; 60,000 s of simulated time in 1 s.
    expect(said.at(-1)).toBe(
      '\recs 16h40m/1d 69% | 1.00M ev/s | x60.0k | instances 12 | waiting 1.23k | ETA 1s',
    );
    progress.end();
    expect(said.at(-1)).toBe('\r');
  });

  test('a line is cut to the terminal', () => {
    const { progress, show, said } = watched('bar', { width: 20 });
    progress.begin('kubernetes', DAY, '2/3');
    show(600, HOUR);
    expect(said).toEqual(['\r2/3 kubernetes 1h/1']);
  });

  test('auto: a plain line every ten seconds elsewhere, none for short runs', () => {
    const { progress, show, said } = watched('auto');
    progress.begin('ecs', DAY);
    for (let wallMs = 0; wallMs < 25_000; wallMs += 100) show(wallMs, wallMs * 1000);
    progress.end();
    expect(said.map((line) => line.split(' | ')[0])).toEqual(['ecs 2h46m/1d 11%', 'ecs 5h33m/1d 23%']);
  });

  test('json: one object a line, every second', () => {
    const { progress, show, said } = watched('json');
    progress.begin('ecs', HOUR);
    for (let wallMs = 0; wallMs <= 3000; wallMs += 100) show(wallMs, wallMs * 600);
    expect(said.length).toBe(3);
    expect(JSON.parse(said[2]!)).toEqual({
      platform: 'ecs',
      nowMs: 1_800_000,
      horizonMs: HOUR,
      elapsedMs: 3000,
      events: 3_000_000,
      instances: 12,
      pending: 1234,
      tasksSubmitted: 5,
      etaMs: 3000,
    });
  });

  test('none says nothing', () => {
    const { progress, show, said } = watched('none', { stderrIsTerminal: true });
    progress.begin('ecs', DAY);
    show(60_000, HOUR);
    progress.end();
    expect(said).toEqual([]);
  });
});

describe('RunEstimate', () => {
  test('says nothing before 3 s or 2 %', () => {
    const slow = new RunEstimate();
    slow.add(1000, 0.001);
    expect(slow.remaining()).toBeNull();
    slow.add(3000, 0.003);
    // 0.001 a second: 997 s to go.
    expect(slow.remaining()!.ms).toBeCloseTo(997_000, 3);
    const fast = new RunEstimate();
    fast.add(1000, 0.5);
    expect(fast.remaining()).toEqual({ ms: 1000, isVague: false });
  });

  test('follows the recent speed: after ten seconds the old one counts half', () => {
    const estimate = new RunEstimate();
    estimate.add(10_000, 0.1);
    estimate.add(20_000, 0.4);
    // 0.01 a second, then 0.03: (0.01 + 0.03) / 2 = 0.02, and 0.6 is left.
    expect(estimate.remaining()!.ms).toBeCloseTo(30_000, 3);
  });

  test('calls itself vague when it has grown to more than twice what was said', () => {
    const estimate = new RunEstimate();
    estimate.add(10_000, 0.5);
    // 10 s to go.
    expect(estimate.remaining()).toEqual({ ms: 10_000, isVague: false });
    estimate.add(15_000, 0.51);
    expect(estimate.remaining()).toMatchObject({ isVague: true });
  });

  test('says nothing when nothing moves', () => {
    const estimate = new RunEstimate();
    estimate.add(5000, 0);
    expect(estimate.remaining()).toBeNull();
  });
});
