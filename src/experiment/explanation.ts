/** Plain data of explanations: what `stowage explain` prints, and its JSON. Times in milliseconds since the start. */

/** One question to the scheduler, and its answer in short. */
export interface DecisionRecord {
  /** Counts from 1 through the run. */
  readonly number: number;
  readonly timeMs: number;
  readonly task: string;
  /** null: no instance was found. */
  readonly chosen: string | null;
}

/** A decision in full: what was known of every instance. */
export interface DecisionExplanation {
  /** null: no decision of the run; the task waits, and this is how it stands. */
  readonly number: number | null;
  readonly timeMs: number;
  readonly task: string;
  readonly group: string;
  /** Since when it waits. */
  readonly waitsSinceMs: number;
  /** What the task asks for, in words. */
  readonly asks: readonly string[];
  readonly platform: string;
  readonly policy: PolicyVerdict;
  /** The same state under another policy. */
  readonly other: PolicyVerdict | null;
  /** For a task that found no place: what would make it fit, the smallest change of each kind. */
  readonly relaxations: readonly Relaxation[];
}

/** What one scheduler makes of the state. */
export interface PolicyVerdict {
  readonly name: string;
  readonly dialect: 'ecs' | 'kubernetes' | 'plain';
  /** Ready instances, and those of them that were looked at. */
  readonly instancesReady: number;
  readonly instances: readonly InstanceOutcome[];
  readonly chain: readonly { readonly step: string; readonly survivors: readonly string[] }[];
  /** Instances that were equally good after everything. */
  readonly tied: readonly string[];
  /** The random number that decided among them; null when none was drawn, or nobody knows. */
  readonly draw: number | null;
  readonly chosen: string | null;
  /** Whose eviction makes room on which instance for a task that fits nowhere; null: nobody's. */
  readonly preemption: { readonly instance: string; readonly victims: readonly string[] } | null;
  /** In the platform's own words, when nothing was chosen. */
  readonly message: string;
  /** Kubernetes: what the decision about an equal pod just before left as next best was taken, without scoring. */
  readonly batched?: true;
}

export interface InstanceOutcome {
  readonly name: string;
  readonly type: string;
  readonly zone: string;
  readonly free: Room;
  readonly refusal: {
    readonly rule: string;
    readonly reasons: readonly string[];
    /** Would ending tasks help? Kubernetes alone tells. */
    readonly resolvable: boolean;
  } | null;
  readonly scores: readonly {
    readonly rule: string;
    readonly raw: number;
    readonly normalised: number;
    readonly weighted: number;
  }[];
  readonly total: number | null;
}

/** Room of an instance that no task has asked for. */
export interface Room {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
}

/** A change of the task that would give it a place. */
export interface Relaxation {
  /** `memory`, `nodeSelector`, `taints`, ... */
  readonly dimension: string;
  /** `memory −64MiB`, `without its node selector`. */
  readonly change: string;
  /** Where it would go then. */
  readonly instance: string;
}

/** A task of the run: what became of it, and one of the decisions about it. */
export interface TaskExplanation {
  readonly kind: 'task';
  readonly task: string;
  readonly group: string;
  readonly attempts: readonly {
    readonly attempt: number;
    readonly submitMs: number;
    readonly placedMs: number | null;
    readonly runningMs: number | null;
    readonly endMs: number | null;
    readonly instance: string;
    readonly outcome: string;
  }[];
  /** When it used more memory than there was, and why that was too much. Absent: never. */
  readonly memoryKills?: readonly {
    readonly timeMs: number;
    readonly cause: 'limit' | 'instance' | 'pressure';
    readonly usedBytes: number;
  }[];
  readonly decisions: readonly DecisionRecord[];
  /** Why there is no decision to explain; empty otherwise. */
  readonly remark: string;
  readonly decision: DecisionExplanation | null;
}

export interface SingleDecision {
  readonly kind: 'decision';
  readonly decisions: number;
  readonly decision: DecisionExplanation;
}

/** Tasks that wait at a time, or were turned away before, by what they ask for. */
export interface UnplacedExplanation {
  readonly kind: 'unplaced';
  readonly atMs: number;
  readonly waiting: number;
  readonly rejected: number;
  readonly classes: readonly UnplacedClass[];
}

export interface UnplacedClass {
  readonly group: string;
  readonly tasks: number;
  /** One of them. */
  readonly example: string;
  readonly waitsSinceMs: number;
  readonly asks: readonly string[];
  readonly message: string;
  /** Instances by rule and reason, most frequent first. */
  readonly reasons: readonly { readonly rule: string; readonly reason: string; readonly instances: number }[];
  /** null: it has left, and nobody asked. */
  readonly relaxations: readonly Relaxation[] | null;
  /** Where another policy would put it, if one was asked. */
  readonly other: { readonly name: string; readonly chosen: string | null } | null;
}

/** An instance at a time: what is on it, and what would not go there. */
export interface InstanceExplanation {
  readonly kind: 'node';
  readonly atMs: number;
  readonly name: string;
  readonly type: string;
  readonly group: string;
  readonly zone: string;
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly string[];
  readonly resources: readonly {
    readonly resource: string;
    readonly capacity: string;
    readonly allocatable: string;
    readonly requested: string;
    readonly free: string;
  }[];
  readonly tasks: readonly {
    readonly task: string;
    readonly asks: readonly string[];
    readonly sinceMs: number;
  }[];
  /** What waits, and why not here. */
  readonly refused: readonly {
    readonly group: string;
    readonly tasks: number;
    readonly rule: string;
    readonly reasons: readonly string[];
  }[];
}

export type RunExplanation = TaskExplanation | SingleDecision | UnplacedExplanation | InstanceExplanation;

/** Some decisions of a run, spread over it, and one of each kind that found no place. */
export interface DecisionSample {
  readonly platform: string;
  /** Decisions of the run, and those of them that found no place. */
  readonly decisions: number;
  readonly withoutPlace: number;
  /** In order. */
  readonly sampled: readonly SampledDecision[];
}

/** A decision in short: the best of the instances in full, the others counted by what ruled them out. */
export interface SampledDecision extends DecisionRecord {
  readonly group: string;
  readonly waitsSinceMs: number;
  readonly asks: readonly string[];
  /** Of the scheduler, in words. */
  readonly scheduler: string;
  readonly instancesReady: number;
  /** Instances that were equally good after everything. */
  readonly tied: number;
  /** The chosen one first, then by total. */
  readonly candidates: readonly InstanceOutcome[];
  /** How many instances no rule refused. */
  readonly feasible: number;
  /** Most instances first. */
  readonly refusals: readonly {
    readonly rule: string;
    readonly reason: string;
    readonly instances: number;
  }[];
  /** What was left after each step of the placement, if the scheduler works in steps. */
  readonly chain: readonly { readonly step: string; readonly survivors: number }[];
  /** In the platform's own words, when nothing was chosen. */
  readonly message: string;
}
