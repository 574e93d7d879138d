import type { DisruptionBudget } from '../../../../src/schedulers/kubernetes/preemption/disruption-budget.ts';
import type { Nomination } from '../../../../src/schedulers/kubernetes/preemption/nomination.ts';
import { constantDraws } from '../../../support/draws.ts';
import { createFixture, type NodeWords, type PodWords } from '../fixture.ts';

/** A pod in the fewest words: whole CPUs and a priority. */
export interface Words extends Pick<PodWords, 'labels' | 'namespace'> {
  readonly cpu?: number;
  readonly priority?: number;
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface Proposal {
  readonly nominated: string;
  readonly victims: readonly string[];
  /** By node: victims, and how many of them break a budget. */
  readonly candidates: Readonly<Record<string, readonly [victims: readonly string[], violations: number]>>;
  readonly best: readonly string[];
  readonly message: string;
}

/** Nodes of 4 CPUs, pods with names, and what preemption proposes for one more. */
export function createScene(nodes: readonly string[], more: Partial<NodeWords> = {}) {
  const fixture = createFixture(nodes.map((name) => ({ name, cpu: '4', ...more })));
  const { store, scheduler } = fixture;
  const names = new Map<number, string>();
  const nominations: Nomination[] = [];
  const budgets: DisruptionBudget[] = [];
  const podOf = ({ cpu = 0, priority = 0, spec = {}, ...rest }: Words): PodWords => ({
    ...rest,
    requests: { cpu: String(cpu) },
    spec: { priority, ...spec },
  });
  const slotOf = (node: string) =>
    Array.from({ length: store.slotCount }, (_, slot) => slot).find(
      (slot) => store.instanceName(slot) === node,
    )!;
  const nameOf = (slot: number) => (slot < 0 ? 'none' : store.instanceName(slot));
  const inputOf = (task: number, draw: number) => ({
    view: store,
    task,
    random: constantDraws(draw),
    nowMs: 0,
    nominations,
    budgets,
  });
  return {
    store,
    budgets,
    run(name: string, node: string, words: Words, startMs = 0): number {
      const task = fixture.bind(podOf(words), node, startMs);
      names.set(task, name);
      return task;
    },
    nominate(node: string, words: Words): void {
      nominations.push({ task: fixture.submit(podOf(words)), slot: slotOf(node) });
    },
    /** Where the pod goes, by the plain cycle and by the fast one; the pod itself may be nominated. */
    place(words: Words, ownNode?: string): readonly [plain: string, fast: string] {
      const task = fixture.submit(podOf(words));
      const input = inputOf(task, 0);
      const own = ownNode === undefined ? [] : [{ task, slot: slotOf(ownNode) }];
      const asked = { ...input, nominations: [...nominations, ...own] };
      const plain = nameOf(scheduler.examine(asked).chosen);
      return [plain, nameOf(scheduler.decide(asked))];
    },
    explain: (words: Words) => scheduler.explain(inputOf(fixture.submit(podOf(words)), 0)).message,
    /** `draw` in [0, 1): where in the list of nodes trying begins. */
    preempt(words: Words, draw = 0): Proposal {
      const proposal = scheduler.preempt(inputOf(fixture.submit(podOf(words)), draw));
      const victimNames = (tasks: readonly number[]) => tasks.map((task) => names.get(task)!);
      return {
        nominated: nameOf(proposal.nominated),
        victims: victimNames(proposal.victims),
        candidates: Object.fromEntries(
          proposal.candidates.map(({ slot, victims, violations }) => [
            nameOf(slot),
            [victimNames(victims), violations],
          ]),
        ),
        best: proposal.best.map(({ slot }) => nameOf(slot)),
        message: proposal.message,
      };
    },
  };
}
