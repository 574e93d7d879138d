import { assert } from '../../errors.ts';
import type { EmpiricalPlan, JobPlan, ServicePlan, TracePlan, WorkloadPlan } from '../../model/plan.ts';
import { REGISTRATION_DEFAULTS_MS } from '../../model/load-balancer-defaults.ts';
import { parseColumnMap } from '../traces/column-map.ts';
import { copyNames } from './copy-names.ts';
import { importKey } from './load-imports.ts';
import type { Path } from './locate.ts';
import { parseShare } from './rates.ts';
import { resolveArrivals } from './resolve-arrivals.ts';
import { durationMs, resolveDistribution } from './resolve-distribution.ts';
import { resolveEcs } from './resolve-ecs.ts';
import { resolveEcsService } from './resolve-ecs-service.ts';
import { resolveManifests } from './resolve-manifests.ts';
import { resolveBehaviour, resolveRollout } from './resolve-services.ts';
import { resolveTemplate } from './resolve-template.ts';
import type { Resolving } from './resolving.ts';
import type { Entry } from './sections.ts';
import type { DaemonInput } from './service-schema.ts';
import type { EmpiricalInput, JobInput, ServiceInput, TraceInput } from './workload-schema.ts';

/** The workload; entries that cannot be resolved are reported and left out. */
export function resolveWorkload(resolving: Resolving): WorkloadPlan {
  const { services, daemons, jobs, traces, distributions } = resolving.sections;
  const names = new GroupNames(resolving);
  const manifests = resolveManifests(resolving);
  const own = {
    services: services.flatMap((entry) => resolveService(entry, names, resolving)),
    daemons: daemons.flatMap((entry) => resolveDaemon(entry, names, resolving)),
    jobs: jobs.flatMap((entry) => resolveJob(entry, names, resolving)),
  };
  const ecs = resolveEcs(resolving, (name, path) => names.claim(name, path));
  return {
    services: [...own.services, ...ecs.services, ...own.daemons, ...ecs.daemons],
    jobs: [...own.jobs, ...ecs.jobs],
    traces: traces.flatMap((entry) => resolveTrace(entry, names, resolving)),
    distributions: distributions.flatMap((entry) => resolveMeasured(entry, names, resolving)),
    ...(manifests.length > 0 && { manifests }),
  };
}

/** Services, jobs, traces and distributions share one space of names: tasks are told apart by them. */
class GroupNames {
  readonly #resolving: Resolving;
  readonly #owners = new Map<string, string>();

  constructor(resolving: Resolving) {
    this.#resolving = resolving;
  }

  claim(name: string, path: Path): void {
    const { problems, placeOf } = this.#resolving;
    const owner = this.#owners.get(name);
    if (owner === undefined) this.#owners.set(name, placeOf(path));
    else problems.error('E1205', [...path, 'name'], `the name "${name}" is taken by ${owner}`);
  }
}

function resolveService(
  { path, value }: Entry<ServiceInput>,
  names: GroupNames,
  resolving: Resolving,
): ServicePlan[] {
  const { copies, spread, loadBalancer } = value;
  const own = copies === undefined ? [value.name] : copyNames(value.name, copies);
  for (const name of own) names.claim(name, path);
  const steps = resolveReplicas(value.replicas, [...path, 'replicas'], resolving);
  const template = resolveTemplate(value.template, { path, name: value.name, isForRows: false }, resolving);
  if (template === undefined) return [];
  const isInline = typeof value.template !== 'string';
  const behaviour = {
    ...resolveBehaviour({ path, value }, resolving),
    ...(value.ecs !== undefined && { ecs: resolveEcsService(value.ecs, [...path, 'ecs'], resolving) }),
  };
  return own.map((name) => ({
    name,
    template: isInline ? { ...template, name } : template,
    ...steps,
    spread,
    loadBalancer:
      loadBalancer === undefined
        ? null
        : {
            name: loadBalancer.name ?? name,
            kind: loadBalancer.kind,
            registrationMs:
              loadBalancer.registration === undefined
                ? REGISTRATION_DEFAULTS_MS[loadBalancer.kind]
                : durationMs(loadBalancer.registration),
            ...(loadBalancer.deregistration !== undefined && {
              deregistrationMs: durationMs(loadBalancer.deregistration),
            }),
          },
    ...behaviour,
  }));
}

function resolveDaemon(
  { path, value }: Entry<DaemonInput>,
  names: GroupNames,
  resolving: Resolving,
): ServicePlan[] {
  const { name, rollout } = value;
  names.claim(name, path);
  const template = resolveTemplate(value.template, { path, name, isForRows: false }, resolving);
  if (template === undefined) return [];
  return [
    {
      name,
      template,
      replicas: [{ atMs: 0, count: 0 }],
      repeatMs: null,
      spread: 'none',
      loadBalancer: null,
      daemon: true,
      ...(rollout !== undefined && { rollout: resolveRollout(rollout) }),
    },
  ];
}

