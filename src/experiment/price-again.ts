import { type Bill, type BillInput, makeBill } from '../billing/bill.ts';
import { type Money, ZERO, add, compare, divide, multiply, subtract, toNumber } from '../billing/money.ts';
import { instanceKey, type PriceBook } from '../billing/price-book.ts';
import { type Diagnostic, InputError } from '../errors.ts';
import type { Catalogue } from '../io/catalogue.ts';
import type { InstanceType } from '../model/instance-type.ts';
import {
  type Offer,
  RESERVED_KEYS,
  type ReservedKey,
  SAVINGS_PLAN_KEYS,
  type SavingsPlanKey,
} from '../model/offer.ts';
import { bestPlanCommitment, bestReservationCount, type HourProfile } from './best-commitment.ts';
import { type Commitment, CommitmentPrices, committed, familiesOf } from './commitments.ts';
import { instanceFamily, normalisedQuarters } from '../billing/normalisation.ts';
import { billInputOf, type UsageRecord } from './usage-record.ts';
import { type UsageHours, usageHours } from './usage-profile.ts';

/** What shall be different. Absent: as in the run. */
export interface PriceChanges {
  /** Prices to take; absent: those that the run was billed at. */
  readonly catalogue?: Catalogue | undefined;
  readonly region?: string | undefined;
  readonly commitments?: readonly Commitment[] | undefined;
}

/** A bill at other prices. */
export interface Repriced {
  readonly bill: Bill;
  /** Prices of commitments were estimated from medians. */
  readonly isEstimated: boolean;
}

/** Usage, prices and what commitments cost, ready for one bill after the other. */
interface Priced {
  readonly input: BillInput;
  readonly commitmentPrices: CommitmentPrices;
}

/**
 * The bill of a finished run at other prices, in another region, or under commitments in place of those that the run
 * had; nothing is simulated again. In
 * another region the zones follow by their order. Throws InputError E2101 for everything whose price is not known there,
 * E2102 when Spot was bought: its prices belong to the pools of their region.
 */
export function priceAgain(record: UsageRecord, changes: PriceChanges): Repriced {
  return billWith(pricedFor(record, changes), changes.commitments ?? []);
}

function billWith({ input, commitmentPrices }: Priced, commitments: readonly Commitment[]): Repriced {
  if (commitments.length === 0) return { bill: makeBill(input), isEstimated: false };
  const { region, startEpochMs, other } = input;
  const made = committed(commitments, { region, startEpochMs, prices: commitmentPrices });
  const keys = commitments.flatMap((one) => (one.kind === 'savings-plan' ? [one.key] : []));
  const types = [...new Set(input.instances.map(({ typeName }) => typeName))];
  const book = commitmentPrices.withRates(input.book, keys, types);
  const bill = makeBill({ ...input, book, other: { ...other, ...made } });
  return { bill, isEstimated: commitmentPrices.isEstimated };
}

function pricedFor(record: UsageRecord, { catalogue, region }: PriceChanges): Priced {
  const { usage } = record;
  const target = region ?? usage.region;
  let input = billInputOf(record);
  if (catalogue !== undefined) {
    const types = typesAt(record.types, catalogue, target);
    const ebs = catalogue.ebsPrices(target);
    const services = catalogue.servicePrices(target);
    // Everything else is listed by region: what the scenario says of a price holds in the region that it names.
    const list = new Map([...catalogue.listPrices(), ...(record.prices.list ?? [])]);
    const moved = {
      ...record,
      usage: movedTo(usage, target, catalogue),
      types,
      prices: { ebs, services, list },
    };
    input = billInputOf(moved);
  }
  const offers: readonly Offer[] = catalogue?.list?.offers ?? [];
  const onDemand = (type: string) => onDemandPrice(input.book, target, type);
  return { input, commitmentPrices: new CommitmentPrices(target, offers, onDemand) };
}

function onDemandPrice(book: PriceBook, region: string, type: string): Money | undefined {
  const price = book.get(instanceKey('ec2', { type, region, platform: 'linux', tenancy: 'default' }));
  return price === undefined || Array.isArray(price) ? undefined : (price as Money);
}

