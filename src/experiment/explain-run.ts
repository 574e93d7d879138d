import type { InputError } from '../errors.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { ATTEMPT_OUTCOMES } from '../telemetry/task-rows.ts';
import type { ClusterRun, ClusterRunInput } from './run/cluster-run.ts';
import { notReproducible, unknown } from './explain-errors.ts';
import { explainInstance } from './explain-instance.ts';
import { explainState, questionAbout, titleOf, waitingTasks } from './explain-state.ts';
import { explainUnplaced } from './explain-unplaced.ts';
import type { DecisionExplanation, DecisionRecord, RunExplanation, TaskExplanation } from './explanation.ts';
import { podTitle } from './run/manifest-workload.ts';
import { type OtherPolicy, otherPolicy } from './other-policy.ts';
import type { PreparedScenario } from './prepare-scenario.ts';
import { endsAsExpected, type ExpectedRun, inputAgain } from './run-again.ts';
import { watchedRun } from './watched-run.ts';

/** What is asked about a run. Times in milliseconds since the start; without one, the end of the run. */
export type ExplainQuestion = { readonly atMs?: number } & (
  | { readonly kind: 'decision'; readonly number: number }
  /** `web/12`, the ordinal alone, or the name of a pod. */
  | { readonly kind: 'task'; readonly name: string }
  | { readonly kind: 'unplaced' }
  | { readonly kind: 'node'; readonly name: string }
);

export interface ExplainOptions {
  /** The platform whose run it was. */
  readonly platform: string;
  /** What the run came to: it is made again, and must come to the same. */
  readonly expected: ExpectedRun;
  /** Another policy to ask about the same state, see `otherPolicy`. */
  readonly policy?: string;
  /** Classes of waiting tasks to go into, most tasks first. Default 10. */
  readonly top?: number;
}

/** For the nearest name to one that is not there. */
const NAMES_LOOKED_AT = 1000;

/** Thrown to leave a run at the decision that was asked for. */
const REACHED = Symbol('reached');

/**
 * Answers a question about a finished run by making it again: once to the end, to see that it is the same run (E4007 if
 * not) and which decisions there were, and once up to the state in question. Errors: E5001 for names, numbers and times
 * that the run does not have.
 */
export async function explainRun(
  prepared: PreparedScenario,
  question: ExplainQuestion,
  options: ExplainOptions,
): Promise<RunExplanation> {
  const input = await inputAgain(prepared, options.platform);
  const { plan, platform } = input;
  const other = options.policy === undefined ? null : otherPolicy(options.policy, plan, platform);
  const endMs = options.expected.complete ? plan.horizonMs : options.expected.endedMs;
  const atMs = question.atMs ?? endMs;
  if (atMs > endMs) throw unknown('the run ended before that time');
  const first = firstPass(prepared, input, question, options.expected);
  const asking: Asking = { input, other };
  switch (question.kind) {
    case 'decision':
      return explainNumbered(question.number, first, asking);
    case 'task':
      return explainTask(question.name, atMs, first, asking);
    case 'unplaced':
      return explainUnplaced(stateAt(input, atMs), atMs, { top: options.top ?? 10, other });
    case 'node':
      return explainInstance(stateAt(input, atMs), question.name, atMs);
  }
}

interface Asking {
  readonly input: ClusterRunInput;
  readonly other: OtherPolicy | null;
}

/** A decision of the first pass. */
interface Watched extends DecisionRecord {
  readonly draws: number;
}

interface FirstPass {
  readonly run: ClusterRun;
  readonly decisions: number;
  /** Those that the question is about. */
  readonly watched: readonly Watched[];
  /** Ordinal of the task in question. */
  readonly ordinal: number | undefined;
}

/** The whole run once more: verified, and the decisions in question noted. */
function firstPass(
  prepared: PreparedScenario,
  input: ClusterRunInput,
  question: ExplainQuestion,
  expected: ExplainOptions['expected'],
): FirstPass {
  let decisions = 0;
  let ordinal: number | undefined;
  const watched: Watched[] = [];
  const run = watchedRun(input, (own) => ({
    after(number, { view, task, nowMs }, slot, draws) {
      decisions = number;
      if (question.kind === 'decision' && number !== question.number) return;
      if (question.kind === 'unplaced' || question.kind === 'node') return;
      if (question.kind === 'task') {
        const here = view.taskOrdinal(task);
        const group = view.classes[view.taskClass[task]!]!.groupName;
        if (ordinal === undefined && isTask(own(), question.name, group, here)) ordinal = here;
        if (ordinal !== here) return;
      }
      const chosen = slot < 0 ? null : view.instanceName(slot);
      watched.push({ number, timeMs: nowMs, task: titleOf(own(), task), chosen, draws });
    },
  }));
  if (!endsAsExpected(run, prepared, expected)) {
    throw notReproducible('the run, made again, comes to another fingerprint');
  }
  return { run, decisions, watched, ordinal };
}

/** The run as it was at a time, after all that happened then. */
function stateAt(input: ClusterRunInput, atMs: number): ClusterRun {
  const run = watchedRun(input, () => ({}));
  run.run(undefined, atMs);
  return run;
}

function explainNumbered(number: number, first: FirstPass, asking: Asking): RunExplanation {
  const [found] = first.watched;
  if (found === undefined) {
    throw unknown(`there is no decision ${number}: the run made ${first.decisions}, counted from 1`);
  }
  return { kind: 'decision', decisions: first.decisions, decision: decisionAt(found, asking) };
}

