import { INSTANCE_STATE } from '../model/cluster-view.ts';
import { LANE } from '../model/resources.ts';
import {
  type DecisionInput,
  type Explanation,
  NO_INSTANCE,
  type Scheduler,
} from '../schedulers/scheduler.ts';
import { MIB } from '../units.ts';
import type { ClusterRun } from './cluster-run.ts';
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
  const question = dialect === 'kubernetes' && !('budgets' in input) ? { ...input, budgets: [] } : input;
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
    message: explanation.message,
  };
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
