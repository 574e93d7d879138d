import { loadBalancerId } from '../billing/run-record.ts';
import type { LoadBalancerUse, Usage } from '../billing/usage.ts';
import type { BillingPlan, LoadBalancerBilling } from '../model/billing-plan.ts';
import { HOUR } from '../units.ts';
import { daysOf, monthsOf, shareOut } from './even-shares.ts';
import type { UsageFacts } from './run-usage.ts';

/** Traffic and logs as stated for each hour that a task holds its place, times the hours of the run. */

/** Traffic of the tasks behind a balancer; undefined when no service has it. */
export function loadBalancer(
  facts: UsageFacts,
  name: string,
  one: LoadBalancerBilling,
): LoadBalancerUse | undefined {
  const { plan, endMs, heldMs, zones } = facts;
  const behind = plan.workload.services.filter(({ loadBalancer: balancer }) => balancer?.name === name);
  const kind = behind[0]?.loadBalancer?.kind;
  if (kind === undefined) return undefined;
  const taskMs = behind.reduce((sum, service) => sum + (heldMs.get(service.name) ?? 0n), 0n);
  const total = (perTaskHour: number) => Number((BigInt(perTaskHour) * taskMs) / BigInt(HOUR));
  const activeMinutes = 60 * total(one.activeConnections);
  const { region, startEpochMs } = plan;
  const common = {
    id: loadBalancerId(name),
    region,
    startMs: startEpochMs,
    endMs: startEpochMs + endMs,
    publicZones: one.isPublic ? zones : [],
  };
  // Every dimension grows with the number of tasks, so the same one leads in every hour: the units of all hours
  // are those of their sum.
  switch (kind) {
    case 'application': {
      const traffic = {
        newConnections: total(one.newConnections),
        activeConnectionMinutes: activeMinutes,
        bytes: total(one.bytes),
        lambdaBytes: 0,
        requests: total(one.requests),
        rules: one.rules,
      };
      return { ...common, kind: 'alb', traffic: new Map([[0, traffic]]) };
    }
    case 'network': {
      const tcp = {
        newFlows: total(one.newConnections),
        activeFlowMinutes: activeMinutes,
        bytes: total(one.bytes),
      };
      return { ...common, kind: 'nlb', traffic: new Map([[0, { tcp }]]) };
    }
    case 'classic':
      return { ...common, kind: 'clb', traffic: new Map([[0, { bytes: total(one.bytes) }]]) };
  }
}

/** Bytes of all tasks of a group over the run. */
function groupBytes({ heldMs }: UsageFacts, group: string, bytesPerTaskHour: number): bigint {
  return (BigInt(bytesPerTaskHour) * (heldMs.get(group) ?? 0n)) / BigInt(HOUR);
}

/** NAT gateways share the traffic alike. */
export function natGateways(facts: UsageFacts, billing: BillingPlan): NonNullable<Usage['natGateways']> {
  const { plan, endMs } = facts;
  const span = { startMs: plan.startEpochMs, endMs: plan.startEpochMs + endMs };
  let bytes = billing.registry?.pullsThroughNat === true ? facts.pulledBytes : 0n;
  for (const [group, { natBytes }] of billing.traffic) bytes += groupBytes(facts, group, natBytes);
  const parts = shareOut(
    bytes,
    billing.natZones.map(() => 1n),
  );
  return billing.natZones.map((zone, index) => {
    const traffic = monthsOf(span).map(({ atMs, share }) => ({ atMs, bytes: share(parts[index]!) }));
    return { id: `nat/${zone}`, region: plan.region, zone, ...span, traffic };
  });
}

/** To the internet from where the tasks ran; between tasks, which ran in these zones on both sides. */
export function transfers(facts: UsageFacts, billing: BillingPlan): NonNullable<Usage['transfers']> {
  const { plan, endMs, zones } = facts;
  const { region } = plan;
  const span = { startMs: plan.startEpochMs, endMs: plan.startEpochMs + endMs };
  const list: NonNullable<Usage['transfers']>[number][] = [];
  for (const [group, { internetBytes, betweenTasksBytes }] of billing.traffic) {
    const weights = zones.map((zone) => facts.heldByZone.get(group)?.get(zone) ?? 0n);
    const internet = shareOut(groupBytes(facts, group, internetBytes), weights);
    const between = shareOut(groupBytes(facts, group, betweenTasksBytes), weights);
    zones.forEach((zone, index) => {
      const from = { region, zone };
      for (const { atMs, share } of monthsOf(span)) {
        const out = share(internet[index]!);
        const id = `transfer/${group}/${zone}/${atMs}`;
        if (out > 0)
          list.push({ id: `${id}/internet`, kind: 'internet-out', from, to: null, bytes: out, atMs });
        const receivers = shareOut(BigInt(share(between[index]!)), weights);
        zones.forEach((other, position) => {
          const bytes = Number(receivers[position]!);
          if (bytes === 0 || other === zone) return;
          list.push({
            id: `${id}/${other}`,
            kind: 'private',
            from,
            to: { region, zone: other },
            bytes,
            atMs,
          });
        });
      }
    });
  }
  return list;
}

/** What tasks log comes in evenly: each day of the run is counted at its middle. */
export function logGroups(facts: UsageFacts, billing: BillingPlan): NonNullable<Usage['logGroups']> {
  const { plan, endMs } = facts;
  const { logRetentionDays: retentionDays, scannedBytes } = billing.monitoring;
  const span = { startMs: plan.startEpochMs, endMs: plan.startEpochMs + endMs };
  const groups = [...billing.traffic].flatMap(([group, { logBytes }]) => {
    const bytes = groupBytes(facts, group, logBytes);
    if (bytes === 0n) return [];
    const ingested = daysOf(span).map(({ atMs, share }) => ({ atMs, bytes: share(bytes) }));
    return [{ id: `logs/${group}`, region: plan.region, ingested, scanned: [], retentionDays }];
  });
  if (scannedBytes === 0) return groups;
  const scanned = [{ atMs: span.startMs, bytes: scannedBytes }];
  return [...groups, { id: 'logs', region: plan.region, ingested: [], scanned, retentionDays }];
}
