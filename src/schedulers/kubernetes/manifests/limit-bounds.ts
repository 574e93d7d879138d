import type { ApiObject } from '../../../model/plan.ts';
import { type JsonObject, objectAt } from '../reader.ts';
import {
  type Amount,
  type Amounts,
  amountText,
  type AskedAmounts,
  askedBy,
  containersAt,
  podAmounts,
} from './pod-amounts.ts';

/** What a LimitRange lets every container, or every pod, have. */
export interface LimitBounds {
  readonly type: 'Container' | 'Pod';
  readonly min: Amounts;
  readonly max: Amounts;
  /** How often a limit may hold its request. */
  readonly maxLimitRequestRatio: Amounts;
}

/** Why the API server does not take a pod: 403, or 422. */
export interface Refusal {
  readonly reason: 'Forbidden' | 'Invalid';
  readonly why: string;
}

type Check = (
  type: LimitBounds['type'],
  name: string,
  bound: Amount,
  asked: { readonly request: Amount | undefined; readonly limit: Amount | undefined },
) => string | null;

const NANO = 1_000_000_000n;
/** Above this, in units, thousandths of a quantity leave 64 bits. Source: apimachinery pkg/api/resource, MaxMilliValue */
const MAX_MILLI = (2n ** 63n - 1n) / 1000n;

/** The refusal as the API server words it. */
export function refusalText(name: string, { reason, why }: Refusal): string {
  return reason === 'Forbidden' ? `pods "${name}" is forbidden: ${why}` : `Pod "${name}" is invalid: ${why}`;
}

/**
 * Why a pod, with all defaults, may not be made under the bounds of each LimitRange of its namespace; null: it may. A
 * request above its limit, often one that a LimitRange has filled in, is found first: the object is validated before
 * the plug-in looks at it. The first LimitRange that refuses tells all that breaks it. Resources are taken in order of
 * their names; the API server has no order.
 * Source: kubernetes v1.36.2 plugin/pkg/admission/limitranger/admission.go, PodValidateLimitFunc;
 * pkg/apis/core/validation/validation.go, validateResourceRequirements.
 */
export function limitRefusal(pod: ApiObject, ranges: readonly (readonly LimitBounds[])[]): Refusal | null {
  const spec = objectAt(pod, 'spec');
  const invalid = joined([...aboveLimits(spec, 'containers'), ...aboveLimits(spec, 'initContainers')]);
  if (invalid !== null) return { reason: 'Invalid', why: invalid };
  for (const range of ranges) {
    const why = joined(range.flatMap((bounds) => broken(spec, bounds)));
    if (why !== null) return { reason: 'Forbidden', why };
  }
  return null;
}

function aboveLimits(spec: JsonObject, key: 'containers' | 'initContainers'): string[] {
  return containersAt(spec, key).flatMap((container, index) => {
    const { requests, limits } = askedBy(container);
    return inOrder(requests).flatMap(([name, request]) => {
      const limit = limits.get(name);
      const isFixed = !mayOvercommit(name);
      if (limit === undefined || request.nano === limit.nano) return [];
      if (request.nano < limit.nano && !isFixed) return [];
      const rule = isFixed ? 'equal to' : 'less than or equal to';
      const place = `spec.${key}[${index}].resources.requests`;
      return [
        `${place}: Invalid value: "${amountText(request)}": must be ${rule} ${name} limit of ${amountText(limit)}`,
      ];
    });
  });
}

/** Source: kubernetes v1.36.2 pkg/apis/core/v1/helper/helpers.go, IsOvercommitAllowed */
function mayOvercommit(name: string): boolean {
  return !name.startsWith('hugepages-') && (!name.includes('/') || name.includes('kubernetes.io/'));
}