/** The state just before a decision, and what its scheduler made of it. */
function decisionAt({ number, draws }: Watched, asking: Asking): DecisionExplanation {
  let explained: DecisionExplanation | undefined;
  const run = watchedRun(asking.input, (own) => ({
    before(current, input, scheduler) {
      if (current !== number) return;
      const decision = explainState(own(), input, scheduler, asking.other);
      const draw = draws === 0 ? null : input.random.clone().double();
      explained = { ...decision, number, policy: { ...decision.policy, draw } };
      throw REACHED;
    },
  }));
  try {
    run.run();
  } catch (error) {
    if (error !== REACHED) throw error;
  }
  if (explained === undefined) throw notReproducible(`decision ${number} was not made a second time`);
  return explained;
}

function explainTask(name: string, atMs: number, first: FirstPass, asking: Asking): TaskExplanation {
  const { run } = first;
  const { ordinal, group, attempts } = attemptsOf(name, first);
  const kills = run.tasks.memoryKills.flatMap(({ ordinal: whose, ...kill }) =>
    whose === ordinal ? [kill] : [],
  );
  const last = first.watched.findLast(({ timeMs }) => timeMs <= atMs);
  const found =
    last === undefined
      ? standing(ordinal, atMs, asking)
      : { decision: decisionAt(last, asking), isHeldBack: false };
  const decision = found?.decision ?? null;
  return {
    kind: 'task',
    task: run.podName(ordinal) ?? `${group}/${ordinal}`,
    group,
    attempts,
    ...(kills.length > 0 && { memoryKills: kills }),
    decisions: first.watched.map(({ draws: _, ...record }) => record),
    remark:
      last === undefined ? remarkOn(attempts[0]!, atMs, found !== null, found?.isHeldBack === true) : '',
    decision,
  };
}

/** The task of the name, and what became of its attempts. */
function attemptsOf(name: string, { run, ordinal: decided }: FirstPass) {
  const attempts: TaskExplanation['attempts'][number][] = [];
  const known: string[] = [];
  let ordinal = decided;
  let group = '';
  const reached = (ms: number) => (Number.isNaN(ms) ? null : ms);
  for (const rows = run.tasks.attempts.rows.inOrder(); rows.next(); ) {
    const { columns, row } = rows;
    const here = columns.ordinal[row]!;
    const { groupName } = run.store.classes[columns.classId[row]!]!;
    if (known.length < NAMES_LOOKED_AT) known.push(`${groupName}/${here}`);
    if (ordinal === undefined && isTask(run, name, groupName, here)) ordinal = here;
    if (here !== ordinal) continue;
    if (attempts.length === 0) group = groupName;
    const instanceId = columns.instanceId[row]!;
    attempts.push({
      attempt: columns.attempt[row]!,
      submitMs: columns.submitMs[row]!,
      placedMs: reached(columns.placedMs[row]!),
      runningMs: reached(columns.runningMs[row]!),
      endMs: reached(columns.endMs[row]!),
      instance: instanceId === 0 ? '' : run.instances.records[instanceId - 1]!.name,
      outcome: ATTEMPT_OUTCOMES[columns.outcome[row]!]!,
    });
  }
  if (ordinal === undefined) throw unknownTask(name, run, known);
  return { ordinal, group, attempts };
}

interface Standing {
  readonly decision: DecisionExplanation;
  readonly isHeldBack: boolean;
}

/** How a task stands that nobody has decided about: it waits behind others of its kind. null when it does not wait. */
function standing(ordinal: number, atMs: number, asking: Asking): Standing | null {
  const run = stateAt(asking.input, atMs);
  const { store } = run;
  const task = waitingTasks(run).find((one) => store.taskOrdinal(one) === ordinal);
  if (task === undefined) return null;
  const isHeldBack = run.placement.heldBack(task) !== '';
  return {
    decision: explainState(run, questionAbout(run, task), run.scheduler, asking.other),
    isHeldBack,
  };
}

function remarkOn(
  first: TaskExplanation['attempts'][number],
  atMs: number,
  waits: boolean,
  isHeldBack: boolean,
): string {
  if (first.submitMs > atMs) return 'It arrives only later.';
  if (waits && isHeldBack) return 'It is held back: nobody has tried it.';
  if (waits)
    return 'It waits behind others of its kind and has not been tried itself: this is how it stands.';
  if (first.outcome === 'rejected')
    return 'It was turned down when it came: nothing that there is, or could be, has room for it.';
  return 'It was on its instance when the run began: nobody decided about it.';
}

function isTask(run: ClusterRun, wanted: string, group: string, ordinal: number): boolean {
  if (wanted === `${group}/${ordinal}` || wanted === String(ordinal)) return true;
  const pod = run.podName(ordinal);
  return pod !== undefined && (pod === wanted || pod.slice(pod.indexOf('/') + 1) === wanted);
}

function unknownTask(name: string, run: ClusterRun, known: readonly string[]): InputError {
  const names = [...run.world.pods.map(({ pod }) => podTitle(pod)), ...known];
  const hint = didYouMean(name, names) ?? `tasks are named like ${names[0] ?? 'web/12'}`;
  return unknown(`there is no task '${name}' in this run`, hint);
}
