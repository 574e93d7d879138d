import { HOUR } from '../units.ts';
import type { Problems } from './billing-problem.ts';
import type { BillRules, Span, Usage } from './usage.ts';

/** Notes what makes usage no usage: a period off the clock, ids used twice, ends before starts, broken terms. */
export function checkUsage(usage: Usage, { period }: BillRules, problems: Problems): void {
  if (period.startMs >= period.endMs) problems.add('empty-period', '-');
  if (period.startMs % HOUR !== 0 || period.endMs % HOUR !== 0) problems.add('period-not-hour-aligned', '-');

  checkIds(usage, problems);
  const spanOf = (id: string, span: Span) => {
    if (span.endMs !== null && span.endMs < span.startMs) problems.add('end-before-start', id);
  };
  for (const { id, visits } of usage.instances ?? []) {
    for (const visit of visits) spanOf(id, visit);
  }
  for (const { id, pullStartMs, endMs } of [...(usage.fargateTasks ?? []), ...(usage.fargatePods ?? [])]) {
    spanOf(id, { startMs: pullStartMs, endMs });
  }
  for (const list of spanLists(usage)) {
    for (const item of list) spanOf(item.id, item);
  }
  for (const { id, snapshots } of usage.snapshotSets ?? []) {
    for (const snapshot of snapshots) spanOf(id, snapshot);
  }
  for (const { id, images } of usage.repositories ?? []) {
    for (const { pushedMs, deletedMs } of images) spanOf(id, { startMs: pushedMs, endMs: deletedMs });
  }
  for (const { id, startMs } of [...(usage.reservedInstances ?? []), ...(usage.savingsPlans ?? [])]) {
    if (startMs % HOUR !== 0) problems.add('term-not-hour-aligned', id);
  }
}

function spanLists(usage: Usage): (readonly (Span & { readonly id: string })[])[] {
  return [
    usage.capacityReservations ?? [],
    usage.volumes ?? [],
    usage.loadBalancers ?? [],
    usage.addresses ?? [],
    usage.natGateways ?? [],
    usage.eksClusters ?? [],
    usage.externalInstances ?? [],
    usage.cloudwatch ?? [],
  ];
}

function checkIds(usage: Usage, problems: Problems): void {
  const { spotPrices: _, ...lists } = usage;
  const seen = new Set<string>();
  let count = 0;
  for (const list of Object.values(lists) as (readonly { readonly id: string }[])[]) {
    for (const { id } of list) {
      count += 1;
      if (seen.add(id).size < count) {
        problems.add('duplicate-id', id);
        count = seen.size;
      }
    }
  }
}
