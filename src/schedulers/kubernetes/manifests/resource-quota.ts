import type { ApiObject } from '../../../model/plan.ts';
import type { Requests } from '../pod-object.ts';
import { containerRequests } from '../pod-requests.ts';
import { formatQuantity, parseQuantityNano } from '../quantity.ts';
import { isObject, type JsonObject, objectAt, type Reader } from '../reader.ts';
import type { NamedObject } from './api-object.ts';
import { isObjectResource } from './object-charge.ts';

/** A ResourceQuota: what the pods of a namespace that it is about, and other objects of it, may take together. */
export interface ResourceQuota {
  readonly namespace: string;
  readonly name: string;
  /** By resource, in billionths of its unit. */
  readonly hard: ReadonlyMap<string, bigint>;
  readonly scopes: readonly QuotaScope[];
}

/** Which pods a quota is about. */
export interface QuotaScope {
  readonly name: 'BestEffort' | 'NotBestEffort' | 'PriorityClass';
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values: readonly string[];
}

/** What a pod takes of the quotas of its namespace. */
export interface PodCharge {
  readonly namespace: string;
  /** By resource as quotas name it, in billionths. */
  readonly amounts: Requests;
  /** What each container says of CPU and memory: `requests.cpu`, `limits.memory`. */
  readonly said: readonly ReadonlySet<string>[];
  readonly isBestEffort: boolean;
  readonly priorityClass: string;
}

const ONE = 1_000_000_000n;
const COUNTS: readonly string[] = ['pods', 'count/pods'];
const PLAIN: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];
const SCOPES: readonly string[] = ['BestEffort', 'NotBestEffort', 'PriorityClass'];
/** A quota of one of these wants every container to say it. Source: kubernetes v1.36.2 pkg/quota/v1/evaluator/core/pods.go, validationSet. */
const MUST_BE_SAID: readonly string[] = [
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
];

/** Does a quota of this count pods, or what they take? What claims ask for is not theirs. */
export function isPodResource(name: string): boolean {
  return (
    COUNTS.includes(name) ||
    PLAIN.includes(name) ||
    (/^(requests|limits)\./.test(name) && name !== 'requests.storage')
  );
}

/** Scopes of a ResourceQuota that no pod of a run can be told by. */
export function unknownScopes(object: JsonObject): string[] {
  const spec = objectAt(object, 'spec');
  const plain: readonly unknown[] = Array.isArray(spec['scopes']) ? spec['scopes'] : [];
  const expressions: unknown = objectAt(spec, 'scopeSelector')['matchExpressions'];
  const selected = Array.isArray(expressions)
    ? expressions.map((one: unknown) => (isObject(one) ? one['scopeName'] : undefined))
    : [];
  return [...plain, ...selected].map(String).filter((name) => !SCOPES.includes(name));
}

/** A ResourceQuota, v1. */
export function quotaFrom(reader: Reader, { namespace, name, object }: NamedObject): ResourceQuota {
  const spec = objectAt(object, 'spec');
  const hard = new Map<string, bigint>();
  for (const [resource, amount] of Object.entries(objectAt(spec, 'hard'))) {
    const isText = typeof amount === 'string' || typeof amount === 'number';
    const nano = isText ? parseQuantityNano(amount) : undefined;
    if (nano === undefined) reader.problem(['spec', 'hard', resource], `'${String(amount)}' is no quantity`);
    else if (isPodResource(resource) || isObjectResource(resource)) hard.set(resource, nano);
  }
  const path = ['spec', 'scopes'];
  const plain = reader.list(spec['scopes'], path, (item, at) => reader.text(item, at)) ?? [];
  const selector = ['spec', 'scopeSelector', 'matchExpressions'];
  const expressions = reader.list(objectAt(spec, 'scopeSelector')['matchExpressions'], selector, (item, at) =>
    reader.object(item, at),
  );
  return {
    namespace,
    name,
    hard,
    scopes: [
      ...plain.map((scope) => scopeOf(scope, 'Exists', [])),
      ...(expressions ?? []).map((one) =>
        scopeOf(String(one['scopeName']), String(one['operator']), listOfTexts(one['values'])),
      ),
    ],
  };
}

function scopeOf(name: string, operator: string, values: readonly string[]): QuotaScope {
  return { name: name as QuotaScope['name'], operator: operator as QuotaScope['operator'], values };
}

function listOfTexts(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.map(String) : [];
}

/**
 * What a pod takes: containers together, or the peak of its init containers, requests defaulted to limits as the API
 * server does. Source: kubernetes v1.36.2 pkg/quota/v1/evaluator/core/pods.go, PodUsageFunc.
 */
