import type {
  DecisionExplanation,
  InstanceExplanation,
  Relaxation,
  RunExplanation,
  TaskExplanation,
  UnplacedExplanation,
} from '../experiment/explanation.ts';
import { stripControl } from '../io/terminal-text.ts';
import { formatDurationMs, MIB } from '../units.ts';
import { verdictLines } from './policy-verdict-text.ts';
import {
  bulletText,
  finishText,
  type TextOptions,
  type TextStyle,
  textStyle,
  textTable,
} from './text-layout.ts';

export interface ExplanationTextOptions extends TextOptions {
  /** Every instance and every column. Default false. */
  readonly wide?: boolean;
  /** Instances shown of each table. Default 10. */
  readonly top?: number;
}

/** Passed on to every part. */
export interface ExplanationStyle extends TextStyle {
  readonly wide: boolean;
  readonly top: number;
}

/** Decisions of a task that are listed; the first and the last ones. */
const DECISIONS_SHOWN = 10;

/** An explanation for a terminal. Ends with a newline. */
export function renderExplanation(explanation: RunExplanation, options: ExplanationTextOptions = {}): string {
  const { wide = false, top = 10 } = options;
  const style: ExplanationStyle = { ...textStyle(options), wide, top };
  return finishText(linesOf(explanation, style), style);
}

function linesOf(explanation: RunExplanation, style: ExplanationStyle): string[] {
  switch (explanation.kind) {
    case 'decision':
      return decisionLines(explanation.decision, style, explanation.decisions);
    case 'task':
      return taskLines(explanation, style);
    case 'unplaced':
      return unplacedLines(explanation, style);
    case 'node':
      return instanceLines(explanation, style);
  }
}

function decisionLines(decision: DecisionExplanation, style: ExplanationStyle, count?: number): string[] {
  const { paint } = style;
  const { number, timeMs, task, platform, asks, waitsSinceMs, policy, other } = decision;
  const title =
    number === null ? 'As it stands' : `Decision ${number}${count === undefined ? '' : ` of ${count}`}`;
  const waited = timeMs - waitsSinceMs;
  return [
    `${paint('heading', title)} at ${formatDurationMs(timeMs)}: ${stripControl(task)} on ${stripControl(platform)}`,
    `  asks for ${stripControl(asks.join(', '))}; ${waited === 0 ? 'has just come' : `waits for ${formatDurationMs(waited)}`}`,
    ...verdictLines(policy, style),
    ...(policy.chosen === null ? relaxationLines(decision.relaxations, style) : []),
    ...(other === null
      ? []
      : [
          '',
          paint('heading', `The same state under ${stripControl(other.name)}`),
          ...verdictLines(other, style),
        ]),
  ];
}

function relaxationLines(relaxations: readonly Relaxation[], { paint }: ExplanationStyle): string[] {
  if (relaxations.length === 0)
    return ['', `${paint('heading', 'It would fit')} with no single change of what it asks for`];
  const rows = relaxations.map(({ change, instance }) => [
    stripControl(change),
    `on ${stripControl(instance)}`,
  ]);
  const columns = [
    { title: '', align: 'left' },
    { title: '', align: 'left' },
  ] as const;
  return ['', paint('heading', 'It would fit'), ...indented(textTable(columns, rows, paint))];
}

const KILL_WORDS = {
  limit: 'killed: over its own limit',
  instance: 'killed: its instance was full',
  pressure: 'evicted by kubelet: memory ran short on its node',
} as const;

function killLines(kills: NonNullable<TaskExplanation['memoryKills']>, style: ExplanationStyle): string[] {
  if (kills.length === 0) return [];
  const shown = style.wide ? kills : ends(kills);
  const rows = shown.map(({ timeMs, cause, usedBytes }) => [
    formatDurationMs(timeMs),
    `${Math.ceil(usedBytes / MIB)} MiB`,
    KILL_WORDS[cause],
  ]);
  return [
    '',
    style.paint('heading', `Memory: ${kills.length}`),
    ...indented(textTable(leftColumns(['at', 'used', 'what']), rows, style.paint)),
    ...(shown.length < kills.length
      ? [style.paint('dim', `  and ${kills.length - shown.length} between them`)]
      : []),
  ];
}

function taskLines(
  { task, attempts, memoryKills = [], decisions, remark, decision }: TaskExplanation,
  style: ExplanationStyle,
): string[] {
  const { paint } = style;
  const time = (ms: number | null) => (ms === null ? '-' : formatDurationMs(ms));
  const history = attempts.map(({ attempt, submitMs, placedMs, runningMs, endMs, instance, outcome }) => [
    String(attempt),
    time(submitMs),
    time(placedMs),
    time(runningMs),
    time(endMs),
    stripControl(instance) || '-',
    outcome,
  ]);
  const titles = ['attempt', 'waits from', 'placed', 'running', 'ended', 'instance', 'outcome'];
  const shown = style.wide ? decisions : ends(decisions);
  const tried = shown.map(({ number, timeMs, chosen }) => [
    String(number),
    formatDurationMs(timeMs),
    chosen === null ? 'no instance' : stripControl(chosen),
  ]);
  return [
    paint('heading', stripControl(task)),
    ...indented(textTable(leftColumns(titles), history, paint)),
    ...killLines(memoryKills, style),
    ...(decisions.length === 0
      ? []
      : [
          '',
          paint('heading', `Decisions about it: ${decisions.length}`),
          ...indented(textTable(leftColumns(['number', 'at', 'chosen']), tried, paint)),
          ...(shown.length < decisions.length
            ? [paint('dim', `  and ${decisions.length - shown.length} between them`)]
            : []),
        ]),
    ...(remark === '' ? [] : ['', remark]),
    ...(decision === null ? [] : ['', ...decisionLines(decision, style)]),
  ];
}

