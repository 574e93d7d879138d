import { dirname, join } from 'node:path';
import { InputError } from '../../errors.ts';
import type { SetArgument } from '../../io/scenario/apply-sets.ts';
import type { Plan } from '../../model/plan.ts';
import { type PreparedScenario, prepareScenario } from '../prepare-scenario.ts';
import { prepareSeed } from '../prepare-seed.ts';
import type { ReplicationRequest } from '../replication-request.ts';
import type { SweepPlan } from './sweep-plan.ts';

/** Where a plan is carried out: what it does not say itself. Plain data: it goes to worker threads. */
export interface SweepSetting {
  /** Folder of the plan file. */
  readonly planFolder: string;
  /** Folder of the scenario, if it has moved. */
  readonly scenarioFolder?: string;
  readonly tracesFolder?: string;
  /** Never from the plan: whoever runs it decides whether its code may run. */
  readonly allowPlugins: boolean;
}

/** The parts of a plan that say how its scenario is read. */
type Source = Pick<SweepPlan, 'scenario' | 'sets' | 'prices' | 'checks' | 'runsCode'>;

function requestOf(
  { scenario, sets, prices, checks }: Source,
  { planFolder, scenarioFolder, tracesFolder, allowPlugins }: SweepSetting,
  values: readonly SetArgument[],
): Omit<ReplicationRequest, 'platforms'> {
  return {
    file: scenario.file,
    options: {
      content: new TextEncoder().encode(scenario.content),
      folder: scenarioFolder ?? dirname(join(planFolder, scenario.file)),
      sets: [...sets, ...values],
      allowPlugins,
      ...(tracesFolder !== undefined && { tracesFolder }),
      ...(prices !== null && { prices: join(planFolder, prices) }),
    },
    checks,
  };
}

/** The scenario with the values of one point and a seed. Errors: those of `prepareScenario`. */
export function prepareWorld(
  source: Source,
  setting: SweepSetting,
  values: readonly SetArgument[],
  seed: number,
): Promise<PreparedScenario> {
  return prepareSeed(requestOf(source, setting, values), seed);
}

/** The scenario without parameters, with its own seed. */
export function prepareBase(source: Source, setting: SweepSetting): Promise<PreparedScenario> {
  const { file, options } = requestOf(source, setting, []);
  return prepareScenario(file, options);
}

/**
 * Says before any run whether this machine has what the plan was made for. Errors: E4006 when the catalogue or a file
 * that the scenario names is another one, and those of `prepareScenario`.
 */
export async function requireSameInputs(plan: SweepPlan, setting: SweepSetting): Promise<void> {
  const { planHash } = await prepareBase(plan, setting);
  if (planHash === plan.scenario.planHash) return;
  const message = `${plan.scenario.name} does not resolve to what the sweep was planned for: a file that it names, or the catalogue, is another one`;
  throw new InputError([{ severity: 'error', code: 'E4006', message }]);
}

/** Does the scenario load schedulers, plugins of them, or metrics from files? */
export function runsCode({ platforms, metrics = [] }: Plan): boolean {
  const loads = ({ scheduler: { plugin, options } }: Plan['platforms'][number]) =>
    plugin !== null || ((options as { readonly plugins?: readonly string[] }).plugins ?? []).length > 0;
  return metrics.length > 0 || platforms.some(loads);
}

/** Words of the command that does one run by itself, from the folder of the plan. */
export function commandOf(
  { scenario, sets, prices, checks, runsCode }: Source,
  values: readonly SetArgument[],
  platform: string,
  seed: number,
): string[] {
  return [
    ...['stowage', 'run', scenario.file, '--platform', platform, '--seed', String(seed)],
    ...[...sets, ...values].flatMap(([path, value]) => ['--set', `${path}=${value}`]),
    ...checks.flatMap((check) => ['--check', check]),
    ...(prices === null ? [] : ['--prices', prices]),
    ...(runsCode ? ['--allow-plugins'] : []),
  ];
}
