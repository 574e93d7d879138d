import type { Path } from '../reader.ts';
import { type Amount, type Amounts, amountText } from './pod-amounts.ts';

/** The amounts of one item of a LimitRange, defaults filled in as the API server does before it looks. */
export interface LimitItem {
  readonly type: string;
  readonly min: Amounts;
  readonly max: Amounts;
  readonly default: Amounts;
  readonly defaultRequest: Amounts;
  readonly maxLimitRequestRatio: Amounts;
}

type Field = Exclude<keyof LimitItem, 'type'>;
/** A finding, at a path below the items. */
export interface LimitProblem {
  readonly path: Path;
  /** As the API server words it, without the place and the value. */
  readonly message: string;
}

const STANDARD_TYPES: readonly string[] = ['Pod', 'Container', 'PersistentVolumeClaim'];
const CONTAINER_RESOURCES: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];
/** Source: kubernetes v1.36.2 pkg/apis/core/helper/helpers.go, standardResources. */
const STANDARD_RESOURCES: readonly string[] = [
  ...CONTAINER_RESOURCES,
  ...CONTAINER_RESOURCES.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
];
const ONE = 1_000_000_000n;
const MILLI = 1_000_000n;
/** Above this, in units, thousandths of a quantity leave 64 bits. Source: apimachinery pkg/api/resource, MaxMilliValue */
const MAX_MILLI = (2n ** 63n - 1n) / 1000n;
const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const NAME_RULE =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const PREFIX_RULE =
  "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** What may not be more than what, where the API server finds fault, and its words. */
const ORDERED: readonly (readonly [low: Field, high: Field, at: Field, lowName: string, highName: string])[] =
  [
    ['min', 'max', 'min', 'min value', 'max value'],
    ['min', 'defaultRequest', 'defaultRequest', 'min value', 'default request value'],
    ['defaultRequest', 'max', 'defaultRequest', 'default request value', 'max value'],
    ['defaultRequest', 'default', 'defaultRequest', 'default request value', 'default limit value'],
    ['min', 'default', 'default', 'min value', 'default value'],
    ['default', 'max', 'default', 'default value', 'max value'],
  ];

/**
 * Everything that the API server minds about the items of a LimitRange; resources in order of their names, where it has
 * the order of a hash table. Source: kubernetes v1.36.2 pkg/apis/core/validation/validation.go, ValidateLimitRange
 */
export function limitRangeProblems(items: readonly LimitItem[]): LimitProblem[] {
  const problems: LimitProblem[] = [];
  items.forEach((item, index) => {
    const add = (path: Path, message: string) => problems.push({ path: [index, ...path], message });
    for (const message of typeProblems(item.type)) add(['type'], message);
    if (items.findIndex(({ type }) => type === item.type) < index)
      add(['type'], `duplicate value "${item.type}"`);
    itemProblems(item, add);
  });
  return problems;
}

type Add = (path: Path, message: string) => void;

