import { type Diagnostic, InputError } from '../errors.ts';
import { priceName } from './price-name.ts';

/** Why something cannot be billed. Stable names: programs may tell them apart. */
export const BILLING_PROBLEMS = {
  'missing-price': 'no price is known',
  'bad-decimal': 'a price or rate is no decimal of at most 10 places',
  'empty-period': 'the period of the bill ends before it begins, or where it begins',
  'period-not-hour-aligned': 'the period of a bill begins and ends on a full hour, UTC',
  'duplicate-id': 'the id is taken',
  'end-before-start': 'it ends before it begins',
  'unordered-states': 'its times fall',
  'illegal-transition': 'an instance cannot go from one of its states to the next',
  'term-not-hour-aligned': 'a term begins on a full hour, UTC',
  'unknown-size': 'the size has no normalisation factor',
  'illegal-fargate-size': 'Fargate has no task of this vCPU and memory',
  'ephemeral-out-of-range': 'ephemeral storage of a Fargate task is 20 to 200 GiB',
  'pod-too-large': 'the pod is larger than every Fargate size',
  'volume-out-of-range': 'EC2 has no such volume',
  'unknown-kind': 'the kind is unknown',
  'unknown-version': 'the support dates of the Kubernetes version are not known',
  'version-past-end-of-support': 'the Kubernetes version is past the end of extended support',
  'unknown-layer': 'an image or snapshot refers to data that is not listed',
  'duplicate-priority': 'two lifecycle rules have the same priority',
  'two-untagged-rules': 'a lifecycle policy has at most one rule for untagged images',
  'any-not-last': 'a lifecycle rule for any image has the highest number',
  'bad-tag-prefixes': 'prefixes belong to lifecycle rules for tagged images, which need one',
  'bad-count': 'a lifecycle rule counts from 1',
  'bad-weights': 'the weights of CPU and memory sum to 1',
  'unknown-node': 'a task names an instance that is not listed',
  'task-outside-node': 'a task lies outside the life of its instance',
} as const;

export type BillingProblemKind = keyof typeof BILLING_PROBLEMS;

export interface BillingProblem {
  readonly kind: BillingProblemKind;
  /** Id of the item, or the key of the price; `-` when it is the bill as a whole. */
  readonly resource: string;
}

/** The problems that keep a bill from being made, each once, in order of discovery. */
export class Problems {
  readonly #found = new Map<string, BillingProblem>();

  add(kind: BillingProblemKind, resource: string): void {
    this.#found.set(`${kind} ${resource}`, { kind, resource });
  }

  /** Throws one BillingError with all of them, if there are any. */
  throwIfAny(): void {
    if (this.#found.size > 0) throw new BillingError([...this.#found.values()]);
  }
}

/** Usage, commitments or prices that no bill can be made of. */
export class BillingError extends InputError {
  readonly problems: readonly BillingProblem[];
  constructor(problems: readonly BillingProblem[]) {
    super(problems.map(diagnosticOf));
    this.name = 'BillingError';
    this.problems = problems;
  }
}

function diagnosticOf({ kind, resource }: BillingProblem): Diagnostic {
  const isPrice = kind === 'missing-price';
  const subject = isPrice ? priceName(resource) : resource === '-' ? 'the usage' : resource;
  return {
    severity: 'error',
    code: isPrice ? 'E2101' : 'E2103',
    message: `Cannot bill ${subject}: ${BILLING_PROBLEMS[kind]}`,
    ...(isPrice && { hint: `state it: billing: { prices: { ${resource}: ... } }` }),
  };
}
