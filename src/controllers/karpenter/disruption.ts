import { allowedDisruptions } from './budgets.ts';
import { type Candidate, candidatesOf, type DisruptionInput } from './candidates.ts';
import type { Change } from './consolidation.ts';
import { DISRUPTION_METHODS, type DisruptionMethod, take } from './disruption-methods.ts';
import type { DisruptionReason } from './node-pool.ts';
import { withoutNodes } from './removal.ts';

/** Between a decision and its second look. */
export const VALIDATION_DELAY_MS = 15_000;

/** What one pass came to. */
export interface DisruptionPass {
  /** Null: nothing to do. */
  readonly command: Command | null;
  /** Nodes that may go, by reason and pool, for the methods that were asked. */
  readonly allowed: ReadonlyMap<DisruptionReason, ReadonlyMap<string, number>>;
}

export interface Command extends Change {
  readonly method: DisruptionMethod;
}

/**
 * Asks the methods of disruption in order, from the first or from the one after `after`, until one finds something to do.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/controller.go
 */
export function disruptionPass(
  input: DisruptionInput,
  after: DisruptionMethod | null = null,
): DisruptionPass {
  const allowed = new Map<DisruptionReason, ReadonlyMap<string, number>>();
  const candidates = candidatesOf(input);
  for (const method of DISRUPTION_METHODS.slice(after === null ? 0 : DISRUPTION_METHODS.indexOf(after) + 1)) {
    const budgets = allowedDisruptions(input.catalogue.pools, input.nodes, method.reason, input.epochMs);
    allowed.set(method.reason, budgets);
    const own = candidates.filter(method.mayDisrupt);
    const change = own.length === 0 ? null : method.compute(input, own, new Map(budgets));
    if (change !== null) return { command: { ...change, method }, allowed };
  }
  return { command: null, allowed };
}

/**
 * Is the command still right, now that some time has passed? Empty nodes that no longer are stay; a consolidation
 * holds as a whole or not at all: its nodes may still go, and the simulation comes to the same. Null: no.
 * Source: karpenter v1.14.1 pkg/controllers/disruption/validation.go
 */
export function validated(input: DisruptionInput, command: Command): Command | null {
  const { method, candidates } = command;
  const names = new Set(candidates.map(({ node }) => node.state.name));
  const allowed = allowedDisruptions(input.catalogue.pools, input.nodes, method.reason, input.epochMs);
  const still = candidatesOf(input).filter((one) => names.has(one.node.state.name) && method.mayDisrupt(one));
  const valid = still.filter((one) => take(allowed, one));
  if (method.kind === 'empty') return valid.length === 0 ? null : { ...command, candidates: valid };
  if (method.kind === 'drift') return command;
  return valid.length === candidates.length && isStillThatGood(input, command, valid) ? command : null;
}

function isStillThatGood(
  input: DisruptionInput,
  command: Command,
  candidates: readonly Candidate[],
): boolean {
  const { isPossible, claims } = withoutNodes(input, candidates, { maxClaims: 1 });
  const [replacement] = command.replacements;
  if (!isPossible || claims.length !== command.replacements.length) return false;
  const possible = new Set(claims[0]?.types.map(({ name }) => name));
  return replacement === undefined || replacement.types.every(({ name }) => possible.has(name));
}
