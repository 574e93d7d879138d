import { assert, type Diagnostic, InputError } from '../../errors.ts';
import type { Check, Plan } from '../../model/plan.ts';
import { applySets, type SetArgument } from './apply-sets.ts';
import { checkEcsOnly } from './check-ecs-only.ts';
import { checkFit, type FitSubject } from './check-fit.ts';
import { checkQuotas } from './check-quotas.ts';
import { checkRegistration } from './check-registration.ts';
import { parseCheck } from './checks.ts';
import { diagnose } from './diagnose.ts';
import { didYouMean } from './did-you-mean.ts';
import { parseInstant } from './instant.ts';
import { loadImports } from './load-imports.ts';
import { locateNothing, type Locate, Problems, sortDiagnostics } from './locate.ts';
import { placeOf } from './place.ts';
import type { PlanContext } from './plan-context.ts';
import { type CheckedDocument, readDocument } from './read-document.ts';
import { checkKubernetesOnly } from './check-kubernetes-only.ts';
import { durationMs } from './resolve-distribution.ts';
import { withNodePools } from './resolve-autoscaler.ts';
import { isPluginFile } from './plugin-file.ts';
import { resolveBilling } from './resolve-billing.ts';
import { resolveFleet } from './resolve-fleet.ts';
import { resolvePrices } from './resolve-prices.ts';
import { resolveSlo } from './slo.ts';
import { resolveSpot } from './resolve-spot.ts';
import { resolvePlatforms } from './resolve-platforms.ts';
import { checkStartTask } from './resolve-start-task.ts';
import { TypeBook } from './resolve-types.ts';
import { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import { resolveEvents } from './resolve-events.ts';
import { copyNames } from './copy-names.ts';
import { resolveWorkload } from './resolve-workload.ts';
import type { Resolving } from './resolving.ts';
import { parseScenario, type Scenario, scenarioSchema } from './scenario-schema.ts';
import { salvagedSections, type Sections, sectionsOf } from './sections.ts';

/** Taken, and said (W2003), when a scenario has none. */
export const DEFAULT_SEED = 1;

/** A scenario file that has been read. */
export interface ScenarioBytes {
  /** As positions name it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** A valid scenario, and where its parts stand. */
export interface ReadScenario {
  readonly scenario: Scenario;
  readonly locate: Locate;
}

/** What a scenario comes to. */
export interface ResolvedPlan {
  readonly plan: Plan;
  /** W codes, in order of position. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * From the bytes of a scenario file to its plan: decoded, parsed, changed by `--set`, validated, resolved. A document
 * that is no valid scenario is resolved as far as possible before everything found is thrown together: names that do
 * not exist come with keys that do not. Errors: all E1xxx, E2xxx, E4xxx, E5001.
 */
export async function resolveScenario(file: ScenarioBytes, context: PlanContext): Promise<ResolvedPlan> {
  const document = readSetDocument(file, context.sets);
  const problems = new Problems(document.locate);
  const parsed = parseScenario(document.value);
  if (!parsed.success)
    diagnose(parsed.error.issues, { problems, root: document.value, schema: scenarioSchema });
  const sections = parsed.success ? sectionsOf(parsed.data) : salvagedSections(document.value);
  const plan = await resolveSections(sections, document.value, context, problems);
  throwErrors(problems);
  return { plan, warnings: sortDiagnostics(problems.list) };
}

/** A scenario file as a valid scenario, without looking at anything else. Errors: E1001-E1209, E5001. */
export function readScenario(file: ScenarioBytes, sets: readonly SetArgument[] = []): ReadScenario {
  const document = readSetDocument(file, sets);
  const parsed = parseScenario(document.value);
  if (parsed.success) return { scenario: parsed.data, locate: document.locate };
  const problems = new Problems(document.locate);
  diagnose(parsed.error.issues, { problems, root: document.value, schema: scenarioSchema });
  throw new InputError(sortDiagnostics(problems.list));
}

function readSetDocument({ file, bytes }: ScenarioBytes, sets: readonly SetArgument[] = []): CheckedDocument {
  return applySets(readDocument(file, bytes), sets);
}

/**
 * The plan of a valid scenario: names looked up, files read, defaults filled in. Positions in findings need `locate`.
 * Errors: E1101-E1104, E1203-E1208, E2xxx, E4xxx, all of them together, with the warnings behind the errors.
 */
export async function resolvePlan(
  scenario: Scenario,
  context: PlanContext,
  locate: Locate = locateNothing,
): Promise<ResolvedPlan> {
  const problems = new Problems(locate);
  const plan = await resolveSections(sectionsOf(scenario), scenario, context, problems);
  throwErrors(problems);
  return { plan, warnings: sortDiagnostics(problems.list) };
}

/** Throws what was found if there is an error in it: errors first, each kind in order of position. */
export function throwErrors(problems: Problems): void {
  if (!problems.hasErrors) return;
  const sorted = sortDiagnostics(problems.list);
  const isError = ({ severity }: Diagnostic) => severity === 'error';
  throw new InputError([...sorted.filter(isError), ...sorted.filter((diagnostic) => !isError(diagnostic))]);
}

/** The plan of what can be resolved. It is whole only when no error has been added to `problems`. */
export async function resolveSections(
  sections: Sections,
  root: unknown,
  context: PlanContext,
  problems: Problems,
): Promise<Plan> {
  const { head } = sections;
  const imports = await loadImports(sections, context, problems);
  const prices = await resolvePrices(sections, context, problems);
  const resolving: Resolving = {
    sections,
    context: prices === undefined ? context : { ...context, catalogue: prices.catalogue },
    imports,
    problems,
    placeOf: (path) => placeOf(path, root),
  };
  checkRegion(resolving);
  if (head.seed === undefined) {
    const hint = `seed: ${DEFAULT_SEED} makes it yours`;
    problems.warning('W2003', ['seed'], `the scenario has no seed: ${DEFAULT_SEED} is taken`, { hint });
  }
  const startEpochMs = parseInstant(head.start);
  assert(startEpochMs !== undefined, 'the schema accepts only instants that can be read');

  const book = new TypeBook(resolving);
  const fleet = resolveFleet(sections.fleet, book, resolving);
  const workload = resolveWorkload(resolving);
  const platforms = withNodePools(resolvePlatforms(fleet, book, resolving), fleet, resolving);
  const named = { startEpochMs, region: head.region, fleet, workload, platforms };
  const billing = resolveBilling(named, book, resolving);
  const fleets = [...fleet, ...platforms.flatMap((platform) => platform.fleet ?? [])];
  const objects = new ManifestSet(workload.manifests ?? []).restartable;
  const events = resolveEvents({ services: workload.services, fleets, platforms, objects }, resolving);
  const { id, date } = head.catalogue ?? resolving.context.catalogue;
  const metrics = (head.metrics ?? []).filter((file, index) =>
    isPluginFile(file, ['metrics', index], resolving),
  );
  const plan: Plan = {
    version: 1,
    name: head.name,
    description: head.description,
    seed: head.seed ?? DEFAULT_SEED,
    startEpochMs,
    horizonMs: durationMs(head.horizon),
    region: head.region,
    types: book.used,
    catalogue: { id, date },
    ...(prices !== undefined && { prices: prices.plan }),
    ...resolveSpot(fleet, platforms, resolving),
    fleet,
    workload,
    platforms,
    ...(billing !== undefined && { billing }),
    checks: resolveChecks(resolving),
    ...(metrics.length > 0 && { metrics }),
    ...(head.slo !== undefined && { slo: resolveSlo(head.slo) }),
    ...(events.length > 0 && { events }),
  };
  checkEcsOnly(plan, resolving);
  checkRegistration(plan, resolving);
  checkKubernetesOnly(plan, resolving);
  checkStartTask(plan, resolving);
  checkQuotas(plan, resolving);
  if (isFleetWhole(plan, sections)) checkFit(plan, fitSubjects(plan, resolving), resolving);
  return plan;
}

/** With a group missing, "no instance can take it" would be a guess. */
function isFleetWhole(plan: Plan, { fleet, platforms, isComplete }: Sections): boolean {
  const wanted = platforms.map(({ value }) => value.fleet?.length ?? 0);
  const found = plan.platforms.map((platform) => platform.fleet?.length ?? 0);
  return isComplete && plan.fleet.length === fleet.length && wanted.join() === found.join();
}

function checkRegion({ sections, context, problems }: Resolving): void {
  const { region } = sections.head;
  const { regions } = context.catalogue;
  if (region === '' || regions.includes(region)) return;
  problems.error('E1204', ['region'], `there is no region "${region}" in the price list`, {
    hint: didYouMean(region, regions) ?? 'stowage catalog regions lists them',
  });
}

function resolveChecks({ sections, imports, problems }: Resolving): Check[] {
  return sections.checks.flatMap(({ path, value }) => {
    const check = parseCheck(value, imports.metrics ?? []);
    if (!('message' in check)) return [check];
    const isName = check.message.startsWith('there is no');
    if (isName && imports.metrics === null) return [];
    problems.error(isName ? 'E1204' : 'E1104', path, check.message, { hint: check.hint });
    return [];
  });
}

/** Services and jobs as written: copies are one subject. */
function fitSubjects(plan: Plan, { sections }: Resolving): FitSubject[] {
  const resolved = new Map(
    [...plan.workload.services, ...plan.workload.jobs].map(({ name, template }) => [name, template]),
  );
  return [...sections.services, ...sections.daemons, ...sections.jobs].flatMap(({ path, value }) => {
    const name =
      'copies' in value && typeof value.copies === 'number'
        ? copyNames(value.name, value.copies)[0]!
        : value.name;
    const template = resolved.get(name);
    return template === undefined ? [] : [{ name: value.name, template, path: [...path, 'template'] }];
  });
}
