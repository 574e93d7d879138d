import { ASSUMED_UTILISATION, embodiedGrams, energyKwh, type Footprints } from '../model/footprint.ts';
import type { MetricName } from '../model/metrics.ts';
import { HOUR } from '../units.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { runningMs } from './run-integrals.ts';

type FootprintMetrics = Pick<
  Record<MetricName, number | null>,
  'energy' | 'carbon.use' | 'carbon.embodied' | 'carbon.total'
>;

/** Hours that each instance type ran, booting and draining included. */
export function typeHours(run: ClusterRun, endMs: number): Map<string, number> {
  const hours = new Map<string, number>();
  for (const record of run.instances.records) {
    const { typeName } = run.store.shapes[record.shape]!;
    hours.set(typeName, (hours.get(typeName) ?? 0) + runningMs(record, endMs) / HOUR);
  }
  return hours;
}

/**
 * Energy and emissions of the instances, an estimate from published averages. Each is null as soon as something that ran
 * has no published figure. `utilisation`: of the CPU, where it is known; null takes half.
 */
export function footprintMetrics(
  hours: ReadonlyMap<string, number>,
  { types, gridGramsPerKwh }: Footprints,
  utilisation: number | null,
): FootprintMetrics {
  let energy: number | null = 0;
  let embodied: number | null = 0;
  for (const [name, ran] of hours) {
    if (ran === 0) continue;
    const type = types.get(name);
    const { perVcpu = null, perGpu = null, gpus = 0, vcpus = 0, embodiedGrams: server = null } = type ?? {};
    if (energy === null || perVcpu === null || (gpus > 0 && perGpu === null)) energy = null;
    else {
      energy += energyKwh(ran * vcpus, perVcpu, utilisation ?? ASSUMED_UTILISATION);
      if (perGpu !== null) energy += energyKwh(ran * gpus, perGpu, ASSUMED_UTILISATION);
    }
    if (embodied === null || server === null || type === undefined) embodied = null;
    else embodied += embodiedGrams(server, ran, vcpus, type.serverVcpus);
  }
  const use = energy === null || gridGramsPerKwh === null ? null : energy * gridGramsPerKwh;
  return {
    energy,
    'carbon.use': use,
    'carbon.embodied': embodied,
    'carbon.total': use === null || embodied === null ? null : use + embodied,
  };
}

/** What the estimates of a run rest on, and for what there is none; empty without footprints. */
export function footprintNotes(
  hours: ReadonlyMap<string, number>,
  footprints: Footprints,
  region: string,
): string[] {
  const ran = [...hours].filter(([, time]) => time > 0).map(([name]) => name);
  const without = (isMissing: (name: string) => boolean) => ran.filter(isMissing).sort().join(', ');
  const unpowered = without((name) => {
    const type = footprints.types.get(name);
    return type === undefined || type.perVcpu === null || (type.gpus > 0 && type.perGpu === null);
  });
  const unmade = without((name) => (footprints.types.get(name)?.embodiedGrams ?? null) === null);
  return [
    ...(unpowered === '' ? [] : [`Energy is unknown: no source has the power of ${unpowered}.`]),
    ...(footprints.gridGramsPerKwh === null
      ? [`Emissions are unknown: no source has the grid of ${region}.`]
      : []),
    ...(unmade === '' ? [] : [`Embodied emissions are unknown: no source has those of ${unmade}.`]),
  ];
}
