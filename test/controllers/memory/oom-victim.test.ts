import { describe, expect, test } from 'vitest';
import { kubeletOomScoreAdj, oomVictim } from '../../../src/controllers/memory/oom-victim.ts';

const process = (task: number, usedBytes: number, oomScoreAdj = 0) => ({
  task,
  usedBytes,
  oomScoreAdj,
  ordinal: task,
});

describe('oomVictim()', () => {
  test.each([
    { name: 'the largest', candidates: [process(1, 100), process(2, 300), process(3, 200)], victim: 2 },
    // 300 + 0 against 100 + 300 * 1
    {
      name: 'a smaller one whose score is raised',
      candidates: [process(1, 300), process(2, 100, 300)],
      victim: 2,
    },
    { name: 'of equals the youngest', candidates: [process(2, 100), process(1, 100)], victim: 2 },
    { name: 'a guaranteed one when it is alone', candidates: [process(1, 100, -997)], victim: 1 },
    { name: 'nobody that may never go', candidates: [process(1, 900, -1000), process(2, 1)], victim: 2 },
    { name: 'nobody that uses nothing', candidates: [process(1, 0, 1000)], victim: -1 },
  ])('takes $name', ({ candidates, victim }) => {
    expect(oomVictim(candidates, 1000)).toBe(victim);
  });
});

describe('kubeletOomScoreAdj()', () => {
  const pod = { quality: 'burstable', isNodeCritical: false, requestBytes: 0, capacityBytes: 1000 } as const;
  test.each([
    // 1000 - floor(1000 * 100 / 1000)
    { name: 'a tenth of the memory', pod: { ...pod, requestBytes: 100 }, adj: 900 },
    // 1000 - 999 = 1, but not below 3
    { name: 'nearly all of it', pod: { ...pod, requestBytes: 999 }, adj: 3 },
    { name: 'none, but some CPU', pod, adj: 999 },
    { name: 'nothing at all', pod: { ...pod, quality: 'best-effort' as const }, adj: 1000 },
    {
      name: 'all that it may use',
      pod: { ...pod, quality: 'guaranteed' as const, requestBytes: 1 },
      adj: -997,
    },
    { name: 'what keeps the node going', pod: { ...pod, isNodeCritical: true }, adj: -997 },
  ])('a pod that asks for $name', ({ pod: given, adj }) => {
    expect(kubeletOomScoreAdj(given)).toBe(adj);
  });
});