/** The first and the last ones of a long list. */
function ends<T>(items: readonly T[]): readonly T[] {
  if (items.length <= DECISIONS_SHOWN) return items;
  return [...items.slice(0, DECISIONS_SHOWN / 2), ...items.slice(-DECISIONS_SHOWN / 2)];
}

function unplacedLines(
  { atMs, waiting, rejected, classes }: UnplacedExplanation,
  style: ExplanationStyle,
): string[] {
  const { paint, width } = style;
  const turnedDown = rejected === 0 ? '' : `, ${rejected} were turned down`;
  const shown = classes.flatMap(
    ({ group, tasks, example, asks, message, reasons, relaxations, other, waitsSinceMs }) => [
      '',
      paint('heading', `${tasks} × ${stripControl(group)}`) +
        (example === ''
          ? ''
          : `, like ${stripControl(example)}, waiting since ${formatDurationMs(waitsSinceMs)}`),
      `  asks for ${stripControl(asks.join(', '))}`,
      ...bulletText(message, width),
      ...indented(
        textTable(
          [
            { title: '', align: 'right' },
            { title: '', align: 'left' },
            { title: '', align: 'left' },
          ],
          reasons.map(({ instances, rule, reason }) => [String(instances), rule, stripControl(reason)]),
          paint,
        ),
      ).filter(() => reasons.length > 0),
      ...(relaxations === null ? [] : relaxationLines(relaxations, style)),
      ...(other === null
        ? []
        : [
            `  under ${stripControl(other.name)}: ${other.chosen === null ? 'no instance either' : stripControl(other.chosen)}`,
          ]),
    ],
  );
  const known = classes.reduce((sum, { tasks }) => sum + tasks, 0);
  const more = waiting + rejected - known;
  return [
    `${paint('heading', 'Without a place')} at ${formatDurationMs(atMs)}: ${waiting} tasks wait${turnedDown}`,
    ...shown,
    ...(more > 0 ? ['', paint('dim', `and ${more} more: --top N shows more kinds`)] : []),
  ];
}

function instanceLines(instance: InstanceExplanation, style: ExplanationStyle): string[] {
  const { paint, wide, top } = style;
  const { name, type, group, zone, state, atMs, resources, tasks, refused, taints, labels } = instance;
  const facts = [type, zone, `group ${group}`, state].filter((fact) => fact !== '');
  const shownTasks = wide ? tasks : tasks.slice(0, top);
  return [
    `${paint('heading', stripControl(name))} at ${formatDurationMs(atMs)}: ${stripControl(facts.join(', '))}`,
    ...(taints.length === 0 ? [] : [`  taints ${stripControl(taints.join(', '))}`]),
    ...(wide ? Object.entries(labels).map(([key, value]) => paint('dim', `  ${key}=${value}`)) : []),
    '',
    ...indented(
      textTable(
        ['resource', 'capacity', 'allocatable', 'requested', 'free'].map((title, index) => ({
          title,
          align: index === 0 ? ('left' as const) : ('right' as const),
        })),
        resources.map(({ resource, capacity, allocatable, requested, free }) => [
          resource,
          capacity,
          allocatable,
          requested,
          free,
        ]),
        paint,
      ),
    ),
    '',
    paint('heading', `Tasks: ${tasks.length}`),
    ...(tasks.length === 0
      ? []
      : indented(
          textTable(
            leftColumns(['task', 'since', 'asks for']),
            shownTasks.map(({ task, asks, sinceMs }) => [
              stripControl(task),
              formatDurationMs(sinceMs),
              stripControl(asks.join(', ')),
            ]),
            paint,
          ),
        )),
    ...(shownTasks.length < tasks.length
      ? [paint('dim', `  and ${tasks.length - shownTasks.length} more: -o wide`)]
      : []),
    '',
    paint(
      'heading',
      refused.length === 0 ? 'Nothing that waits was turned away here' : 'What waits, and why not here',
    ),
    ...(refused.length === 0
      ? []
      : indented(
          textTable(
            leftColumns(['tasks', 'group', 'rule', 'reason']),
            refused.map((one) => [
              String(one.tasks),
              stripControl(one.group),
              one.rule,
              stripControl(one.reasons.join(', ')),
            ]),
            paint,
          ),
        )),
  ];
}

function leftColumns(titles: readonly string[]) {
  return titles.map((title) => ({ title, align: 'left' as const }));
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