/** Types made up in a scenario keep their price: no list knows them. */
function typesAt(types: readonly InstanceType[], catalogue: Catalogue, region: string): InstanceType[] {
  const problems: Diagnostic[] = [];
  const found = types.map((type) => {
    const listed = catalogue.type(type.name, region);
    if (!('problem' in listed)) return listed;
    if (listed.problem === 'unknown-type') return type;
    const elsewhere =
      listed.regions.length === 0 ? '' : `; it has one in ${listed.regions.slice(0, 5).join(', ')}`;
    problems.push({
      severity: 'error',
      code: 'E2101',
      message: `Cannot bill ${type.name} in ${region}: no price is known${elsewhere}`,
      hint: listed.nearest.length === 0 ? undefined : `near it: ${listed.nearest.join(', ')}`,
    });
    return type;
  });
  if (problems.length > 0) throw new InputError(problems);
  return found;
}

/** The usage as if it had happened in another region. */
function movedTo(usage: UsageRecord['usage'], region: string, catalogue: Catalogue): UsageRecord['usage'] {
  if (region === usage.region) return usage;
  if (usage.instances.some(({ terms }) => terms?.option === 'spot')) {
    const message = `Cannot move Spot Instances from ${usage.region} to ${region}: their prices belong to its pools`;
    throw new InputError([
      { severity: 'error', code: 'E2102', message, hint: 'run the scenario in that region' },
    ]);
  }
  const zones = catalogue.zones(region);
  const known = [...new Set(usage.instances.map(({ zone }) => zone))].sort();
  const names = new Map([
    [usage.region, region],
    ...known.map((zone, index): [string, string] => [zone, zones[index % zones.length]!]),
  ]);
  return renamed(usage, names) as UsageRecord['usage'];
}

/** The same value with every text that stands in `names` replaced. */
function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((entry) => renamed(entry, names));
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [key, renamed(entry, names)]));
  if (value instanceof Set) return value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, renamed(entry, names)]));
}

/** A commitment that pays, and what it does. */
export interface CommitmentChoice {
  readonly commitment: Commitment;
  readonly bill: Bill;
  readonly totalUsd: number;
  /** Against the bill without commitments; exact in `saved`. */
  readonly savedUsd: number;
  readonly saved: Money;
  /** Share of the commitment that the run used. */
  readonly used: number;
  /** Share from which on it is cheaper than On-Demand: what it costs over what it covers, at On-Demand. */
  readonly breakEven: number;
}

/** What the search looked at and found, cheapest first. */
export interface BestCommitments {
  readonly without: Bill;
  readonly withoutUsd: number;
  readonly choices: readonly CommitmentChoice[];
  /** Commitments looked at. */
  readonly tried: number;
  readonly isEstimated: boolean;
}

/**
 * The best single commitment of each kind for what the run used: every Savings Plan and reservation of the lists, or of
 * `keys`, each at its best size (`bestPlanCommitment`, `bestReservationCount`), judged by the whole bill. Those that do
 * not pay are left out. As if every hour of the term were like the hours of the run.
 */
export function bestCommitments(
  record: UsageRecord,
  changes: Omit<PriceChanges, 'commitments'>,
  keys: readonly string[] = [...SAVINGS_PLAN_KEYS, ...RESERVED_KEYS],
): BestCommitments {
  const priced = withoutCommitments(pricedFor(record, changes));
  const without = makeBill(priced.input);
  const hours = usageHours(priced.input);
  const types = [...new Set(hours.flatMap((hour) => [...hour.keys()]))].sort();
  const candidates = [
    ...SAVINGS_PLAN_KEYS.filter((key) => keys.includes(key)).flatMap((key) =>
      planCandidates(key, hours, types, priced),
    ),
    ...RESERVED_KEYS.filter((key) => keys.includes(key)).flatMap((key) =>
      types.flatMap((type) => reservationCandidate(key, type, hours, priced)),
    ),
  ];
  const choices = candidates
    .map((commitment) => judged(commitment, priced, without))
    .filter(({ saved }) => saved.numerator > 0n)
    .sort((a, b) => compare(b.saved, a.saved));
  return {
    without,
    withoutUsd: toNumber(without.total),
    choices,
    tried: candidates.length,
    isEstimated: priced.commitmentPrices.isEstimated,
  };
}