export function podCharge(namespace: string, pod: ApiObject): PodCharge {
  const spec = objectAt(pod, 'spec');
  const containers = containersOf(spec['containers']);
  const initContainers = containersOf(spec['initContainers']);
  const sum = (pick: 'requests' | 'limits') =>
    containerRequests({
      containers: containers.map((one) => ({ requests: one[pick], sidecar: false })),
      initContainers: initContainers.map((one) => ({ requests: one[pick], sidecar: one.sidecar })),
    });
  const amounts = new Map<string, bigint>(COUNTS.map((name) => [name, ONE]));
  for (const [name, amount] of sum('requests')) {
    if (PLAIN.includes(name)) amounts.set(name, amount);
    amounts.set(`requests.${name}`, amount);
  }
  for (const [name, amount] of sum('limits')) amounts.set(`limits.${name}`, amount);
  const all = [...containers, ...initContainers];
  return {
    namespace,
    amounts,
    said: all.map(saidBy),
    isBestEffort: all.every(({ requests, limits }) => !isSaid(requests) && !isSaid(limits)),
    priorityClass: String(spec['priorityClassName'] ?? ''),
  };
}

interface ContainerAmounts {
  readonly requests: Requests;
  readonly limits: Requests;
  readonly sidecar: boolean;
}

function containersOf(raw: unknown): ContainerAmounts[] {
  if (!Array.isArray(raw)) return [];
  return raw.filter(isObject).map((container) => {
    const resources = objectAt(container, 'resources');
    const limits = amountsOf(objectAt(resources, 'limits'));
    const requests = new Map([...limits, ...amountsOf(objectAt(resources, 'requests'))]);
    return { requests, limits, sidecar: container['restartPolicy'] === 'Always' };
  });
}

function amountsOf(raw: JsonObject): Requests {
  const amounts = new Map<string, bigint>();
  for (const [name, amount] of Object.entries(raw)) {
    const nano =
      typeof amount === 'string' || typeof amount === 'number' ? parseQuantityNano(amount) : undefined;
    if (nano !== undefined) amounts.set(name, nano);
  }
  return amounts;
}

function saidBy({ requests, limits }: ContainerAmounts): Set<string> {
  return new Set([
    ...[...requests.keys()].flatMap((name) => [name, `requests.${name}`]),
    ...[...limits.keys()].map((name) => `limits.${name}`),
  ]);
}

/** A positive amount of CPU or memory. Source: kubernetes v1.36.2 pkg/apis/core/v1/helper/qos/qos.go */
function isSaid(amounts: Requests): boolean {
  return ['cpu', 'memory'].some((name) => (amounts.get(name) ?? 0n) > 0n);
}

/** Is the quota about the pod? Source: kubernetes v1.36.2 pkg/quota/v1/evaluator/core/pods.go, podMatchesScopeFunc */
export function isAbout(quota: ResourceQuota, charge: PodCharge): boolean {
  return quota.namespace === charge.namespace && quota.scopes.every((scope) => isIn(scope, charge));
}

function isIn({ name, operator, values }: QuotaScope, { isBestEffort, priorityClass }: PodCharge): boolean {
  if (name !== 'PriorityClass') return isBestEffort === (name === 'BestEffort');
  switch (operator) {
    case 'Exists':
      return priorityClass !== '';
    case 'DoesNotExist':
      return priorityClass === '';
    case 'In':
      return priorityClass !== '' && values.includes(priorityClass);
    case 'NotIn':
      return !values.includes(priorityClass);
  }
}

/**
 * Why a quota refuses a pod, in the API server's words; null: it does not. `used`: what it has charged so far.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go, CheckRequest.
 */
export function refusalBy(quota: ResourceQuota, used: Requests, charge: PodCharge): string | null {
  const missing = missingOf(quota, charge);
  if (missing.length > 0) return `failed quota: ${quota.name}: must specify ${missing.join('; ')}`;
  return exceeded(quota, used, charge.amounts);
}

/**
 * Why a quota refuses an object that is no pod; null: it does not. One with scopes is about pods alone.
 * Source: the same; staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go, MatchesNoScopeFunc.
 */
export function objectRefusal(quota: ResourceQuota, used: Requests, amounts: Requests): string | null {
  return quota.scopes.length > 0 ? null : exceeded(quota, used, amounts);
}

function exceeded(quota: ResourceQuota, used: Requests, amounts: Requests): string | null {
  const over = [...quota.hard]
    .filter(([name, limit]) => {
      const wanted = amounts.get(name) ?? 0n;
      return wanted > 0n && (used.get(name) ?? 0n) + wanted > limit;
    })
    .map(([name]) => name)
    .sort();
  if (over.length === 0) return null;
  const list = (of: ReadonlyMap<string, bigint>) =>
    over
      .map((name) => `${name}=${formatQuantity(of.get(name) ?? 0n, /memory|storage/.test(name))}`)
      .join(',');
  return `exceeded quota: ${quota.name}, requested: ${list(amounts)}, used: ${list(used)}, limited: ${list(quota.hard)}`;
}

/** What containers must say and do not, with their places: a plan does not keep their names. */
function missingOf({ hard }: ResourceQuota, { said }: PodCharge): string[] {
  return [...hard.keys()]
    .filter((name) => MUST_BE_SAID.includes(name))
    .sort()
    .flatMap((name) => {
      const silent = said.flatMap((one, index) => (one.has(name) ? [] : [`container ${index + 1}`]));
      return silent.length === 0 ? [] : [`${name} for: ${silent.join(',')}`];
    });
}
