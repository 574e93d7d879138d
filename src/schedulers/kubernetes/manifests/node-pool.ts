import { HOUR, MINUTE, SECOND } from '../../../units.ts';
import type { Taint } from '../../../model/task-class.ts';
import type { OptionsProblem } from '../../scheduler.ts';
import { readRequests, type Requests } from '../pod-object.ts';
import { type JsonObject, objectAt, type Path, Reader } from '../reader.ts';
import type { LeftOut } from './api-object.ts';

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt', 'Gte', 'Lte'] as const;
const REASONS = ['Empty', 'Drifted', 'Underutilized'] as const;
const POLICIES = ['WhenEmpty', 'WhenEmptyOrUnderutilized', 'Balanced'] as const;
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
const LARGEST = 2 ** 31 - 1;

/** What the API server fills in. Source: karpenter v1.14.1 pkg/apis/crds/karpenter.sh_nodepools.yaml */
const DEFAULT_EXPIRY_MS = 720 * HOUR;
const DEFAULT_BUDGET = { nodes: '10%', reasons: null, window: null };

/** A condition on the labels of the nodes; `minValues`: so many values the possible instance types shall have. */
export interface PoolRequirement {
  readonly key: string;
  readonly operator: (typeof OPERATORS)[number];
  readonly values: readonly string[];
  readonly minValues: number | null;
}

/** A NodePool object (karpenter.sh/v1), as far as decisions depend on it; everything absent holds its default. */
export interface NodePoolObject {
  readonly name: string;
  readonly weight: number;
  /** `nodeClassRef.name`: the instance group that says how nodes are made; empty: not said. */
  readonly nodeClass: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly requirements: readonly PoolRequirement[];
  readonly taints: readonly Taint[];
  /** Amounts by resource name, `nodes` among them. */
  readonly limits: Requests;
  readonly consolidationPolicy: (typeof POLICIES)[number];
  /** Null: Never. */
  readonly consolidateAfterMs: number | null;
  readonly budgets: readonly {
    /** A number, or a percentage such as `10%`. */
    readonly nodes: number | string;
    readonly reasons: readonly (typeof REASONS)[number][] | null;
    readonly window: { readonly schedule: string; readonly durationMs: number } | null;
  }[];
  /** Null: Never. */
  readonly expireAfterMs: number | null;
}

/** Reads a NodePool. Problems carry their path; what decides nothing here (node classes, kubelet) is passed over. */
export function readNodePool(
  raw: unknown,
): { readonly value: NodePoolObject } | { readonly problems: readonly OptionsProblem[] } {
  const reader = new Reader();
  const pool = reader.object(raw, []) ?? {};
  const metadata = reader.object(pool['metadata'], ['metadata']) ?? {};
  const spec = reader.object(pool['spec'], ['spec']) ?? {};
  const template = reader.object(spec['template'], ['spec', 'template']) ?? {};
  const ofLabels = reader.object(template['metadata'], ['spec', 'template', 'metadata']) ?? {};
  const at: Path = ['spec', 'template', 'spec'];
  const ofNodes = reader.object(template['spec'], at) ?? {};
  const nodeClass = reader.object(ofNodes['nodeClassRef'], [...at, 'nodeClassRef']) ?? {};
  const disruptionAt: Path = ['spec', 'disruption'];
  const disruption = reader.object(spec['disruption'], disruptionAt) ?? {};
  const name = reader.text(metadata['name'], ['metadata', 'name']);
  if (name === undefined || name === '') reader.problem(['metadata', 'name'], 'a NodePool needs a name');
  if (spec['replicas'] !== undefined) reader.problem(['spec', 'replicas'], 'static pools are not modelled');
  const budgets = reader.list(disruption['budgets'], [...disruptionAt, 'budgets'], (item, path) =>
    readBudget(reader, item, path),
  );
  const after = readLength(reader, disruption['consolidateAfter'], [...disruptionAt, 'consolidateAfter']);
  const expiry = readLength(reader, ofNodes['expireAfter'], [...at, 'expireAfter']);
  const value: NodePoolObject = {
    name: name ?? '',
    weight: reader.integer(spec['weight'], ['spec', 'weight'], 1, 100) ?? 0,
    nodeClass: reader.text(nodeClass['name'], [...at, 'nodeClassRef', 'name']) ?? '',
    labels: reader.texts(ofLabels['labels'], ['spec', 'template', 'metadata', 'labels']) ?? new Map(),
    requirements: reader.list(ofNodes['requirements'], [...at, 'requirements'], (item, path) =>
      readRequirement(reader, item, path),
    ),
    taints: reader.list(ofNodes['taints'], [...at, 'taints'], (item, path) => readTaint(reader, item, path)),
    limits: readRequests(reader, spec['limits'], ['spec', 'limits']),
    consolidationPolicy:
      reader.oneOf(disruption['consolidationPolicy'], [...disruptionAt, 'consolidationPolicy'], POLICIES) ??
      'WhenEmptyOrUnderutilized',
    consolidateAfterMs: after === undefined ? 0 : after,
    budgets: disruption['budgets'] === undefined ? [DEFAULT_BUDGET] : budgets,
    expireAfterMs: expiry === undefined ? DEFAULT_EXPIRY_MS : expiry,
  };
  return reader.problems.length > 0 ? { problems: reader.problems } : { value };
}

/** Is it a pool of a fixed number of nodes, launched whatever waits? Those are not modelled. */
export function isStaticPool(object: JsonObject): boolean {
  return objectAt(object, 'spec')['replicas'] !== undefined;
}

