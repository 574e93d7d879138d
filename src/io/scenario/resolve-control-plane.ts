import { atOnce, type ClusterUpgradeSettings, upgradeSettings } from '../../model/cluster-upgrade.ts';
import type { FleetGroup, PlatformPlan } from '../../model/plan.ts';
import type { SelfRunControlPlanePlan } from '../../model/self-run-control-plane.ts';
import { GIB } from '../../units.ts';
import type { ControlPlaneInput, UpgradesInput } from './control-plane-schema.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Path } from './locate.ts';
import { parseRatePerHour } from './rates.ts';
import { durationMs, resolveDistribution } from './resolve-distribution.ts';
import { bytes, type TypeBook } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import { present } from './scheduler-options.ts';

type SelfRunInput = Exclude<ControlPlaneInput, string>;
type ControlPlane = Extract<PlatformPlan, { kind: 'kubernetes' }>['controlPlane'];

/** The control plane of a platform with such a fleet; types and zones that do not exist are reported. */
export function resolveControlPlane(
  input: ControlPlaneInput,
  fleet: readonly Pick<FleetGroup, 'zones'>[],
  { path, book, resolving }: { readonly path: Path; readonly book: TypeBook; readonly resolving: Resolving },
): ControlPlane {
  if (typeof input === 'string') return input;
  book.lookUp(input.type, [...path, 'type']);
  const failuresPerHour = input.failures === undefined ? undefined : parseRatePerHour(input.failures)!;
  return {
    kind: 'self-run',
    type: input.type,
    zones: zonesOfMasters(input, fleet, path, resolving),
    rootGiB: wholeGiB(input.root, [...path, 'root'], resolving),
    etcdGiB: wholeGiB(input.etcd, [...path, 'etcd'], resolving),
    loadBalancer: input.loadBalancer,
    launch: resolveDistribution(input.launch, [...path, 'launch'], resolving),
    boot: resolveDistribution(input.boot, [...path, 'boot'], resolving),
    replaceAfterMs: durationMs(input.replaceAfter),
    leaseMs: durationMs(input.lease),
    electionMs: durationMs(input.election),
    ...(failuresPerHour !== undefined && { failuresPerHour }),
  };
}

/** Masters go round the zones; a plan says the zone of each. */
function zonesOfMasters(
  input: SelfRunInput,
  fleet: readonly Pick<FleetGroup, 'zones'>[],
  path: Path,
  { context, sections, problems }: Resolving,
): SelfRunControlPlanePlan['zones'] {
  const { region } = sections.head;
  const known = context.catalogue.regions.includes(region) ? context.catalogue.zones(region) : [];
  for (const [index, zone] of (input.zones ?? []).entries()) {
    if (known.length === 0 || known.includes(zone)) continue;
    problems.error('E1204', [...path, 'zones', index], `there is no zone "${zone}" in ${region}`, {
      hint: didYouMean(zone, known),
    });
  }
  const own = [...new Set(fleet.flatMap(({ zones }) => zones))];
  const zones = input.zones ?? (own.length > 0 ? own : known);
  const count =
    input.masters ?? (input.zones === undefined ? (zones.length >= 3 ? 3 : 1) : input.zones.length);
  if (count % 2 === 0) {
    const message = `${count} masters tolerate no more losses than ${count - 1}: their number is odd`;
    problems.error('E1103', [...path, 'zones'], message, { hint: 'masters: 3 puts three of them there' });
  }
  if (input.masters !== undefined && zones.length > input.masters && input.zones !== undefined) {
    const message = `there are more zones (${zones.length}) than masters (${input.masters})`;
    problems.error('E1103', [...path, 'zones'], message);
  }
  return Array.from({ length: count }, (_, index) => zones[index % Math.max(1, zones.length)] ?? '');
}

function wholeGiB(input: string | number, path: Path, { problems }: Resolving): number {
  const amount = bytes(input) / GIB;
  if (!Number.isInteger(amount) || amount < 1)
    problems.error('E1103', path, `${input} is not a whole number of GiB, at least one`);
  return amount;
}

/** What the scenario says of upgrades; the rest has the defaults of the control plane. */
export function resolveUpgrades(
  input: UpgradesInput | undefined,
  controlPlane: ControlPlane,
  { path, resolving }: { readonly path: Path; readonly resolving: Resolving },
): Partial<ClusterUpgradeSettings> | undefined {
  if (input === undefined) return undefined;
  const { controlPlane: whole, drainTimeout, postDrain, interval, validationTimeout, ...rest } = input;
  const ms = (text: typeof whole) => (text === undefined ? undefined : durationMs(text));
  const upgrades = present({
    ...rest,
    controlPlaneMs: ms(whole),
    drainTimeoutMs: ms(drainTimeout),
    postDrainMs: ms(postDrain),
    intervalMs: ms(interval),
    validationTimeoutMs: ms(validationTimeout),
  }) as Partial<ClusterUpgradeSettings>;
  if (atOnce(upgradeSettings(controlPlane, upgrades)) < 1) {
    const message = 'this maxUnavailable and maxSurge leave no node that may be drained';
    resolving.problems.error('E1103', [...path, 'maxUnavailable'], message, { hint: 'maxUnavailable: 1' });
  }
  if (typeof controlPlane !== 'string' && whole !== undefined) {
    const message =
      'masters of a self-run control plane take the time that they take: boot, interval, validations';
    resolving.problems.error('E1103', [...path, 'controlPlane'], message, { part: 'key' });
  }
  return upgrades;
}
