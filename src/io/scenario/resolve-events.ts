import { assert } from '../../errors.ts';
import { EKS_VERSIONS } from '../../model/eks-versions.ts';
import type { PlatformPlan, ServicePlan } from '../../model/plan.ts';
import type { PlanEvent } from '../../model/service-plan.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Path } from './locate.ts';
import { parseShare } from './rates.ts';
import { durationMs } from './resolve-distribution.ts';
import { resolveTemplate } from './resolve-template.ts';
import type { Resolving } from './resolving.ts';
import type { Entry } from './sections.ts';
import type { EventInput } from './service-schema.ts';

/** What events may name. */
export interface EventSubjects {
  readonly services: readonly Pick<ServicePlan, 'name'>[];
  readonly fleets: readonly { readonly name: string; readonly zones: readonly string[] }[];
  readonly platforms: readonly PlatformPlan[];
  /** Kubernetes objects that can be restarted. */
  readonly objects: readonly string[];
}

/** The events of a scenario in order of time; names that do not exist are reported. */
export function resolveEvents(subjects: EventSubjects, resolving: Resolving): PlanEvent[] {
  const { services, fleets, platforms, objects } = subjects;
  const masters = platforms.flatMap((platform) =>
    platform.kind === 'kubernetes' && typeof platform.controlPlane !== 'string'
      ? platform.controlPlane.zones
      : [],
  );
  const known: Known = {
    objects,
    names: services.map(({ name }) => name),
    zones: [...new Set([...fleets.flatMap((group) => group.zones), ...masters])],
    groups: [...new Set(fleets.map(({ name }) => name))],
    masters: [...new Set(masters)],
    hasKubernetes: platforms.some(({ kind }) => kind === 'kubernetes'),
  };
  const events = resolving.sections.events.flatMap((entry) => resolveEvent(entry, known, resolving));
  return events.sort((a, b) => a.atMs - b.atMs);
}

interface Known {
  readonly objects: readonly string[];
  readonly names: readonly string[];
  readonly zones: readonly string[];
  readonly groups: readonly string[];
  /** Zones of masters. */
  readonly masters: readonly string[];
  readonly hasKubernetes: boolean;
}

function resolveEvent({ path, value }: Entry<EventInput>, known: Known, resolving: Resolving): PlanEvent[] {
  const { problems, sections } = resolving;
  const atMs = durationMs(value.at);
  const mustBe = (noun: string, key: string, name: string | undefined, among: readonly string[]) => {
    if (name === undefined || among.includes(name) || !sections.isComplete) return;
    problems.error('E1204', [...path, key], `there is no ${noun} "${name}"`, {
      hint: didYouMean(name, among),
    });
  };
  switch (value.kind) {
    case 'deploy': {
      mustBe('service', 'service', value.service, known.names);
      const owner = { path, name: value.service, isForRows: false };
      const template =
        value.template === undefined ? null : resolveTemplate(value.template, owner, resolving);
      if (template === undefined) return [];
      const { failing } = value;
      const share = failing === undefined ? 0 : parseShare(failing.share);
      assert(share !== undefined, 'the schema accepts only shares that can be read');
      const fails = failing === undefined ? null : { at: failing.at, share };
      return [{ kind: 'deploy', atMs, service: value.service, template, failing: fails }];
    }
    case 'restart':
      mustBe('Deployment, StatefulSet or DaemonSet', 'object', value.object, known.objects);
      return [{ kind: 'restart', atMs, object: value.object }];
    case 'outage': {
      mustBe('zone', 'zone', value.zone, known.zones);
      const untilMs = value.until === undefined ? null : durationMs(value.until);
      if (untilMs !== null && untilMs <= atMs)
        problems.error('E1103', [...path, 'until'], `${value.until!} is not after ${value.at}`);
      return [{ kind: 'outage', atMs, untilMs, zone: value.zone }];
    }
    case 'disconnect':
      mustBe('instance group', 'group', value.group, known.groups);
      mustBe('zone', 'zone', value.zone, known.zones);
      return [
        {
          kind: 'disconnect',
          atMs,
          lastingMs: durationMs(value.for),
          group: value.group,
          zone: value.zone ?? null,
          count: value.count ?? null,
        },
      ];
    case 'drain':
      mustBe('instance group', 'group', value.group, known.groups);
      mustBe('zone', 'zone', value.zone, known.zones);
      return [
        { kind: 'drain', atMs, group: value.group, zone: value.zone ?? null, count: value.count ?? null },
      ];
    case 'upgrade':
      for (const group of value.groups ?? []) mustBe('instance group', 'groups', group, known.groups);
      checkUpgrade(value.version, path, known, resolving);
      return [{ kind: 'upgrade', atMs, version: value.version ?? null, groups: value.groups ?? null }];
    case 'master-loss':
      if (known.masters.length === 0 && sections.isComplete) {
        const message = 'no platform has masters of its own that could be lost';
        problems.error('E1103', path, message, { hint: 'controlPlane: { kind: self-run, masters: 3 }' });
      } else mustBe('master in zone', 'zone', value.zone, known.masters);
      return [{ kind: 'master-loss', atMs, zone: value.zone ?? null, count: value.count }];
  }
}

/** The version decides about what EKS charges support by, and brings a scheduler of 1.34 another one. */
function checkUpgrade(
  version: string | undefined,
  path: Path,
  { hasKubernetes }: Known,
  { problems, sections }: Resolving,
): void {
  if (!hasKubernetes && sections.isComplete)
    problems.error('E1103', path, 'no platform is of kind kubernetes: there is nothing to upgrade');
  if (version === undefined) return;
  const known = [...EKS_VERSIONS.keys()];
  const at = [...path, 'version'];
  const isOld = ({ value }: (typeof sections.platforms)[number]) =>
    value.kind === 'kubernetes' && value.version === '1.34';
  if (sections.head.billing?.eks === undefined) {
    if (sections.platforms.some(isOld) && /^1\.\d+$/.test(version)) return;
    const message =
      'the version of an upgrade only matters to the support that EKS charges for, and to a scheduler of version 1.34';
    const hint = 'billing: { eks: { version: "1.30" } } says which one the cluster begins with';
    problems.error('E1103', at, message, { hint });
  } else if (!known.includes(version)) {
    problems.error('E1204', at, `no support dates are known of version "${version}"`, {
      hint: didYouMean(version, known) ?? `known are ${known.join(', ')}`,
    });
  }
}