/** Fields of a template that change what becomes of nodes in the real cluster, and nothing here. */
const UNMODELLED_FIELDS: Readonly<Record<string, readonly [what: string, instead: string]>> = {
  startupTaints: ['startup taints', 'nodes take pods as soon as they are ready'],
  terminationGracePeriod: ['terminationGracePeriod', 'a drain takes as long as its pods do'],
};

/** What of a NodePool is left out of the simulation. */
export function leftOutOfPool(object: JsonObject): LeftOut[] {
  if (isStaticPool(object)) {
    return [
      { path: ['spec', 'replicas'], what: 'static NodePool', message: ' is not simulated: it is static' },
    ];
  }
  const at: Path = ['spec', 'template', 'spec'];
  const nodes = objectAt(objectAt(objectAt(object, 'spec'), 'template'), 'spec');
  return Object.entries(UNMODELLED_FIELDS).flatMap(([field, [what, instead]]) =>
    nodes[field] === undefined
      ? []
      : [
          {
            path: [...at, field],
            what: `${what} of NodePools`,
            message: `: ${what} not simulated, ${instead}`,
          },
        ],
  );
}

/**
 * Which pool each instance group belongs to: the one whose node class it is, by name; else the pools whose class is no
 * group may have it, and the first of them does. Null: groups of listed instances, and those that no pool may have.
 */
export function poolOfGroups(
  pools: readonly NodePoolObject[],
  groups: readonly { readonly name: string; readonly instances: readonly unknown[] }[],
): (NodePoolObject | null)[] {
  const names = new Set(groups.map(({ name }) => name));
  const open = pools.find(({ nodeClass }) => !names.has(nodeClass)) ?? null;
  return groups.map(({ name, instances }) =>
    instances.length > 0 ? null : (pools.find(({ nodeClass }) => nodeClass === name) ?? open),
  );
}

function readRequirement(reader: Reader, raw: unknown, path: Path): PoolRequirement | undefined {
  const object = reader.object(raw, path) ?? {};
  const key = reader.text(object['key'], [...path, 'key']);
  const operator = reader.oneOf(object['operator'], [...path, 'operator'], OPERATORS);
  const values = reader.list(object['values'], [...path, 'values'], (value, at) => reader.text(value, at));
  const minValues = reader.integer(object['minValues'], [...path, 'minValues'], 1, 50) ?? null;
  if (key === undefined || operator === undefined) return reader.problem(path, 'needs a key and an operator');
  const isList = operator === 'In' || operator === 'NotIn';
  const isBound = !isList && operator !== 'Exists' && operator !== 'DoesNotExist';
  if (isList && values.length === 0) {
    return reader.problem([...path, 'values'], `${operator} needs at least one value`);
  }
  if (isBound && (values.length !== 1 || !/^\d+$/.test(values[0]!))) {
    return reader.problem([...path, 'values'], `${operator} needs one non-negative integer`);
  }
  if (!isList && !isBound && values.length > 0) {
    return reader.problem([...path, 'values'], `${operator} takes no values`);
  }
  return { key, operator, values, minValues };
}

function readTaint(reader: Reader, raw: unknown, path: Path): Taint | undefined {
  const taint = reader.object(raw, path) ?? {};
  const key = reader.text(taint['key'], [...path, 'key']);
  const effect = reader.oneOf(taint['effect'], [...path, 'effect'], EFFECTS);
  if (key === undefined || effect === undefined) return reader.problem(path, 'needs a key and an effect');
  return { key, value: reader.text(taint['value'], [...path, 'value']) ?? '', effect };
}

function readBudget(reader: Reader, raw: unknown, path: Path): NodePoolObject['budgets'][number] | undefined {
  const object = reader.object(raw, path, ['nodes', 'reasons', 'schedule', 'duration']) ?? {};
  const nodes = object['nodes'] === undefined ? '10%' : String(object['nodes']);
  if (!/^(?:100|\d{1,2})%$|^\d{1,9}$/.test(nodes)) {
    return reader.problem([...path, 'nodes'], 'must be a number of nodes, or a percentage such as 10%');
  }
  const reasons = reader.list(object['reasons'], [...path, 'reasons'], (item, at) =>
    reader.oneOf(item, at, REASONS),
  );
  const schedule = reader.text(object['schedule'], [...path, 'schedule']);
  const durationMs = readLength(reader, object['duration'], [...path, 'duration']);
  if ((schedule === undefined) !== (durationMs === undefined)) {
    return reader.problem(path, 'a schedule needs a duration, and a duration a schedule');
  }
  if (durationMs === null) return reader.problem([...path, 'duration'], 'must end');
  return {
    nodes: nodes.endsWith('%') ? nodes : Number(nodes),
    reasons: object['reasons'] === undefined || reasons.length === 0 ? null : reasons,
    window: schedule === undefined ? null : { schedule, durationMs: durationMs! },
  };
}

/** `1h30m`, `0s`; null for Never, undefined when absent or wrong. */
function readLength(reader: Reader, raw: unknown, path: Path): number | null | undefined {
  const text = reader.text(raw, path);
  if (text === undefined) return undefined;
  if (text === 'Never') return null;
  const parts = /^(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,10})s)?$/.exec(text);
  if (parts === null || text === '')
    return reader.problem(path, "must be a duration such as 1h30m, or 'Never'");
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const lengthMs = hours * HOUR + minutes * MINUTE + seconds * SECOND;
  return lengthMs <= LARGEST * SECOND ? lengthMs : reader.problem(path, 'is too long');
}
