import type { PolicyVerdict, RunExplanation } from '../experiment/explanation.ts';

/** A flat table: names of columns in snake case, and one record per row. */
export interface ExplanationTable {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

const SECOND = 1000;

/**
 * The table of an explanation for programs that want rows: instances of a decision, under each policy asked; kinds of
 * tasks without a place; tasks on an instance. Everything else is in the JSON.
 */
export function explanationTable(explanation: RunExplanation): ExplanationTable {
  switch (explanation.kind) {
    case 'decision':
      return decisionTable(explanation.decision);
    case 'task':
      return explanation.decision === null ? attemptsTable(explanation) : decisionTable(explanation.decision);
    case 'unplaced':
      return {
        columns: ['group', 'tasks', 'example', 'waits_since_s', 'asks', 'message', 'relaxations'],
        rows: explanation.classes.map(
          ({ group, tasks, example, waitsSinceMs, asks, message, relaxations }) => ({
            group,
            tasks,
            example,
            waits_since_s: waitsSinceMs / SECOND,
            asks: asks.join('; '),
            message,
            relaxations: (relaxations ?? []).map(({ change }) => change).join('; '),
          }),
        ),
      };
    case 'node':
      return {
        columns: ['task', 'since_s', 'asks'],
        rows: explanation.tasks.map(({ task, sinceMs, asks }) => ({
          task,
          since_s: sinceMs / SECOND,
          asks: asks.join('; '),
        })),
      };
  }
}

function attemptsTable({ attempts }: Extract<RunExplanation, { kind: 'task' }>): ExplanationTable {
  const seconds = (ms: number | null) => (ms === null ? null : ms / SECOND);
  return {
    columns: ['attempt', 'submit_s', 'placed_s', 'running_s', 'end_s', 'instance', 'outcome'],
    rows: attempts.map(({ attempt, submitMs, placedMs, runningMs, endMs, instance, outcome }) => ({
      attempt,
      submit_s: submitMs / SECOND,
      placed_s: seconds(placedMs),
      running_s: seconds(runningMs),
      end_s: seconds(endMs),
      instance,
      outcome,
    })),
  };
}

function decisionTable({
  policy,
  other,
}: {
  readonly policy: PolicyVerdict;
  readonly other: PolicyVerdict | null;
}) {
  const verdicts = other === null ? [policy] : [policy, other];
  const rules = [
    ...new Set(
      verdicts.flatMap(({ instances }) => instances.flatMap(({ scores }) => scores.map(({ rule }) => rule))),
    ),
  ];
  return {
    columns: [
      ...[
        'policy',
        'instance',
        'type',
        'zone',
        'free_cpu_milli',
        'free_memory_mib',
        'rule',
        'reasons',
        'resolvable',
      ],
      ...rules.flatMap((rule) => [`${rule}_raw`, `${rule}_normalised`, `${rule}_weighted`]),
      ...['total', 'tied', 'chosen'],
    ],
    rows: verdicts.flatMap((verdict) => verdict.instances.map((outcome) => instanceRow(verdict, outcome))),
  };
}

function instanceRow(
  { name: policy, tied, chosen }: PolicyVerdict,
  { name, type, zone, free, refusal, scores, total }: PolicyVerdict['instances'][number],
): Record<string, string | number | null> {
  return {
    policy,
    instance: name,
    type,
    zone,
    free_cpu_milli: free.cpuMilli,
    free_memory_mib: free.memoryMiB,
    rule: refusal?.rule ?? null,
    reasons: refusal === null ? null : refusal.reasons.join('; '),
    resolvable: refusal === null ? null : String(refusal.resolvable),
    ...Object.fromEntries(
      scores.flatMap(({ rule, raw, normalised, weighted }) => [
        [`${rule}_raw`, raw],
        [`${rule}_normalised`, normalised],
        [`${rule}_weighted`, weighted],
      ]),
    ),
    total,
    tied: String(tied.includes(name)),
    chosen: String(name === chosen),
  };
}
