import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { disruptionPass, VALIDATION_DELAY_MS, validated } from '../../src/controllers/karpenter/disruption.ts';
import { provision } from '../../src/controllers/karpenter/provisioning.ts';
import { TrialNodes } from '../../src/controllers/karpenter/trial-nodes.ts';
import { readCluster } from './karpenter/cluster.ts';
import type { CatalogueType, KarpenterInput } from './karpenter/objects.ts';
import { claimNames, zoneNames } from './karpenter/written.ts';
import type { CaseOutcome } from './run.ts';

interface KarpenterCase {
  readonly id: string;
  readonly input: KarpenterInput;
  readonly expected: unknown;
}

let catalogues: Readonly<Record<string, readonly CatalogueType[]>> = {};

/** The instance types that the cases of a folder name. */
export function openFolder(folder: string): void {
  const plain = join(folder, 'catalogues.json');
  const text = existsSync(plain) ? readFileSync(plain) : gunzipSync(readFileSync(`${plain}.gz`));
  catalogues = JSON.parse(text.toString('utf8'));
}

/** Plays a case recorded from Karpenter v1.14.1; the answer must be equal in every field. */
export function runCase({ id, input, expected }: KarpenterCase): CaseOutcome {
  const types = catalogues[input.catalogue];
  if (types === undefined) return { agree: false, difference: `no catalogue ${input.catalogue}` };
  const answer = id.startsWith('01') ? playProvisioning(input, types) : playDisruption(input, types);
  if (isDeepStrictEqual(answer, expected)) return { agree: true };
  return { agree: false, difference: firstDifference(expected, answer) };
}

function playProvisioning(input: KarpenterInput, types: readonly CatalogueType[]): unknown {
  const cluster = readCluster(input, types);
  const nodes = new TrialNodes(
    cluster.nodes.map(({ state }) => state),
    cluster.catalogue.daemons,
  );
  const result = provision({ ...cluster, nodes, pods: cluster.pending });
  const existing = result.nodes
    .filter(({ pods }) => pods.length > 0)
    .map(({ state, pods }) => [state.name, pods.map(({ name }) => name).sort()]);
  const claims = result.claims.map((claim) => claimNames({ ...claim, claim, types: claim.types, requirements: claim.requirements }));
  claims.sort((a, b) => (a.pods[0]! < b.pods[0]! ? -1 : 1));
  return {
    existingNodes: Object.fromEntries(existing),
    newNodeClaims: input.catalogue.endsWith('zones-alike') ? zoneNames(claims) : claims,
    unschedulable: result.unschedulable.map(({ name }) => name).sort(),
  };
}

/** Validation looks again after its delay, at a cluster in which nothing has changed; what fails it is passed over. */
function playDisruption(input: KarpenterInput, types: readonly CatalogueType[]): unknown {
  const disruption = readCluster(input, types);
  let { command, allowed } = disruptionPass(disruption);
  let epochMs = disruption.epochMs;
  const asked = new Map(allowed);
  for (;;) {
    if (command === null) return { budgets: named(asked), decision: 'no-op', method: '', nodes: [] };
    epochMs += VALIDATION_DELAY_MS;
    const later = { ...disruption, epochMs };
    const valid = validated(later, command);
    if (valid !== null) {
      command = valid;
      break;
    }
    ({ command, allowed } = disruptionPass(later, command.method));
    for (const [reason, pools] of allowed) asked.set(reason, pools);
  }
  const { candidates, method, replacements } = command;
  return {
    budgets: named(asked),
    decision: replacements.length > 0 ? 'replace' : 'delete',
    method: `${method.reason}/${method.kind}`,
    nodes: candidates.map(({ node }) => node.state.name).sort(),
    ...(replacements.length > 0 ? { replacements: replacements.map(claimNames) } : {}),
  };
}

function named(asked: ReadonlyMap<string, ReadonlyMap<string, number>>): unknown {
  return Object.fromEntries([...asked].map(([reason, pools]) => [reason, Object.fromEntries(pools)]));
}

/** Where two answers part: path, what was recorded, what we say. */
function firstDifference(expected: unknown, answer: unknown, path = ''): string {
  const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (isTree(expected) && isTree(answer)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(answer)])) {
      if (!isDeepStrictEqual(expected[key], answer[key])) {
        return firstDifference(expected[key], answer[key], `${path}.${key}`);
      }
    }
  }
  return `${path.slice(1)}: recorded ${JSON.stringify(expected)}, answered ${JSON.stringify(answer)}`;
}
