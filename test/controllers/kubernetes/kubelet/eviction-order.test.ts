import { describe, expect, test } from 'vitest';
import {
  firstToEvict,
  type RankedForEviction,
  SYSTEM_CRITICAL_PRIORITY,
} from '../../../../src/controllers/kubernetes/kubelet/eviction-order.ts';

const pod = (task: number, usedBytes: number, requestBytes: number, priority = 0): RankedForEviction => ({
  task,
  usedBytes,
  requestBytes,
  priority,
  ordinal: task,
});

describe('firstToEvict()', () => {
  test.each([
    {
      name: 'who uses more than asked for, whatever the priority',
      pods: [pod(1, 90, 100, -5), pod(2, 101, 100, 9)],
      first: 2,
    },
    { name: 'the least important of those', pods: [pod(1, 300, 100, 1), pod(2, 101, 100, 0)], first: 2 },
    // 50 beyond 100 against 60 beyond 500
    {
      name: 'of equals who uses most beyond the request',
      pods: [pod(1, 150, 100), pod(2, 560, 500)],
      first: 2,
    },
    // -10 against -20
    {
      name: 'within their requests who has least to spare',
      pods: [pod(1, 90, 100), pod(2, 480, 500)],
      first: 1,
    },
    {
      name: 'exactly the request is not beyond it',
      pods: [pod(1, 100, 100, -1), pod(2, 51, 50, 5)],
      first: 2,
    },
    {
      name: 'of equals the youngest',
      pods: [pod(1, 150, 100), pod(3, 150, 100), pod(2, 150, 100)],
      first: 3,
    },
    {
      name: 'never a critical pod',
      pods: [pod(1, 900, 0, SYSTEM_CRITICAL_PRIORITY), pod(2, 10, 10, SYSTEM_CRITICAL_PRIORITY - 1)],
      first: 2,
    },
  ])('takes $name', ({ pods, first }) => {
    expect(firstToEvict(pods)?.task).toBe(first);
    expect(firstToEvict([...pods].reverse())?.task).toBe(first);
  });

  test('finds nobody among critical pods', () => {
    expect(firstToEvict([pod(1, 900, 0, 2_000_001_000)])).toBeNull();
  });
});
