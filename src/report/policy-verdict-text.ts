import type { InstanceOutcome, PolicyVerdict } from '../experiment/explanation.ts';
import { stripControl } from '../io/terminal-text.ts';
import { formatBytes, formatCpuMilli, MIB } from '../units.ts';
import type { ExplanationStyle } from './explanation-text.ts';
import { type TextColumn, textTable, wrapText } from './text-layout.ts';

/**
 * What a scheduler made of a state: who was refused and why, how the rest was scored, what the weighted scores come to,
 * who was equally good, and the choice; or the message of the platform when there is none.
 */
export function verdictLines(verdict: PolicyVerdict, style: ExplanationStyle): string[] {
  const fitting = verdict.instances.filter(({ refusal }) => refusal === null);
  const isScored = fitting.some(({ scores }) => scores.length > 0);
  return [
    ...filterLines(verdict, style),
    ...(isScored ? scoreLines(verdict, fitting, style) : []),
    ...(isScored ? totalLines(verdict, fitting, style) : []),
    ...choiceLines(verdict, style),
  ];
}

function filterLines(verdict: PolicyVerdict, style: ExplanationStyle): string[] {
  const { paint, wide, top } = style;
  const { instances, chain, dialect, instancesReady } = verdict;
  const refused = instances.filter(({ refusal }) => refusal !== null);
  const fitting = instances.filter(({ refusal }) => refusal === null);
  // Of many instances the refused ones say most; those that fit have tables of their own when they are scored.
  const ordered = [...refused, ...fitting];
  const shown = wide ? instances : ordered.slice(0, top);
  const noun = dialect === 'kubernetes' ? 'nodes' : 'instances';
  const unseen = instancesReady - instances.length;
  const looked = unseen > 0 ? `, ${unseen} not looked at` : '';
  const columns = columnsOf(
    [
      'instance',
      'type',
      'zone',
      'free CPU',
      'free memory',
      dialect === 'kubernetes' ? 'plugin' : 'rule',
      'reason',
    ],
    [3, 4],
  );
  const chainColumns = chain.map(({ step }) => ({ title: step, align: 'left' as const }));
  const rows = shown.map((outcome) => {
    const { name, type, zone, free, refusal } = outcome;
    const reasons = refusal === null ? 'fits' : refusal.reasons.join(', ');
    const hopeless =
      dialect === 'kubernetes' && refusal !== null && !refusal.resolvable && wide
        ? ' (evicting would not help)'
        : '';
    return [
      stripControl(name),
      stripControl(type),
      stripControl(zone),
      formatCpuMilli(Math.floor(free.cpuMilli)),
      formatBytes(Math.floor(free.memoryMiB) * MIB),
      refusal?.rule ?? '',
      stripControl(reasons) + hopeless,
      ...chain.map(({ survivors }) =>
        refusal !== null ? '' : survivors.includes(name) ? '✓ stays' : '✗ drops out',
      ),
    ];
  });
  return [
    '',
    paint('heading', `Filter: ${fitting.length} of ${instances.length} ${noun} fit${looked}`),
    ...indented(textTable([...columns, ...chainColumns], rows, paint)).filter(() => rows.length > 0),
    ...restLine(instances.length - shown.length, style),
  ];
}

function scoreLines(
  verdict: PolicyVerdict,
  fitting: readonly InstanceOutcome[],
  style: ExplanationStyle,
): string[] {
  const { paint } = style;
  const rules = fitting[0]!.scores.map(({ rule }) => rule);
  const best = bestFirst(fitting, verdict);
  const shown = style.wide ? best : best.slice(0, style.top);
  const rows = rules.map((rule, index) => [
    rule,
    ...shown.map(({ scores }) => {
      const { raw, normalised } = scores[index]!;
      return raw === normalised ? number(raw) : `${number(raw)} -> ${number(normalised)}`;
    }),
  ]);
  const columns = columnsOf(
    ['score', ...shown.map(({ name }) => stripControl(name))],
    shown.map((_, index) => index + 1),
  );
  return [
    '',
    paint('heading', 'Scores, raw -> normalised'),
    ...indented(textTable(columns, rows, paint)),
    ...restLine(best.length - shown.length, style),
  ];
}

function totalLines(
  verdict: PolicyVerdict,
  fitting: readonly InstanceOutcome[],
  style: ExplanationStyle,
): string[] {
  const { paint } = style;
  const best = bestFirst(fitting, verdict);
  const shown = style.wide ? best : best.slice(0, style.top);
  const rules = fitting[0]!.scores.map(({ rule }) => rule);
  const rows = shown.map(({ name, scores, total }) => [
    stripControl(name),
    ...scores.map(({ weighted }) => number(weighted)),
    number(total ?? 0),
    name === verdict.chosen ? 'chosen' : verdict.tied.includes(name) ? 'tied' : '',
  ]);
  const columns = [
    ...columnsOf(
      ['instance', ...rules, 'total'],
      [...rules.keys()].map((index) => index + 1).concat(rules.length + 1),
    ),
    { title: '', align: 'left' as const },
  ];
  return [
    '',
    paint('heading', 'Weighted'),
    ...indented(textTable(columns, rows, paint)),
    ...restLine(best.length - shown.length, style),
  ];
}

function bestFirst(fitting: readonly InstanceOutcome[], { chosen }: PolicyVerdict): InstanceOutcome[] {
  const rank = ({ name }: InstanceOutcome) => (name === chosen ? 0 : 1);
  return [...fitting].sort((a, b) => (b.total ?? 0) - (a.total ?? 0) || rank(a) - rank(b));
}

function choiceLines(
  { chosen, tied, draw, message, preemption, batched }: PolicyVerdict,
  { paint, width }: ExplanationStyle,
): string[] {
  if (chosen === null) {
    return [
      '',
      paint('bad', 'No place'),
      ...wrapText(message === '' ? 'Waiting for its turn.' : message, width, '  '),
      ...(preemption === null ? [] : wrapText(roomMade(preemption), width, '  ')),
    ];
  }
  if (batched) {
    const why =
      'next best of the decision just before, which was about an equal pod (opportunistic batching)';
    return ['', `${paint('good', 'Chosen')} ${stripControl(chosen)}: ${why}`];
  }
  const drawn = draw === null ? '' : `, the draw was ${draw.toFixed(6)}`;
  const group =
    tied.length > 1
      ? `: ${tied.length} were equally good (${tied.slice(0, 5).join(', ')}${tied.length > 5 ? ', ...' : ''})${drawn}`
      : '';
  return ['', `${paint('good', 'Chosen')} ${stripControl(chosen)}${stripControl(group)}`];
}

function roomMade({ instance, victims }: NonNullable<PolicyVerdict['preemption']>): string {
  const others = victims.length > 5 ? `, and ${victims.length - 5} more` : '';
  const whom = `${victims.slice(0, 5).join(', ')}${others}`;
  return `Preemption makes room on ${stripControl(instance)}: ${stripControl(whom)} must go.`;
}

function restLine(left: number, { paint }: ExplanationStyle): string[] {
  return left > 0 ? [paint('dim', `  and ${left} more: -o wide, or --top N`)] : [];
}

/** Scores of baselines are real numbers. */
function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}

function columnsOf(titles: readonly string[], right: readonly number[]): TextColumn[] {
  return titles.map((title, index) => ({ title, align: right.includes(index) ? 'right' : 'left' }));
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
