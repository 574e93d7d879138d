import type { ClusterView } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { assert } from '../../errors.ts';
import { Candidates, type ClassDemands } from '../candidates.ts';
import { UNINDEXED } from '../room-answers.ts';
import { GroupCounts } from '../group-counts.ts';
import type { RoomKey } from '../room-index.ts';
import { shapeAttribute, shapeHasRoom, toleratesTaints } from '../instance-rules.ts';
import type {
  OptionsProblem,
  RandomDraws,
  Scheduler,
  SchedulerDefinition,
  SchedulerMode,
} from '../scheduler.ts';
import { explainBaseline } from './baseline-explain.ts';
import { neutralDemands } from './neutral-demands.ts';

/** The classic packing rules: one number per instance, the highest wins, the lowest id on ties. */
export interface PackingRule {
  /**
   * The plain rule: how good an instance with room is, higher is better. Constant where any will do: the first of
   * the equals is the lowest id.
   */
  score(view: ClusterView, slot: number, taskClass: TaskClass): number;
  /** The rule as a question to an index; absent: every instance is asked. */
  readonly key?: RoomKey;
  /** Takes any of the best by one draw instead of the lowest id. */
  readonly drawsAmongBest: boolean;
  /** The same choice, fast. The class is prepared; `NO_INSTANCE` when nothing takes it. */
  decide(
    candidates: Candidates<ClassDemands>,
    view: ClusterView,
    taskClass: TaskClass,
    random: RandomDraws,
  ): number;
}

export interface Baseline<Options> {
  readonly name: string;
  readonly summary: string;
  readonly readOptions: SchedulerDefinition<Options>['readOptions'];
  createRule(options: Options): PackingRule;
}

/** A scheduler definition out of a packing rule: what all baselines share. */
export function defineBaseline<Options>(baseline: Baseline<Options>): SchedulerDefinition<Options> {
  const { name, summary, readOptions } = baseline;
  return {
    name,
    summary,
    complete: () => true,
    readOptions,
    create: (options, mode) => createBaseline(name, baseline.createRule(options), mode),
  };
}

function createBaseline(name: string, rule: PackingRule, { verify = false }: SchedulerMode = {}): Scheduler {
  const question = rule.key === undefined ? null : { key: rule.key, attribute: null };
  const demandsOf = (taskClass: TaskClass) => neutralDemands(taskClass, question);
  const candidates = new Candidates<ClassDemands>(demandsOf, new GroupCounts(), verify);
  return {
    name,
    decide({ view, task, random }) {
      const taskClass = view.classes[view.taskClass[task]!]!;
      candidates.prepare(view, taskClass);
      const slot = candidates.indexed(view, taskClass);
      if (slot === UNINDEXED) return rule.decide(candidates, view, taskClass, random);
      if (verify)
        assert(slot === rule.decide(candidates, view, taskClass, random), 'an index chose another one');
      return slot;
    },
    explain: (input) => explainBaseline(name, rule, input),
    admits: (taskClass, shape, zone) =>
      shapeHasRoom(shape, taskClass) &&
      toleratesTaints(shape.taints, taskClass.wishes.tolerations) &&
      [...taskClass.wishes.where].every(
        ([attribute, value]) => shapeAttribute(shape, zone, attribute) === value,
      ),
    maxPerInstance: ({ wishes, hostPorts }) =>
      wishes.distinctInstance || hostPorts.length > 0 ? 1 : Number.POSITIVE_INFINITY,
    placementsMayHelp: () => false,
  };
}

/** Reads the options of a scheduler that has none. */
export function readNoOptions(
  raw: unknown,
): { readonly options: null } | { readonly problems: readonly OptionsProblem[] } {
  const problems = unknownKeys(raw, []);
  return problems.length > 0 ? { problems } : { options: null };
}

/** What is wrong with `raw` as a mapping of these keys; nothing given is an empty mapping. */
export function unknownKeys(raw: unknown, keys: readonly string[]): readonly OptionsProblem[] {
  if (raw === undefined || raw === null) return [];
  const expected = keys.length === 0 ? 'there are none' : `use ${keys.join(', ')}`;
  if (typeof raw !== 'object' || Array.isArray(raw)) {
    return [{ path: [], message: `Cannot read the options: expected a mapping; ${expected}` }];
  }
  return Object.keys(raw)
    .filter((key) => !keys.includes(key))
    .map((key) => ({ path: [key], message: `Unknown option '${key}': ${expected}`, validNames: keys }));
}
