import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeFrames, encodeFrames } from '../../../src/report/frames/frames-codec.ts';
import { framesOf } from '../../../src/report/frames/frames-of.ts';
import { ECS_BINPACK, KUBERNETES, sampleRun } from '../../support/results.ts';

test.each([ECS_BINPACK, KUBERNETES])(
  'decodeFrames() gives back what encodeFrames() took: $name',
  (sample) => {
    const frames = framesOf(sampleRun(sample));
    expect(decodeFrames(encodeFrames(frames))).toEqual(frames);
  },
);

test('encodeFrames() keeps times beyond 32 bits, names of any kind and steps backwards', () => {
  const base = sampleRun(ECS_BINPACK);
  const [row] = base.tasks();
  const far = 2 ** 50;
  const names = ['grading/7', 'default/web-1', 'grading/007', 'grading/12345678901', 'ü\u{1f600}'];
  const tasks = names.map((task, index) => ({
    ...row!,
    task,
    submitMs: far - index,
    placedMs: far,
    runningMs: null,
    endMs: null,
  }));
  const decoded = decodeFrames(encodeFrames(framesOf({ ...base, tasks: () => tasks })));
  expect(decoded.attempts.names).toEqual(['7', 'default/web-1', '007', '12345678901', 'ü\u{1f600}']);
  expect([...decoded.attempts.waitFromMs]).toEqual([far, far - 1, far - 2, far - 3, far - 4]);
  expect([...decoded.attempts.runningMs]).toEqual(names.map(() => Number.POSITIVE_INFINITY));
});

test('encodeFrames() takes less than twelve packed bytes for an attempt', () => {
  const base = sampleRun(ECS_BINPACK);
  const rows = Array.from({ length: 20 }, () => [...base.tasks()]).flat();
  const tasks = rows.map((row, index) => {
    // Every time its own: nothing for gzip to find twice.
    const waitMs = (index * 7919) % 60_011;
    const placedMs = row.submitMs + waitMs;
    return {
      ...row,
      task: `grading/${index}`,
      placedMs,
      runningMs: placedMs + 20_000,
      endMs: placedMs + ((index * 104_729) % 9_999_991),
    };
  });
  const packed = gzipSync(encodeFrames(framesOf({ ...base, tasks: () => tasks })), { level: 9 });
  expect(packed.length / rows.length).toBeLessThan(12);
});
