import { describe, expect, test } from 'vitest';
import { SourceMerge } from '../../src/kernel/source-merge.ts';

function source(kind: number, timesMs: readonly number[]) {
  let index = 0;
  return { kind, peekMs: () => timesMs[index] ?? Number.POSITIVE_INFINITY, next: () => index++ };
}

describe('SourceMerge', () => {
  test('take() goes by time, then phase, then order of addition', () => {
    const merge = new SourceMerge();
    merge.add(source(0, [4, 9]), 3, 0);
    merge.add(source(1, [4, 4]), 1, 0);
    merge.add(source(2, [4]), 3, 0);
    merge.add(source(3, []), 0, 0);
    const taken: string[] = [];
    while (merge.headMs < Number.POSITIVE_INFINITY) {
      taken.push(`${merge.headMs}/${merge.headPhase}/${merge.headKind}/${merge.take()}`);
    }
    expect(taken).toEqual(['4/1/1/0', '4/1/1/1', '4/3/0/0', '4/3/2/0', '9/3/0/1']);
    expect(() => merge.take()).toThrow('no source');
  });

  test.each([
    [[Number.NaN], 'backwards'],
    [[1.5], 'whole'],
    [[-1], 'backwards'],
  ])('add() refuses a source that starts at %s', (timesMs, message) => {
    expect(() => new SourceMerge().add(source(0, timesMs), 0, 0)).toThrow(message);
  });
});
