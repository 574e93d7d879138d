import type { Candidate, DisruptionInput } from './candidates.ts';
import { difference } from './daemon-overhead.ts';
import type { NodeClaim } from './node-claim.ts';
import type { NodeState } from './existing-node.ts';
import { movedPods } from './node-pods.ts';
import { loadOf } from './pod-load.ts';
import { SortedPods } from './pod-queue.ts';
import { type LaunchCatalogue, provision } from './provisioning.ts';
import { type LaunchRoom, RoomBound } from './room-bound.ts';
import { TrialNodes } from './trial-nodes.ts';

/** What becomes of the cluster without some of its nodes. */
export interface Removal {
  /** Every pod that does not wait already has a place. */
  readonly isPossible: boolean;
  readonly claims: readonly NodeClaim[];
}

export interface RemovalLimits {
  /** Default: any number of new nodes. */
  readonly maxClaims?: number;
  /** Of each new node. Default: any price. */
  readonly belowPrice?: number;
}

/**
 * Simulates provisioning with the candidates removed. Pods that would rely on a node which is not ready yet make the
 * removal impossible, unless their own node is on its way out anyway. It stops looking once there are more new nodes than
 * of use, or a too expensive one; what it then says of the rest means nothing.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/helpers.go, SimulateScheduling
 */
export function withoutNodes(
  input: DisruptionInput,
  candidates: readonly Candidate[],
  { maxClaims, belowPrice }: RemovalLimits = {},
): Removal {
  const { active, names, common } = stageOf(input);
  const without: ReadonlySet<NodeState> = new Set(candidates.map(({ node }) => node.state));
  const removedNames = new Set(candidates.map(({ node }) => node.state.name));
  const result = provision({
    ...input,
    nodes: active,
    without,
    staysUp: (name) => names.has(name) && !removedNames.has(name),
    pods: candidates.flatMap(({ node }) => movedPods(node.pods, input.budgets)),
    common,
    ...(maxClaims === undefined ? {} : { maxClaims }),
    ...(belowPrice === undefined ? {} : { belowPrice }),
  });
  const reliesOnNew = result.nodes.some(
    ({ state, pods }) =>
      !state.initialised && pods.some((pod) => !pod.pending && pod.fromDeletingNode !== true),
  );
  return {
    isPossible: !reliesOnNew && result.unschedulable.every(({ pending }) => pending),
    claims: result.claims,
  };
}

/** Could the pods of the candidates go elsewhere, with one new node cheaper than `price`, as far as room tells? */
export function mayGo(input: DisruptionInput, candidates: readonly Candidate[], price: number): boolean {
  const pods = candidates.map(({ node }) => movedPods(node.pods, input.budgets));
  const states = candidates.map(({ node }) => node.state);
  return stageOf(input).bound.mayHold(loadOf(pods), states, price);
}

/** What all simulations of one pass have in common. */
interface Stage {
  /** Nodes that are not on their way out. */
  readonly active: TrialNodes;
  readonly names: ReadonlySet<string>;
  /** Those that wait, and those of nodes that are on their way out. */
  readonly common: SortedPods;
  readonly bound: RoomBound;
}

const STAGES = new WeakMap<DisruptionInput, Stage>();

function stageOf(input: DisruptionInput): Stage {
  let stage = STAGES.get(input);
  if (stage === undefined) {
    const active = input.nodes.filter(({ deleting }) => !deleting).map(({ state }) => state);
    const leaving = input.nodes
      .filter(({ deleting }) => deleting)
      .map(({ pods }) => movedPods(pods, input.budgets));
    const anyway = leaving.flat().map((pod) => ({ ...pod, fromDeletingNode: true }));
    const { catalogue } = input;
    stage = {
      active: new TrialNodes(active, catalogue.daemons),
      names: new Set(active.map(({ name }) => name)),
      common: new SortedPods([...input.pending, ...anyway], catalogue.demandOf),
      bound: new RoomBound(active, launchRooms(catalogue), loadOf(leaving)),
    };
    STAGES.set(input, stage);
  }
  return stage;
}

/** What a new node of each pool and type leaves for pods, beside its daemons. */
function launchRooms(catalogue: LaunchCatalogue): LaunchRoom[] {
  return catalogue.templates.flatMap(({ overhead }) =>
    overhead.flatMap(({ types, requests }) =>
      types.map((type) => ({
        room: requests === null ? type.allocatable : difference(type.allocatable, requests),
        price: catalogue.lowestPrice(type),
      })),
    ),
  );
}
