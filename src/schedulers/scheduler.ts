import type { DiagnosticCode } from '../errors.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import type { InstanceShape } from '../model/cluster-view.ts';
import type { TaskClass } from '../model/task-class.ts';

/**
 * A named stream of uniform draws, as schedulers see it: `double()` is in [0, 1). `clone()` continues from the same
 * state, which is how `explain` can foresee the draw that `decide` will make without spending it.
 */
export interface RandomDraws {
  double(): number;
  clone(): RandomDraws;
}

/** Everything a decision may look at. Nothing else: no clock, no files, no writable state of the cluster. */
export interface DecisionInput {
  readonly view: ClusterView;
  /** Task slot of a pending task. */
  readonly task: number;
  readonly random: RandomDraws;
  readonly nowMs: number;
}

/** `decide` found no instance. The reasons, per instance, are what `explain` tells. */
export const NO_INSTANCE = -1;

/**
 * A placement policy: a pure decision from what it is shown to an instance slot. It may keep private indexes derived
 * from the view (by cursor into the change log) and cursors of its own (kube-scheduler's rotating start index); it
 * never writes to the cluster, logs, sleeps or draws from another stream.
 *
 * Laws, proved on random worlds by the law suite: `decide` returns a slot that accepts the task, or `NO_INSTANCE`;
 * `explain` called just before returns the same choice, and changes nothing; equal state and draws give equal
 * decisions; and where the definition says so, `NO_INSTANCE` means that no instance fits (`complete`).
 */
export interface Scheduler {
  readonly name: string;
  /** Fast: no allocation, columns only. */
  decide(input: DecisionInput): number;
  /** Plain and complete: every instance, every rule, every score. The oracle of `decide`. */
  explain(input: DecisionInput): Explanation;
  /**
   * Could an empty instance of this shape, in this zone, ever take a task of this class? Used to tell tasks that can
   * never be placed and by autoscalers; looks at capacity, attributes and taints, not at other tasks.
   */
  admits(taskClass: TaskClass, shape: InstanceShape, zone: string): boolean;
  /**
   * Most tasks of the class's group on one instance because of its own constraints (distinct instance, fixed host
   * ports); Infinity when only room limits them. Used by autoscalers.
   */
  maxPerInstance(taskClass: TaskClass): number;
  /**
   * True when placing a task of another class can make this class placeable (hard spread, affinity): a pass tries
   * such classes again after any placement.
   */
  placementsMayHelp(taskClass: TaskClass): boolean;
  /**
   * True for tasks that name another scheduler than this one: it never looks at them, so they wait for ever, block
   * nobody and call for no instance. Absent: it serves every task.
   */
  isLeftToOthers?(taskClass: TaskClass): boolean;
  /**
   * Which GPU devices the task takes on the slot that was decided on, as a bit mask; undefined leaves the choice to the
   * store (best fit). Called between the decision and the placement, with the same input. Absent: always the store's.
   */
  reserve?(input: DecisionInput, slot: number): number | undefined;
}

/** Why one rule turned an instance down. */
export interface Refusal {
  /** Plugin, constraint or check: `NodeResourcesFit`, `memberOf`, `RESOURCE:MEMORY`. */
  readonly rule: string;
  /** In the platform's own words; several for rules that check several things. */
  readonly reasons: readonly string[];
  /** Kubernetes: can evicting tasks help (`Unschedulable`), or not (`UnschedulableAndUnresolvable`)? */
  readonly resolvable: boolean;
}

export interface RuleScore {
  readonly rule: string;
  readonly raw: number;
  readonly normalised: number;
  readonly weighted: number;
}

export interface InstanceVerdict {
  readonly slot: number;
  readonly name: string;
  /** null: the instance could take the task. */
  readonly refusal: Refusal | null;
  /** Empty when refused, or when the scheduler does not score. */
  readonly scores: readonly RuleScore[];
  /** Sum of the weighted scores; higher is better. null when not scored. */
  readonly total: number | null;
}

export interface Explanation {
  readonly scheduler: string;
  /** The slot that `decide` returns next, or `NO_INSTANCE`. */
  readonly chosen: number;
  /** One per instance that was looked at, in the order of looking. */
  readonly verdicts: readonly InstanceVerdict[];
  /** Instances that were equally good after all scores; the tie rule chose among them. */
  readonly tied: readonly number[];
  /** Survivors after each step of a chain of strategies (ECS), as slots. */
  readonly chain: readonly { readonly step: string; readonly survivors: readonly number[] }[];
  /** When nothing was chosen: the message in the platform's own words. Empty otherwise. */
  readonly message: string;
  /** Kubernetes: the choice is what the decision about an equal pod just before left as next best. Absent: it is not. */
  readonly batched?: true;
}

/** Reads its options out of a scenario: returns the options, or what is wrong with them. */
export interface OptionsProblem {
  /** Path below the options: `['placementStrategy', 0, 'field']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Valid names, when the problem is an unknown one: feeds "did you mean". */
  readonly validNames?: readonly string[];
  /** Default: E1204 with valid names, else E1103. */
  readonly code?: DiagnosticCode;
}

/** How a scheduler works, not what it decides. */
export interface SchedulerMode {
  /**
   * Each decision uses every index there is, compares it with a plain scan, and throws an `InvariantError` where they
   * differ. For tests: as slow as `explain`. Default false.
   */
  readonly verify?: boolean;
}

export interface SchedulerDefinition<Options = unknown> {
  readonly name: string;
  /** One sentence for the catalogue. */
  readonly summary: string;
  /** `NO_INSTANCE` proves that no instance fits: no sampling, no batching. */
  readonly complete: (options: Options) => boolean;
  readOptions(raw: unknown): { readonly options: Options } | { readonly problems: readonly OptionsProblem[] };
  create(options: Options, mode?: SchedulerMode): Scheduler;
}
