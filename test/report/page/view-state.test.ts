import { expect, test } from 'vitest';
import { hashToView, viewToHash } from '../../../src/report/page/view-state.ts';

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
  `#x;t=${'9'.repeat(40)}`,
])('hashToView() takes no part of %j that makes no sense', (hash) => {
  expect(hashToView(hash).change).toEqual({});
});
