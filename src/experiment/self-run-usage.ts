import { SELF_RUN_PREFIX } from '../billing/bill-tree.ts';
import type { Usage, VolumeUse } from '../billing/usage.ts';
import type { MasterLife } from '../controllers/kubernetes/control-plane/masters.ts';
import type { Plan, PlatformPlan } from '../model/plan.ts';

/** What of a run decides what its masters cost. */
export interface MastersFacts {
  readonly plan: Plan;
  readonly platform: PlatformPlan;
  readonly endMs: number;
  /** Instances of masters; absent: each is there for the whole run. */
  readonly masters?: readonly MasterLife[];
}

/** Usage that masters of one's own have a part in. */
export type MastersUsage = Required<Pick<Usage, 'instances' | 'volumes' | 'loadBalancers'>>;

/**
 * What the masters of a self-run control plane used: instances with their root volumes for as long as they ran, the volumes
 * of etcd and the load balancer of the API for the whole run. Empty where the platform has none.
 */
export function mastersUsage(facts: MastersFacts): MastersUsage {
  const { plan, platform, endMs } = facts;
  const none = { instances: [], volumes: [], loadBalancers: [] };
  if (platform.kind !== 'kubernetes' || typeof platform.controlPlane === 'string') return none;
  const { type, zones, rootGiB, etcdGiB, loadBalancer } = platform.controlPlane;
  const { region, startEpochMs } = plan;
  const span = (fromMs: number, toMs: number) => ({
    startMs: startEpochMs + fromMs,
    endMs: startEpochMs + toMs,
  });
  const lives =
    facts.masters ?? zones.map((zone, master) => ({ master, zone, runningMs: 0, endMs: Number.NaN }));
  const turns = zones.map(() => 0);
  const machines = lives.map((life) => {
    turns[life.master]! += 1;
    const id = `${SELF_RUN_PREFIX}master-${life.master + 1}.${turns[life.master]}`;
    const toMs = Number.isNaN(life.endMs) ? endMs : life.endMs;
    return { id, region, zone: life.zone, ...span(life.runningMs, toMs) };
  });
  const volume = (id: string, sizeGiB: number) => ({ id, type: 'gp3', sizeGiB }) as const;
  const etcd = zones.flatMap((zone, index) =>
    ['etcd-main', 'etcd-events'].map((name): VolumeUse => {
      const id = `${SELF_RUN_PREFIX}master-${index + 1}/${name}`;
      return { ...volume(id, etcdGiB), region, zone, ...span(0, endMs) };
    }),
  );
  return {
    instances: machines.map(({ id, zone, startMs, endMs: goneMs }) => ({
      id,
      region,
      zone,
      type,
      platform: 'linux',
      tenancy: 'default',
      option: 'od',
      visits: [{ startMs, endMs: goneMs, endedBy: 'user' }],
    })),
    volumes: [...machines.map(({ id, ...life }) => ({ ...volume(`${id}/root`, rootGiB), ...life })), ...etcd],
    loadBalancers:
      loadBalancer === 'none'
        ? []
        : [
            {
              id: `${SELF_RUN_PREFIX}api`,
              region,
              kind: loadBalancer === 'network' ? 'nlb' : 'clb',
              ...span(0, endMs),
              publicZones: [],
              traffic: new Map(),
            },
          ],
  };
}

/** Both together; `own` may be absent. */
export function withMasters(own: Usage | undefined, masters: MastersUsage): Usage {
  return {
    ...own,
    instances: [...(own?.instances ?? []), ...masters.instances],
    volumes: [...(own?.volumes ?? []), ...masters.volumes],
    loadBalancers: [...(own?.loadBalancers ?? []), ...masters.loadBalancers],
  };
}