function broken(spec: JsonObject, bounds: LimitBounds): string[] {
  const asked: AskedAmounts[] =
    bounds.type === 'Pod'
      ? [{ requests: podAmounts(spec, 'requests'), limits: podAmounts(spec, 'limits') }]
      : [...containersAt(spec, 'containers'), ...containersAt(spec, 'initContainers')].map(askedBy);
  const checks: readonly (readonly [Amounts, Check])[] = [
    [bounds.min, checkMin],
    [bounds.max, checkMax],
    [bounds.maxLimitRequestRatio, checkRatio],
  ];
  return asked.flatMap(({ requests, limits }) =>
    checks.flatMap(([amounts, check]) =>
      inOrder(amounts).flatMap(
        ([name, bound]) =>
          check(bounds.type, name, bound, { request: requests.get(name), limit: limits.get(name) }) ?? [],
      ),
    ),
  );
}

const checkMin: Check = (type, name, bound, { request, limit }) => {
  const rule = `minimum ${name} usage per ${type} is ${amountText(bound)}`;
  const [asked, allowed, least] = comparable(request, limit, bound);
  if (request === undefined) return `${rule}.  No request is specified`;
  if (asked < least) return `${rule}, but request is ${amountText(request)}`;
  if (limit !== undefined && allowed < least) return `${rule}, but limit is ${amountText(limit)}`;
  return null;
};

const checkMax: Check = (type, name, bound, { request, limit }) => {
  const rule = `maximum ${name} usage per ${type} is ${amountText(bound)}`;
  const [asked, allowed, most] = comparable(request, limit, bound);
  if (limit === undefined) return `${rule}.  No limit is specified`;
  if (allowed > most) return `${rule}, but limit is ${amountText(limit)}`;
  if (request !== undefined && asked > most) return `${rule}, but request is ${amountText(request)}`;
  return null;
};

const checkRatio: Check = (type, name, bound, { request, limit }) => {
  const rule = `${name} max limit to request ratio per ${type} is ${amountText(bound)}`;
  const [asked, allowed] = comparable(request, limit, bound);
  if (asked === 0n) return `${rule}, but no request is specified or request is 0`;
  if (allowed === 0n) return `${rule}, but no limit is specified or limit is 0`;
  // Floats and thousandths, as the plug-in has them.
  const ratio = Number(allowed) / Number(asked);
  const isFine = inUnits(bound, NANO) <= MAX_MILLI;
  const [observed, most] = isFine
    ? [ratio * 1000, inUnits(bound, NANO / 1000n)]
    : [ratio, inUnits(bound, NANO)];
  return observed > Number(most) ? `${rule}, but provided ratio is ${sixDigits(ratio)}` : null;
};

/** Request, limit and bound in thousandths, or in units where one would be too large; absent ones are 0. */
function comparable(
  request: Amount | undefined,
  limit: Amount | undefined,
  bound: Amount,
): readonly [bigint, bigint, bigint] {
  const isLarge = [request, limit, bound].some((one) => inUnits(one, NANO) > MAX_MILLI);
  const unit = isLarge ? NANO : NANO / 1000n;
  return [inUnits(request, unit), inUnits(limit, unit), inUnits(bound, unit)];
}

function inUnits(amount: Amount | undefined, unitNano: bigint): bigint {
  return ((amount?.nano ?? 0n) + unitNano - 1n) / unitNano;
}

/** `%f` of Go: like toFixed, but halves go to the even digit. A ratio above 1 has no more than 52 binary places. */
function sixDigits(ratio: number): string {
  const [whole, places] = ratio.toFixed(52).split('.') as [string, string];
  const isHalf = /^50*$/.test(places.slice(6));
  return isHalf && Number(places[5]) % 2 === 0 ? `${whole}.${places.slice(0, 6)}` : ratio.toFixed(6);
}

function inOrder(amounts: Amounts): [string, Amount][] {
  return [...amounts].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Each finding once, several in brackets. Source: apimachinery v0.36.2 pkg/util/errors/errors.go, aggregate.Error */
function joined(findings: readonly string[]): string | null {
  const different = [...new Set(findings)];
  if (different.length === 0) return null;
  return different.length === 1 ? different[0]! : `[${different.join(', ')}]`;
}
