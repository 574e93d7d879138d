import type { DecisionInput, Scheduler } from '../schedulers/scheduler.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { titleOf } from './explain-state.ts';
import type { DecisionSample, InstanceOutcome, PolicyVerdict, SampledDecision } from './explanation.ts';
import { needsOf } from './class-needs.ts';
import { dialectOf } from './other-policy.ts';
import { policyVerdict } from './policy-verdict.ts';
import type { PreparedScenario } from './prepare-scenario.ts';
import type { RunSummary } from './result.ts';
import { endsAsExpected, inputAgain } from './run-again.ts';
import { schedulerText } from './scheduler-text.ts';
import { watchedRun } from './watched-run.ts';

export interface SampleOptions {
  /** The platform whose run it was. */
  readonly platform: string;
  /** What the run came to: it is made again, and must come to the same. */
  readonly expected: Pick<RunSummary, 'fingerprint' | 'complete' | 'endedMs' | 'tasks'>;
  /** Decisions to explain, at most, beside those that found no place. Default 16. */
  readonly most?: number;
  /** Instances of each that are told in full. Default 5. */
  readonly candidates?: number;
}

/** Kinds of tasks without a place that are told of. */
const WITHOUT_PLACE = 8;

/**
 * Explains a sample of the decisions of a finished run by making it again, once: every n-th of them, and the first of
 * each class that found no place. Explaining changes nothing, and the run's fingerprint proves it: null when it comes to
 * another one, as with a plug-in that is not deterministic.
 */
export async function sampleDecisions(
  prepared: PreparedScenario,
  options: SampleOptions,
): Promise<DecisionSample | null> {
  const input = await inputAgain(prepared, options.platform);
  // Most tasks take one decision: a good guess spares explanations that would be thinned out.
  const most = options.most ?? 16;
  const every = Math.max(1, Math.ceil(options.expected.tasks.submitted / most));
  const sampler = new Sampler({ most, every, candidates: options.candidates ?? 5 });
  const run = watchedRun(input, (own) => ({
    before: (number, question, scheduler) => sampler.before(number, own(), question, scheduler),
    after: (number, question, slot) => sampler.after(number, own(), question, slot),
  }));
  if (!endsAsExpected(run, prepared, options.expected)) return null;
  return { platform: options.platform, ...sampler.finish() };
}

type Told = Omit<SampledDecision, 'chosen'>;

/** Keeps every n-th decision; n doubles when there are too many. */
class Sampler {
  readonly #most: number;
  readonly #candidates: number;
  #every: number;
  #regular: SampledDecision[] = [];
  readonly #withoutPlace = new Map<number, SampledDecision>();
  #decisions = 0;
  #failures = 0;
  #told: Told | null = null;
  #scheduler: Scheduler | null = null;

  constructor(options: { readonly most: number; readonly every: number; readonly candidates: number }) {
    this.#most = options.most;
    this.#every = options.every;
    this.#candidates = options.candidates;
  }

  before(number: number, run: ClusterRun, question: DecisionInput, scheduler: Scheduler): void {
    this.#scheduler = scheduler;
    this.#told = null;
    if ((number - 1) % this.#every !== 0) return;
    if (this.#regular.length >= this.#most) this.#thinOut();
    if ((number - 1) % this.#every === 0) this.#told = this.#tell(number, run, question);
  }

  after(number: number, run: ClusterRun, question: DecisionInput, slot: number): void {
    this.#decisions = number;
    const chosen = slot < 0 ? null : run.store.instanceName(slot);
    if (chosen === null) this.#failures += 1;
    if (this.#told !== null) this.#regular.push({ ...this.#told, chosen });
    if (chosen !== null || this.#withoutPlace.size >= WITHOUT_PLACE) return;
    const classId = run.store.taskClass[question.task]!;
    if (this.#withoutPlace.has(classId)) return;
    // Nothing was placed: the state is still the one in which the decision was made.
    this.#withoutPlace.set(classId, { ...(this.#told ?? this.#tell(number, run, question)), chosen });
  }

  finish(): Omit<DecisionSample, 'platform'> {
    const byNumber = new Map<number, SampledDecision>();
    for (const decision of [...this.#regular, ...this.#withoutPlace.values()]) {
      byNumber.set(decision.number, decision);
    }
    const sampled = [...byNumber.values()].sort((a, b) => a.number - b.number);
    return { decisions: this.#decisions, withoutPlace: this.#failures, sampled };
  }

  #thinOut(): void {
    this.#every *= 2;
    this.#regular = this.#regular.filter(({ number }) => (number - 1) % this.#every === 0);
  }

  #tell(number: number, run: ClusterRun, question: DecisionInput): Told {
    const { store, platform } = run;
    const taskClass = store.classes[store.taskClass[question.task]!]!;
    const { platform: plan } = run.input;
    const words = { name: schedulerText(plan), dialect: dialectOf(plan.kind) };
    const verdict = policyVerdict(run, this.#scheduler!, question, words);
    return {
      number,
      timeMs: question.nowMs,
      task: titleOf(run, question.task),
      group: taskClass.groupName,
      waitsSinceMs: store.taskSinceMs(question.task),
      asks: needsOf(taskClass, platform.resources),
      ...inShort(verdict, this.#candidates),
    };
  }
}

/** A verdict with its best instances in full. */
function inShort(
  verdict: PolicyVerdict,
  most: number,
): Pick<
  SampledDecision,
  'scheduler' | 'instancesReady' | 'tied' | 'candidates' | 'feasible' | 'refusals' | 'chain' | 'message'
> {
  const feasible = verdict.instances.filter(({ refusal }) => refusal === null);
  const rank = ({ name, total }: InstanceOutcome) =>
    name === verdict.chosen ? Number.POSITIVE_INFINITY : (total ?? Number.NEGATIVE_INFINITY);
  const candidates = feasible.slice().sort((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
  const counts = new Map<string, { rule: string; reason: string; instances: number }>();
  for (const { refusal } of verdict.instances) {
    if (refusal === null) continue;
    const reason = refusal.reasons.join('; ');
    const entry = counts.get(`${refusal.rule}\n${reason}`) ?? { rule: refusal.rule, reason, instances: 0 };
    entry.instances += 1;
    counts.set(`${refusal.rule}\n${reason}`, entry);
  }
  return {
    scheduler: verdict.name,
    instancesReady: verdict.instancesReady,
    tied: verdict.tied.length,
    candidates: candidates.slice(0, most),
    feasible: feasible.length,
    refusals: [...counts.values()].sort((a, b) => b.instances - a.instances),
    chain: verdict.chain.map(({ step, survivors }) => ({ step, survivors: survivors.length })),
    message: verdict.message,
  };
}
