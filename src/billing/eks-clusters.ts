import { type BillContext, billedRange, endOf, require, startedHours } from './bill-context.ts';
import { WHOLE_SECONDS } from './billed-time.ts';
import type { EksCluster } from './usage.ts';

/** Extended support is billed since. Source: AWS containers blog, "Amazon EKS extended support pricing". */
const EXTENDED_BILLED_FROM_MS = Date.UTC(2024, 3, 1);

/** Support of the version in force, from an instant on. */
interface SupportPhase {
  readonly fromMs: number;
  readonly phase: 'standard' | 'extended';
}

/**
 * Posts EKS control planes: each second (or started hour, by the rules of the bill: AWS does not say) at the
 * price of the support that the Kubernetes version in force has when it begins. Extended support costs its own
 * price in all, from the day the version leaves standard support. Source: Amazon EKS pricing page; Amazon EKS
 * user guide, kubernetes-versions.adoc.
 *
 * Notes `unknown-version`, `unordered-states`, and `version-past-end-of-support` for a cluster that lives on a
 * version that EKS would have upgraded by force.
 */
export function billEksClusters(context: BillContext, clusters: readonly EksCluster[]): void {
  for (const cluster of clusters) {
    if (!isPossible(context, cluster)) continue;
    const phases = supportPhases(context, cluster);
    for (const [index, { fromMs, phase }] of phases.entries()) {
      const untilMs = phases[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
      postPhase(context, cluster, phase, { fromMs, untilMs });
    }
  }
}

function isPossible(context: BillContext, cluster: EksCluster): boolean {
  const { id, startMs, versions } = cluster;
  const times = versions.map(({ fromMs }) => fromMs);
  const isOrdered = times[0] === startMs && times.every((ms, index) => index === 0 || ms > times[index - 1]!);
  if (!require(context, isOrdered, 'unordered-states', id)) return false;
  const isKnown = versions.every(({ version }) => context.rules.eksSupport.has(version));
  if (!require(context, isKnown, 'unknown-version', id)) return false;
  const endMs = Math.min(endOf(context, cluster), context.rules.period.endMs);
  const isSupported = versions.every(({ version, fromMs }, index) => {
    const untilMs = Math.min(endMs, versions[index + 1]?.fromMs ?? endMs);
    return untilMs <= fromMs || untilMs <= context.rules.eksSupport.get(version)!.extendedUntilMs;
  });
  return require(context, isSupported, 'version-past-end-of-support', id);
}

function supportPhases({ rules }: BillContext, { versions }: EksCluster): SupportPhase[] {
  return versions.flatMap(({ version, fromMs }, index): SupportPhase[] => {
    const untilMs = versions[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    const extendedMs = Math.max(rules.eksSupport.get(version)!.standardUntilMs, EXTENDED_BILLED_FROM_MS);
    const phases: SupportPhase[] = [];
    if (extendedMs > fromMs) phases.push({ fromMs, phase: 'standard' });
    if (extendedMs < untilMs) phases.push({ fromMs: Math.max(fromMs, extendedMs), phase: 'extended' });
    return phases;
  });
}

function postPhase(
  context: BillContext,
  cluster: EksCluster,
  phase: SupportPhase['phase'],
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): void {
  const { id, region, startMs } = cluster;
  const isProrated = context.rules.eksHours === 'prorate';
  const range = isProrated ? billedRange(context, cluster, WHOLE_SECONDS) : startedHours(context, cluster);
  const stepSeconds = isProrated ? 1 : 3600;
  // Steps of one second or hour, counted from the start of the cluster, that begin inside the phase.
  const before = (ms: number) =>
    Math.min(range.to, Math.max(0, Math.ceil((ms - startMs) / (1000 * stepSeconds))));
  const steps = before(untilMs) - Math.max(range.from, before(fromMs));
  if (steps <= 0) return;
  const line = context.ledger.line({
    service: 'AmazonEKS',
    dimension: `eks:${phase}`,
    region,
    az: '-',
    type: '-',
    option: '-',
    unit: 'Hrs',
    price: context.prices.need(`eks/${region}/${phase}`),
  });
  context.ledger.post(line, id, steps * stepSeconds, 3600);
}
