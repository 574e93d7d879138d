import { describe, expect, test } from 'vitest';
import type { Taint, Toleration } from '../../src/model/task-class.ts';
import { isTolerated } from '../../src/model/toleration.ts';

const taint: Taint = { key: 'team', value: 'a', effect: 'NoSchedule' };

describe('isTolerated', () => {
  test.each<[Toleration, boolean]>([
    [{ key: 'team', value: 'a' }, true],
    [{ key: 'team', value: 'b' }, false],
    [{ key: 'team' }, false],
    [{ key: 'team', operator: 'Exists' }, true],
    [{ key: 'other', operator: 'Exists' }, false],
    [{ operator: 'Exists' }, true],
    [{ operator: 'Exists', effect: 'NoSchedule' }, true],
    [{ operator: 'Exists', effect: 'NoExecute' }, false],
    [{ key: 'team', operator: 'Equal', value: 'a', effect: 'PreferNoSchedule' }, false],
  ])('by %j: %s', (toleration, tolerated) => {
    expect(isTolerated(taint, [toleration])).toBe(tolerated);
  });

  test('by any of several', () => {
    expect(isTolerated(taint, [{ key: 'x', operator: 'Exists' }, { operator: 'Exists' }])).toBe(true);
    expect(isTolerated(taint, [])).toBe(false);
  });
});
