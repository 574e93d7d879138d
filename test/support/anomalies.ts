/**
 * Cases in which more room, or less work, makes everything end later. Tasks are [size, duration], all submitted at 0
 * in this order; nodes are given by their capacities. Recomputed by direct execution.
 */
export interface Anomaly {
  readonly name: string;
  readonly fit: 'first' | 'best' | 'worst';
  readonly queue: 'strict' | 'skip';
  readonly base: AnomalyCase;
  readonly changed: AnomalyCase;
}

export interface AnomalyCase {
  readonly nodes: readonly number[];
  readonly tasks: readonly (readonly [size: number, duration: number])[];
  readonly makespan: number;
}

export const ANOMALIES: readonly Anomaly[] = [
  anomaly(
    'a third node',
    'first',
    'strict',
    [
      [3, 2],
      [1, 4],
      [3, 2],
      [2, 4],
      [1, 4],
      [4, 5],
    ],
    {
      base: { nodes: [4, 4], makespan: 7 },
      changed: { nodes: [4, 4, 4], makespan: 9 },
    },
  ),
  anomaly(
    'a larger node',
    'first',
    'skip',
    [
      [3, 3],
      [2, 1],
      [1, 5],
    ],
    {
      base: { nodes: [4], makespan: 5 },
      changed: { nodes: [5], makespan: 6 },
    },
  ),
  anomaly(
    'a larger node',
    'best',
    'skip',
    [
      [3, 1],
      [2, 1],
      [1, 3],
    ],
    {
      base: { nodes: [4], makespan: 3 },
      changed: { nodes: [5], makespan: 4 },
    },
  ),
  anomaly(
    'one task less',
    'best',
    'skip',
    [
      [2, 3],
      [4, 2],
      [3, 2],
      [2, 4],
    ],
    {
      base: { nodes: [4, 4], makespan: 4 },
      changed: { nodes: [4, 4], makespan: 6, without: 0 },
    },
  ),
  anomaly(
    'one task less',
    'first',
    'skip',
    [
      [4, 2],
      [2, 2],
      [3, 2],
      [2, 5],
    ],
    {
      base: { nodes: [4, 4], makespan: 5 },
      changed: { nodes: [4, 4], makespan: 7, without: 1 },
    },
  ),
  anomaly(
    'a third node',
    'worst',
    'strict',
    [
      [1, 4],
      [1, 1],
      [1, 4],
      [1, 2],
      [2, 3],
      [4, 4],
    ],
    {
      base: { nodes: [4, 4], makespan: 6 },
      changed: { nodes: [4, 4, 4], makespan: 7 },
    },
  ),
  anomaly(
    'a third node',
    'worst',
    'skip',
    [
      [1, 4],
      [1, 1],
      [1, 4],
      [1, 2],
      [2, 5],
      [4, 5],
    ],
    {
      base: { nodes: [4, 4], makespan: 7 },
      changed: { nodes: [4, 4, 4], makespan: 9 },
    },
  ),
];

interface Setting {
  readonly nodes: readonly number[];
  readonly makespan: number;
  /** Index of a task left out. */
  readonly without?: number;
}

function anomaly(
  name: string,
  fit: Anomaly['fit'],
  queue: Anomaly['queue'],
  tasks: AnomalyCase['tasks'],
  settings: { readonly base: Setting; readonly changed: Setting },
): Anomaly {
  const caseOf = ({ nodes, makespan, without }: Setting): AnomalyCase => ({
    nodes,
    makespan,
    tasks: tasks.filter((_, index) => index !== without),
  });
  return { name, fit, queue, base: caseOf(settings.base), changed: caseOf(settings.changed) };
}