/** What the scenario commits to stands aside: the search begins from nothing. */
function withoutCommitments({ input, ...rest }: Priced): Priced {
  const { reservedInstances: _reserved, savingsPlans: _plans, ...other } = input.other ?? {};
  return { ...rest, input: { ...input, other } };
}

function planCandidates(
  key: SavingsPlanKey,
  hours: UsageHours,
  types: readonly string[],
  priced: Priced,
): Commitment[] {
  const families = key.startsWith('compute') ? [null] : familiesOf(types);
  return families.flatMap((family): Commitment[] => {
    const profile = profileOf(hours, priced, (type) =>
      family === null || instanceFamily(type) === family
        ? priced.commitmentPrices.rate(key, type)
        : undefined,
    );
    const usdPerHour = bestPlanCommitment(profile);
    return usdPerHour.numerator === 0n ? [] : [{ kind: 'savings-plan', key, family, usdPerHour }];
  });
}

function reservationCandidate(
  key: ReservedKey,
  type: string,
  hours: UsageHours,
  priced: Priced,
): Commitment[] {
  const effective = priced.commitmentPrices.effective(key, type);
  if (effective === undefined) return [];
  const family = instanceFamily(type);
  const isFlexible = !NOT_FLEXIBLE.includes(family);
  // A size that AWS does not have cannot be reserved either: types made up in a scenario.
  if (isFlexible && normalisedQuarters(type) === undefined) return [];
  const profile = profileOf(hours, priced, (other) =>
    instanceFamily(other) === family ? effective : undefined,
  );
  const { count } = bestReservationCount(profile, { type, effective, isFlexible });
  return count === 0 ? [] : [{ kind: 'reserved', key, type, count }];
}

/** Families whose reservations keep to their size (AWS EC2 user guide, apply_ri.md). */
const NOT_FLEXIBLE: readonly string[] = ['g4ad', 'g4dn', 'g5', 'g5g', 'inf1'];

/** Hours of the types that `rateOf` has a rate for. */
function profileOf(
  hours: UsageHours,
  { input }: Priced,
  rateOf: (type: string) => Money | undefined,
): HourProfile[] {
  return hours.map((hour) =>
    [...hour].flatMap(([type, seconds]) => {
      const rate = rateOf(type);
      const onDemand = onDemandPrice(input.book, input.region, type);
      return rate === undefined || onDemand === undefined ? [] : [{ type, seconds, onDemand, rate }];
    }),
  );
}

function judged(commitment: Commitment, priced: Priced, without: Bill): CommitmentChoice {
  const { bill } = billWith(priced, [commitment]);
  let covered: Money = ZERO;
  let unused: Money = ZERO;
  let worth: Money = ZERO;
  for (const { dimension, type, amount, quantity } of bill.lines) {
    if (dimension === 'sp:unused' || dimension === 'ec2:ri-unused') unused = add(unused, amount);
    if (dimension !== 'ec2:sp-covered' && dimension !== 'ec2:ri-covered') continue;
    covered = add(covered, amount);
    worth = add(
      worth,
      multiply(onDemandPrice(priced.input.book, priced.input.region, type) ?? ZERO, quantity),
    );
  }
  const share = (part: Money, whole: Money) => (whole.numerator === 0n ? 0 : ratio(divide(part, whole)));
  const saved = subtract(without.total, bill.total);
  return {
    commitment,
    bill,
    totalUsd: toNumber(bill.total),
    savedUsd: toNumber(saved),
    saved,
    used: share(covered, add(covered, unused)),
    breakEven: share(covered, worth),
  };
}

function ratio({ numerator, denominator }: Money): number {
  return Number((numerator * 10n ** 12n) / denominator) / 1e12;
}
