import { describe, expect, test } from 'vitest';
import type {
  DecisionExplanation,
  InstanceOutcome,
  PolicyVerdict,
} from '../../src/experiment/explanation.ts';
import { explanationTable } from '../../src/report/explanation-rows.ts';
import { renderExplanation } from '../../src/report/explanation-text.ts';

function outcome(name: string, rest: Partial<InstanceOutcome> = {}): InstanceOutcome {
  const free = { cpuMilli: 1500, memoryMiB: 512.5 };
  return { name, type: 'm5.large', zone: 'a', free, refusal: null, scores: [], total: null, ...rest };
}
const scored = (name: string, raw: number, normalised: number, weight: number) => {
  const weighted = normalised * weight;
  return outcome(name, { scores: [{ rule: 'Fit', raw, normalised, weighted }], total: weighted });
};
const refused = (name: string, rule: string, ...reasons: string[]) =>
  outcome(name, { refusal: { rule, reasons, resolvable: false } });

function verdict(rest: Partial<PolicyVerdict>): PolicyVerdict {
  return {
    name: 'kube-scheduler 1.36',
    dialect: 'kubernetes',
    instancesReady: rest.instances?.length ?? 0,
    instances: [],
    chain: [],
    tied: [],
    draw: null,
    chosen: null,
    preemption: null,
    message: '',
    ...rest,
  };
}

function decision(rest: Partial<DecisionExplanation>): DecisionExplanation {
  return {
    number: 7,
    timeMs: 90_000,
    task: 'web/3',
    group: 'web',
    waitsSinceMs: 60_000,
    asks: ['0.5 vCPU', '1GiB'],
    platform: 'k',
    policy: verdict({}),
    other: null,
    relaxations: [],
    ...rest,
  };
}

const SCORED = decision({
  policy: verdict({
    instances: [
      refused('n1', 'Taint', 'node(s) had untolerated taint(s)'),
      scored('n2', 3, 50, 2),
      scored('n3', 3, 50, 2),
    ],
    tied: ['n2', 'n3'],
    draw: 0.25,
    chosen: 'n3',
  }),
});

describe('renderExplanation()', () => {
  test('of a decision that took over from the one before: how, and that nothing else was looked at', () => {
    const batched = verdict({
      instances: [outcome('n2')],
      instancesReady: 3,
      chosen: 'n2',
      tied: ['n2'],
      batched: true,
    });
    const text = renderExplanation({
      kind: 'decision',
      decisions: 9,
      decision: decision({ policy: batched }),
    });
    expect(text).toContain('Filter: 1 of 1 nodes fit, 2 not looked at\n');
    expect(text).toContain(
      'Chosen n2: next best of the decision just before, which was about an equal pod (opportunistic batching)\n',
    );
  });

  test('of a decision: filter, scores, weighted totals, the tie and the draw', () => {
    expect(renderExplanation({ kind: 'decision', decisions: 9, decision: SCORED }).split('\n')).toEqual([
      'Decision 7 of 9 at 1m30s: web/3 on k',
      '  asks for 0.5 vCPU, 1GiB; waits for 30s',
      '',
      'Filter: 2 of 3 nodes fit',
      '  instance  type      zone  free CPU  free memory  plugin  reason',
      '  n1        m5.large  a        1500m       512MiB  Taint   node(s) had untolerated taint(s)',
      '  n2        m5.large  a        1500m       512MiB          fits',
      '  n3        m5.large  a        1500m       512MiB          fits',
      '',
      'Scores, raw -> normalised',
      '  score       n3       n2',
      '  Fit    3 -> 50  3 -> 50',
      '',
      'Weighted',
      '  instance  Fit  total',
      '  n3        100    100  chosen',
      '  n2        100    100  tied',
      '',
      'Chosen n3: 2 were equally good (n2, n3), the draw was 0.250000',
      '',
    ]);
  });

  test('of one that found nothing: the message, and what would help', () => {
    const text = renderExplanation({
      kind: 'decision',
      decisions: 9,
      decision: decision({
        policy: verdict({
          instances: [refused('n1', 'Fit', 'Insufficient cpu')],
          message: '0/1 nodes are available: 1 Insufficient cpu.',
        }),
        relaxations: [{ dimension: 'cpu', change: 'cpu −0.1 vCPU', instance: 'n1' }],
      }),
    });
    expect(text).toContain('\nNo place\n  0/1 nodes are available: 1 Insufficient cpu.\n');
    expect(text).toMatch(/\nIt would fit\n {2}cpu −0\.1 vCPU +on n1\n/);
    const hopeless = decision({ policy: verdict({ message: 'x' }) });
    expect(renderExplanation({ kind: 'decision', decisions: 9, decision: hopeless })).toContain(
      '\nIt would fit with no single change of what it asks for\n',
    );
  });

  test('shows as many instances as asked for, the refused ones first, and all when wide', () => {
    const instances = [
      ...Array.from({ length: 30 }, (_, index) => scored(`n${index}`, 1, 1, 1)),
      refused('last', 'Fit', 'Insufficient cpu'),
    ];
    const many = decision({ policy: verdict({ instances, chosen: 'n0', tied: ['n0'] }) });
    const explanation = { kind: 'decision', decisions: 9, decision: many } as const;
    const short = renderExplanation(explanation, { top: 2 });
    expect(short).toMatch(/zone.*\n {2}last .*\n {2}n0 .*\n {2}and 29 more: -o wide, or --top N\n/);
    expect(renderExplanation(explanation, { wide: true })).not.toContain('more: -o wide');
  });

  test('shows the survivors of each step of a chain', () => {
    const chain = [{ step: 'binpack(cpu)', survivors: ['n2'] }];
    const policy = verdict({
      dialect: 'ecs',
      instances: [outcome('n1'), outcome('n2')],
      chain,
      tied: ['n2'],
      chosen: 'n2',
    });
    const text = renderExplanation({ kind: 'decision', decisions: 1, decision: decision({ policy }) });
    expect(text).toMatch(/n1 .* fits +✗ drops out\n/);
    expect(text).toMatch(/n2 .* fits +✓ stays\n/);
  });

  test('prints names of foreign origin without their control characters, and ASCII when asked', () => {
    const nasty = decision({ task: 'a\u001b[31mb', policy: verdict({ message: 'no\u0007 place' }) });
    const text = renderExplanation({ kind: 'decision', decisions: 1, decision: nasty }, { ascii: true });
    expect(text).not.toMatch(/[^\n\x20-\x7e]/);
  });
});

describe('explanationTable()', () => {
  test('has a row per instance and policy, with every score', () => {
    const other = verdict({ name: 'best-fit', instances: [outcome('n2')], chosen: 'n2', tied: ['n2'] });
    const { columns, rows } = explanationTable({
      kind: 'decision',
      decisions: 9,
      decision: { ...SCORED, other },
    });
    expect(columns).toContain('Fit_normalised');
    expect(rows.map((row) => [row['policy'], row['instance'], row['total'], row['chosen']])).toEqual([
      ['kube-scheduler 1.36', 'n1', null, 'false'],
      ['kube-scheduler 1.36', 'n2', 100, 'false'],
      ['kube-scheduler 1.36', 'n3', 100, 'true'],
      ['best-fit', 'n2', null, 'true'],
    ]);
    // Every row has a value for some column, and none for a column that is not announced.
    for (const row of rows) expect(columns).toEqual(expect.arrayContaining(Object.keys(row)));
  });
});
