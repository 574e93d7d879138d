import { describe, expect, test } from 'vitest';
import { missedTargets, precisionOf } from '../../src/cli/precision.ts';
import type { InputError } from '../../src/errors.ts';
import type { RunSummary } from '../../src/experiment/result.ts';

const AUTO = { kind: 'auto', precision: null } as const;
const targetsOf = (...precision: string[]) => precisionOf({ precision }, AUTO, ['my.metric']);

describe('precisionOf()', () => {
  test('is one percent of the cost unless asked otherwise, and nothing without --seeds auto', () => {
    const cost = { metric: 'cost.total', isShare: true };
    expect(precisionOf({}, AUTO, [])).toEqual([{ ...cost, value: 0.01 }]);
    expect(precisionOf({}, { kind: 'auto', precision: 0.005 }, [])).toEqual([{ ...cost, value: 0.005 }]);
    expect(precisionOf({}, { kind: 'list', seeds: [1, 2] }, [])).toEqual([]);
  });

  test.each([
    ['cost=2%', { metric: 'cost.total', value: 0.02, isShare: true }],
    ['wait.p95=500ms', { metric: 'wait.p95', value: 0.5, isShare: false }],
    ['cost.total = 3 USD', { metric: 'cost.total', value: 3, isShare: false }],
    ['utilisation.cpu=0.01', { metric: 'utilisation.cpu', value: 0.01, isShare: false }],
    ['my.metric=0.25', { metric: 'my.metric', value: 0.25, isShare: false }],
    ['my.metric=5%', { metric: 'my.metric', value: 0.05, isShare: true }],
  ])('reads %s', (text, target) => {
    expect(targetsOf(text)).toEqual([target]);
  });

  test('refuses everything at once, with the nearest metric', () => {
    try {
      targetsOf('cots=1%', 'wait.p95=fast', 'cost', 'cost=0%', 'my.metric=2s');
      expect.unreachable();
    } catch (error) {
      const { diagnostics } = error as InputError;
      expect(diagnostics.map(({ message }) => message)).toEqual([
        'there is no metric "cots"',
        'cannot read "fast" as a precision of wait.p95',
        'cannot read "cost"',
        'nothing is as precise as "cost=0%"',
        'cannot read "2s" as a precision of my.metric',
      ]);
    }
    expect(() => precisionOf({ precision: ['cost=1%'] }, null, [])).toThrow('--seeds auto');
    expect(() => precisionOf({ precision: ['cost=1%'] }, { kind: 'auto', precision: 0.01 }, [])).toThrow(
      'together',
    );
  });
});

describe('missedTargets()', () => {
  // Differences to a: of the cost 10 ± 2.2771 (t(9) 2.2622 · s 3.1832 / √10), of the wait always 1.
  const summaries = ['a', 'b'].flatMap((name, at) =>
    Array.from({ length: 10 }, (_, seed) => {
      const metrics = {
        'cost.total': 100 + 10 * at + 3 * at * (seed % 2 === 0 ? 1 : -1) * 1.00664,
        'wait.p95': at,
      };
      return { platform: { name }, seed, metrics } as unknown as RunSummary;
    }),
  );
  const missed = (...precision: string[]) => missedTargets(targetsOf(...precision), summaries, 'a');

  test('tells which interval is too wide, and how wide; a share of 2.5 % takes half a width of 2.44 %', () => {
    expect(missed('cost=2.5%', 'wait.p95=1ms')).toEqual([]);
    expect(missed('cost=2.3%', 'cost.total=2 USD')).toEqual([
      "cost.total: the widest interval is ± 2.28 % of the baseline's, asked for 2.3 %",
      'cost.total: the widest interval is ± 2.28, asked for ± 2',
    ]);
    expect(missed('wait.max=1s')).toEqual(['wait.max: a run has no such number']);
  });

  test('of a baseline of nothing a share is met by certainty alone', () => {
    expect(missed('wait.p95=1%')).toEqual([]);
  });
});