function itemProblems(item: LimitItem, add: Add): void {
  const isPod = item.type === 'Pod';
  const fields = (['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const).filter(
    (field) => !isPod || (field !== 'default' && field !== 'defaultRequest'),
  );
  for (const field of fields) {
    for (const name of sorted(item[field].keys()))
      for (const message of resourceProblems(name, isPod || item.type === 'Container'))
        add([field, name], message);
  }
  for (const field of ['default', 'defaultRequest'] as const) {
    if (isPod && item[field].size > 0) add([field], "may not be specified when `type` is 'Pod'");
  }
  if (item.type === 'PersistentVolumeClaim' && !item.min.has('storage') && !item.max.has('storage'))
    add(['limits'], 'either minimum or maximum storage value is required, but neither was provided');
  const names = new Set(fields.flatMap((field) => [...item[field].keys()]));
  for (const name of sorted(names)) amountProblems(isPod ? withoutDefaults(item) : item, name, add);
}

function withoutDefaults(item: LimitItem): LimitItem {
  return { ...item, default: new Map(), defaultRequest: new Map() };
}

function amountProblems(item: LimitItem, name: string, add: Add): void {
  for (const [low, high, at, lowName, highName] of ORDERED) {
    const [least, most] = [item[low].get(name), item[high].get(name)];
    if (least === undefined || most === undefined || least.nano <= most.nano) continue;
    add([at, name], `${lowName} ${amountText(least)} is greater than ${highName} ${amountText(most)}`);
  }
  const ratio = item.maxLimitRequestRatio.get(name);
  if (ratio !== undefined) ratioProblems(ratio, item, name, add);
  const [limit, request] = [item.default.get(name), item.defaultRequest.get(name)];
  if (isOvercommittable(name) || limit === undefined || request === undefined || limit.nano === request.nano)
    return;
  const message = `default value ${amountText(limit)} must equal to defaultRequest value ${amountText(request)} in ${name}`;
  add(['defaultRequest', name], message);
}

function ratioProblems(ratio: Amount, { min, max }: LimitItem, name: string, add: Add): void {
  const at: Path = ['maxLimitRequestRatio', name];
  if (ratio.nano < ONE) add(at, `ratio ${amountText(ratio)} is less than 1`);
  const [least, most] = [min.get(name), max.get(name)];
  if (least === undefined || most === undefined) return;
  const inMilli = [ratio, least, most].every((amount) => units(amount) < MAX_MILLI);
  const read = (amount: Amount) => Number(inMilli ? amount.nano / MILLI : units(amount));
  const value = inMilli ? read(ratio) / 1000 : read(ratio);
  const highest = read(most) / read(least);
  if (value > highest) add(at, `ratio ${amountText(ratio)} is greater than max/min = ${highest.toFixed(6)}`);
}

/** Rounded up. */
function units({ nano }: Amount): bigint {
  return (nano + ONE - 1n) / ONE;
}

function typeProblems(type: string): string[] {
  const unqualified = nameProblems(type);
  if (unqualified.length > 0) return unqualified;
  const isKnown = type.includes('/') || STANDARD_TYPES.includes(type);
  return isKnown ? [] : ['must be a standard limit type or fully qualified'];
}

/** Source: the same, validateContainerResourceName, validateResourceName. */
function resourceProblems(name: string, isOfContainers: boolean): string[] {
  const found = nameProblems(name);
  const isHuge = name.startsWith('hugepages-');
  if (found.length === 0 && !name.includes('/')) {
    const isStandard =
      STANDARD_RESOURCES.includes(name) || isHuge || /^(requests|limits)\.hugepages-/.test(name);
    if (!isStandard) found.push('must be a standard resource type or fully qualified');
  }
  if (!isOfContainers) return found;
  if (!name.includes('/')) {
    if (!CONTAINER_RESOURCES.includes(name) && !isHuge)
      found.push('must be a standard resource for containers');
  } else if (!isNative(name) && !isExtended(name))
    found.push("doesn't follow extended resource name standard");
  return found;
}

function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isExtended(name: string): boolean {
  return !name.startsWith('requests.') && nameProblems(`requests.${name}`).length === 0;
}

function isOvercommittable(name: string): boolean {
  return isNative(name) && !name.startsWith('hugepages-');
}

/** Source: apimachinery v0.36.2 pkg/api/validate/content/kube.go, IsLabelKey. */
function nameProblems(text: string): string[] {
  const parts = text.split('/');
  if (parts.length > 2)
    return [
      "a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
    ];
  const [prefix, name] = parts.length === 2 ? (parts as [string, string]) : [null, text];
  const found: string[] = [];
  if (prefix === '') found.push('prefix part must be non-empty');
  else if (prefix !== null) {
    if (prefix.length > 253) found.push('prefix part must be no more than 253 bytes');
    if (!PREFIX.test(prefix)) found.push(PREFIX_RULE);
  }
  if (name === '') found.push('name part must be non-empty');
  else if (name.length > 63) found.push('name part must be no more than 63 bytes');
  if (!NAME.test(name)) found.push(NAME_RULE);
  return found;
}

function sorted(names: Iterable<string>): string[] {
  return [...names].sort();
}