function resolveReplicas(
  input: ServiceInput['replicas'],
  path: Path,
  { problems, placeOf }: Resolving,
): Pick<ServicePlan, 'replicas' | 'repeatMs'> {
  if (typeof input === 'number') return { replicas: [{ atMs: 0, count: input }], repeatMs: null };
  const replicas = [{ atMs: durationMs(input.at), count: input.count }];
  input.then.forEach(({ at, count }, index) => {
    const atMs = durationMs(at);
    if (atMs <= replicas[replicas.length - 1]!.atMs) {
      problems.error(
        'E1103',
        [...path, 'then', index, 'at'],
        `${placeOf(path)}: ${at} is not after the step before`,
      );
    }
    replicas.push({ atMs, count });
  });
  const repeatMs = input.repeat === undefined ? null : durationMs(input.repeat);
  if (repeatMs !== null && repeatMs <= replicas[replicas.length - 1]!.atMs) {
    problems.error(
      'E1103',
      [...path, 'repeat'],
      `${placeOf(path)}: ${input.repeat!} is not after the last step`,
    );
  }
  if (replicas[0]!.atMs > 0) replicas.unshift({ atMs: 0, count: 0 });
  return { replicas, repeatMs };
}

function resolveJob({ path, value }: Entry<JobInput>, names: GroupNames, resolving: Resolving): JobPlan[] {
  const { name, count } = value;
  names.claim(name, path);
  const arrivals = resolveArrivals({ path, value }, resolving);
  const runtime = resolveDistribution(value.runtime, [...path, 'runtime'], resolving);
  const template = resolveTemplate(value.template, { path, name, isForRows: false }, resolving);
  return template === undefined || arrivals === undefined
    ? []
    : [
        {
          name,
          template,
          arrivals,
          count,
          runtime,
          ...(value.ecs !== undefined && { ecs: resolveEcsService(value.ecs, [...path, 'ecs'], resolving) }),
        },
      ];
}

function resolveTrace(
  { path, value }: Entry<TraceInput>,
  names: GroupNames,
  resolving: Resolving,
): TracePlan[] {
  const { problems, placeOf } = resolving;
  const { file, format, timeScale, runtimeScale, departures } = value;
  const name = value.name ?? fileStem(file);
  names.claim(name, path);
  const template = resolveTemplate(value.template, { path, name, isForRows: true }, resolving);
  const sha256 = resolveDigest(path, value.sha256, resolving);
  const columns = new Map(Object.entries(value.columns ?? {}));
  checkColumns(columns, { path, value }, resolving);
  let window: TracePlan['window'] = null;
  if (value.window !== undefined) {
    const [fromMs, toMs] = value.window.map(durationMs) as [number, number];
    window = { fromMs, toMs };
    if (fromMs >= toMs) {
      problems.error('E1103', [...path, 'window'], `window of ${placeOf(path)} ends before it begins`);
    }
  }
  const sample = parseShare(value.sample);
  assert(sample !== undefined, 'the schema accepts only shares that can be read');
  if (template === undefined || sha256 === undefined) return [];
  return [
    { name, format, file, sha256, window, sample, timeScale, runtimeScale, departures, columns, template },
  ];
}

/** `{traces}/a/openb_pod_list.csv.gz` → `openb_pod_list`; what no name may contain becomes a dash. */
function fileStem(file: string): string {
  const base = file.replace(/\/+$/, '').replace(/^.*\//, '');
  const stem = base
    .replace(/\..*$/, '')
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '');
  return stem.slice(0, 63) || 'trace';
}

function checkColumns(
  columns: TracePlan['columns'],
  { path, value }: Entry<TraceInput>,
  resolving: Resolving,
): void {
  const { problems, placeOf } = resolving;
  const here = [...path, 'columns'];
  if (value.format !== 'csv') {
    if (value.columns === undefined) return;
    const message = `${placeOf(path)}: the format ${value.format} has its own columns`;
    problems.error('E1203', here, message, { part: 'key', hint: 'columns are for format csv' });
    return;
  }
  const result = parseColumnMap(columns);
  for (const { key, message, hint } of 'problems' in result ? result.problems : []) {
    const isThere = columns.has(key);
    const code = isThere ? 'E1104' : 'E1101';
    const place = value.columns === undefined ? path : here;
    problems.error(code, [...here, key], `${placeOf(place)}: ${lowerFirst(message)}`, { hint });
  }
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function resolveMeasured(
  { path, value }: Entry<EmpiricalInput>,
  names: GroupNames,
  resolving: Resolving,
): EmpiricalPlan[] {
  const { name, file, scale } = value;
  names.claim(name, path);
  const template = resolveTemplate(value.template, { path, name, isForRows: true }, resolving);
  const sha256 = resolveDigest(path, value.sha256, resolving);
  return template === undefined || sha256 === undefined ? [] : [{ name, file, sha256, scale, template }];
}

function resolveDigest(
  path: Path,
  wanted: string | undefined,
  { imports, problems, placeOf }: Resolving,
): string | undefined {
  const found = imports.digests.get(importKey(path));
  if (found !== undefined && wanted !== undefined && found !== wanted.toLowerCase()) {
    const message = `${placeOf(path)} was made for another file: this one has the SHA-256 ${found}`;
    problems.error('E4006', [...path, 'sha256'], message, {
      hint: 'remove sha256 to take the file as it is',
    });
  }
  return found;
}
