import type { PlacementConstraint } from '../../model/ecs/task-definition.ts';
import { taskResources } from '../../model/ecs/task-resources.ts';
import type { JobPlan, ServicePlan } from '../../model/plan.ts';
import { type EcsDocument, type EcsShapes, ecsDocumentsOf } from './ecs-documents.ts';
import { EcsReader } from './ecs-reader.ts';
import { type RequestEntry, runTaskOf, serviceOf, startTaskOf } from './ecs-requests.ts';
import { checkPlacement, type Definition, type EcsContext, entries } from './ecs-task-template.ts';
import { importKey } from './load-imports.ts';
import type { Path } from './locate.ts';
import type { Resolving } from './resolving.ts';

export interface EcsWorkload {
  readonly services: readonly ServicePlan[];
  readonly daemons: readonly ServicePlan[];
  readonly jobs: readonly JobPlan[];
}

/**
 * Services and jobs of the plan from documents of the ECS API. What ECS would refuse is an error where it is written
 * (E2011); what is not simulated is left out with a warning (W2011). `claim` keeps the names of the workload apart.
 */
export function resolveEcs(resolving: Resolving, claim: (name: string, path: Path) => void): EcsWorkload {
  const { sections, imports, problems } = resolving;
  const documents = sections.ecs.flatMap((entry) =>
    (imports.ecsDocuments.get(importKey(entry.path)) ?? [])
      .flatMap(ecsDocumentsOf)
      .map((document) => ({ entry: entry.path, reader: new EcsReader(document, problems) })),
  );
  const of = (...kinds: readonly EcsDocument['kind'][]) =>
    documents.filter(({ reader }) => kinds.includes(reader.document.kind));
  for (const { reader } of of('unknown')) {
    reader.leftOut([], 'it is no task definition, service, RunTask or StartTask request, nor a list of them');
  }
  for (const { reader } of of('containerInstance')) {
    reader.leftOut([], 'container instances are no workload: the fleet says what there is');
  }
  const context: EcsContext = {
    resolving,
    definitions: readDefinitions(of('taskDefinition').map(({ reader }) => reader)),
    zones: readSubnets(of('subnet').map(({ reader }) => reader)),
    nameOf: uniqueNames(),
    claim,
  };
  const requests = (...kinds: readonly EcsDocument['kind'][]): readonly RequestEntry[] => of(...kinds);
  const services = requests('service').flatMap((entry) => serviceOf(entry, context));
  return {
    services: services.filter(({ daemon }) => daemon !== true),
    daemons: services.filter(({ daemon }) => daemon === true),
    jobs: requests('runTask', 'startTask').flatMap((entry) =>
      entry.reader.document.kind === 'runTask' ? runTaskOf(entry, context) : startTaskOf(entry, context),
    ),
  };
}

/**
 * Task definitions by what requests call them: `family:revision`, and `family` for the latest. One without a revision is
 * the next of its family, as if it were registered in turn.
 */
function readDefinitions(readers: readonly EcsReader[]): EcsContext['definitions'] {
  const definitions = new Map<string, Definition>();
  const latest = new Map<string, number>();
  for (const reader of readers) {
    const value = reader.read('taskDefinition');
    if (value === undefined) continue;
    const revision = value.revision ?? (latest.get(value.family) ?? 0) + 1;
    const name = `${value.family}:${revision}`;
    if (definitions.has(name)) reader.error(['family'], `there are two of revision ${revision}`);
    const definition = { value, reader, isSound: isSound(value, reader) };
    definitions.set(name, definition);
    if (revision < (latest.get(value.family) ?? 0)) continue;
    latest.set(value.family, revision);
    definitions.set(value.family, definition);
  }
  return definitions;
}

/** Would ECS register it? What speaks against it is reported. */
function isSound(value: EcsShapes['taskDefinition'], reader: EcsReader): boolean {
  const sized = taskResources(value);
  if ('problems' in sized) reader.refused(sized.problems);
  const placementConstraints = entries((value.placementConstraints ?? []) as PlacementConstraint[]);
  return checkPlacement(reader, { placementConstraints }) && 'resources' in sized;
}

function readSubnets(readers: readonly EcsReader[]): ReadonlyMap<string, string> {
  const zones = new Map<string, string>();
  for (const reader of readers) {
    const subnet = reader.read('subnet');
    if (subnet !== undefined) zones.set(subnet.SubnetId, subnet.AvailabilityZone);
  }
  return zones;
}

/** Requests have no names: the family, then family-2 and so on. What no name may contain becomes a dash. */
function uniqueNames(): (family: string) => string {
  const used = new Map<string, number>();
  return (family) => {
    const clean = family.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '');
    const base = clean.slice(0, 56) || 'task';
    const count = (used.get(base) ?? 0) + 1;
    used.set(base, count);
    return count === 1 ? base : `${base}-${count}`;
  };
}
