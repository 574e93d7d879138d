import { expect, test } from 'vitest';
import { hashToView, insideRun, viewToHash } from '../../../src/report/page/view-state.ts';

test.each([
  { timeMs: 5, step: null, window: null, selection: null, isPlaying: false },
  {
    ...{ timeMs: 7, step: null, window: [3, 9] as const, isPlaying: false },
    selection: { platform: 1, instance: 20, attempt: 300 },
  },
  {
    ...{ timeMs: 7, step: null, window: null, isPlaying: false },
    selection: { platform: 0, instance: 2, attempt: null },
  },
  {
    ...{ timeMs: 7, step: null, window: null, isPlaying: false },
    selection: { platform: 2, instance: null, attempt: 4 },
  },
])('hashToView() reads what viewToHash() wrote: %j', (view) => {
  const { section, change } = hashToView(`#packing;${viewToHash(view)}`);
  expect(section).toBe('packing');
  const { timeMs, window, selection } = view;
  expect(change).toEqual({ timeMs, ...(window && { window }), ...(selection && { selection }) });
});

test.each([
  '',
  '#',
  '#cost',
  '#x;t=-1',
  '#x;t=1e9',
  '#x;w=9-3',
  '#x;at=1',
  '#x;at=a/b',
  '#x;at=1/-',
  `#x;t=${'9'.repeat(40)}`,
])('hashToView() takes no part of %j that makes no sense', (hash) => {
  expect(hashToView(hash).change).toEqual({});
});

test.each([
  // The moment moves into the stretch, and both into the run.
  { given: { timeMs: 50 }, view: { timeMs: 50, window: null, step: null } },
  { given: { timeMs: 500 }, view: { timeMs: 100, window: null, step: null } },
  { given: { timeMs: 5, window: [10, 20] as const }, view: { timeMs: 10, window: [10, 20], step: null } },
  { given: { timeMs: 99, window: [90, 300] as const }, view: { timeMs: 99, window: [90, 100], step: null } },
  { given: { timeMs: 5, window: [100, 300] as const }, view: { timeMs: 5, window: null, step: null } },
  { given: { window: [0, 1] as const }, view: { window: [0, 1] } },
  { given: {}, view: { window: null } },
])('insideRun() of 100 ms makes of $given: $view', ({ given, view }) => {
  expect(insideRun(given, 100)).toEqual(view);
});
