import { INSTANCE_STATE } from '../model/cluster-view.ts';
import { LANE } from '../model/resources.ts';
import {
  type DecisionInput,
  type Explanation,
  NO_INSTANCE,
  type Scheduler,
} from '../schedulers/scheduler.ts';
import { MIB } from '../units.ts';
import { isKubernetesScheduler } from '../schedulers/kubernetes/kubernetes-scheduler.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import type { InstanceOutcome, PolicyVerdict, Room } from './explanation.ts';

/**
 * What the scheduler makes of the state, with names for slots. `dialect`: whose words. Kubernetes is also asked what
 * preemption would say of a pod that fits nowhere. Changes nothing, spends no draw.
 */
export function policyVerdict(
  run: ClusterRun,
  scheduler: Scheduler,
  input: DecisionInput,
  { name, dialect }: Pick<PolicyVerdict, 'name' | 'dialect'>,
): PolicyVerdict {
  const question = dialect === 'kubernetes' ? { budgets: [], ...run.placement.context(), ...input } : input;
  const preemption = preemptionOf(run, scheduler, question);
  const explanation = scheduler.explain(question);
  const nameOf = (slot: number) => run.store.instanceName(slot);
  return {
    name,
    dialect,
    instancesReady: readyCount(run),
    instances: explanation.verdicts.map((verdict) => outcomeOf(run, verdict)),
    chain: explanation.chain.map(({ step, survivors }) => ({ step, survivors: survivors.map(nameOf) })),
    tied: explanation.tied.map(nameOf),
    draw: null,
    chosen: explanation.chosen === NO_INSTANCE ? null : nameOf(explanation.chosen),
    preemption: explanation.chosen === NO_INSTANCE ? preemption : null,
    message: explanation.message,
    ...(explanation.batched && { batched: true }),
  };
}

/** Of a task that is not tried at all: nothing is known of instances, only why. */
export function heldBackVerdict(
  run: ClusterRun,
  message: string,
  { name, dialect }: Pick<PolicyVerdict, 'name' | 'dialect'>,
): PolicyVerdict {
  const nothing = { instances: [], chain: [], tied: [], draw: null, chosen: null, preemption: null };
  return { name, dialect, instancesReady: readyCount(run), ...nothing, message };
}

/** Whom kube-scheduler would have evicted in this run for a task that fits nowhere. */
function preemptionOf(
  run: ClusterRun,
  scheduler: Scheduler,
  input: DecisionInput,
): PolicyVerdict['preemption'] {
  const { store } = run;
  if (!isKubernetesScheduler(scheduler) || typeof run.input.platform.queue === 'string') return null;
  const { nominated, victims } = scheduler.preempt({ ...input, random: input.random.clone() });
  if (nominated === NO_INSTANCE) return null;
  const victimNames = victims.map(
    (victim) => run.podName(store.taskOrdinal(victim)) ?? store.taskName(victim),
  );
  return { instance: store.instanceName(nominated), victims: victimNames };
}

function outcomeOf(run: ClusterRun, verdict: Explanation['verdicts'][number]): InstanceOutcome {
  const { store } = run;
  const { slot, name, refusal, scores, total } = verdict;
  return {
    name,
    type: store.shapes[store.shapeOf[slot]!]!.typeName,
    zone: store.strings.name(store.zone[slot]!),
    free: freeRoom(run, slot),
    refusal,
    scores,
    total,
  };
}

/** What nobody has asked for. */
function freeRoom({ store, platform }: ClusterRun, slot: number): Room {
  const free = (lane: number) => store.allocatable[lane]![slot]! - store.requested[lane]![slot]!;
  return {
    cpuMilli: (free(LANE.cpu) * 1000) / platform.resources.cpuPerVcpu,
    memoryMiB: free(LANE.memory) / MIB,
  };
}

function readyCount({ store }: ClusterRun): number {
  let count = 0;
  for (let slot = 0; slot < store.slotCount; slot++)
    if (store.state[slot] === INSTANCE_STATE.ready) count += 1;
  return count;
}
