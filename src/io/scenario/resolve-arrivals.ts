import { assert } from '../../errors.ts';
import type { Arrivals } from '../../model/plan.ts';
import { nextFiringMs, parseScheduleExpression } from '../../model/schedule-expression.ts';
import { copyNames } from './copy-names.ts';
import { didYouMean } from './did-you-mean.ts';
import { parseInstant } from './instant.ts';
import type { Path } from './locate.ts';
import { parseRatePerHour } from './rates.ts';
import { durationMs, resolveDistribution } from './resolve-distribution.ts';
import type { Resolving } from './resolving.ts';
import type { Entry } from './sections.ts';
import type { JobInput, TriggerInput } from './workload-schema.ts';

/** When a job arrives. Reports E1101, E1103, E1104 and E1203, and W2002 when that is after the horizon. */
export function resolveArrivals(
  { path, value }: Entry<JobInput>,
  resolving: Resolving,
): Arrivals | undefined {
  const { problems, placeOf, sections } = resolving;
  const place = placeOf(path);
  const said = (['arrivals', 'schedule', 'trigger'] as const).filter((key) => value[key] !== undefined);
  if (said.length > 1) {
    const message = `${place} says ${said.join(' and ')}: only one can hold`;
    problems.error('E1203', [...path, said[1]!], message, { part: 'key' });
    return undefined;
  }
  if (value.schedule === undefined && value.timezone !== undefined) {
    problems.error('E1203', [...path, 'timezone'], `timezone of ${place} is for a schedule`, { part: 'key' });
  }
  if (value.trigger !== undefined) return triggered(value.trigger, [...path, 'trigger'], resolving);
  if (value.arrivals === undefined && value.schedule === undefined) {
    const hint = 'arrivals: { poisson: 120/h }, or schedule: "cron(0 2 * * ? *)"';
    problems.error('E1101', [...path, 'arrivals'], `${place} says neither arrivals nor schedule`, { hint });
    return undefined;
  }
  const key = value.arrivals === undefined ? 'schedule' : 'arrivals';
  const { arrivals, firstMs } =
    value.arrivals === undefined
      ? scheduled(value.schedule!, value.timezone ?? 'UTC', path, resolving)
      : plain(value.arrivals, [...path, 'arrivals'], resolving);
  if (arrivals !== undefined && firstMs > durationMs(sections.head.horizon)) {
    const message = `the first arrival of ${place} comes after the horizon of ${sections.head.horizon}`;
    problems.warning('W2002', [...path, key], message);
  }
  return arrivals;
}

/** Names must exist: of a service, job or trace, or of an instance group of the scenario or a platform. */
function triggered(input: TriggerInput, path: Path, resolving: Resolving): Arrivals {
  const { problems, sections } = resolving;
  const mustBe = (noun: string, key: string, name: string, among: readonly string[]) => {
    if (among.includes(name) || !sections.isComplete) return;
    const hint = didYouMean(name, among);
    problems.error('E1204', [...path, key], `there is no ${noun} "${name}"`, { hint });
  };
  const delay = resolveDistribution(input.delay, [...path, 'delay'], resolving);
  if (input.on === 'instance') {
    const fleets = sections.platforms.flatMap(({ value }) => value.fleet ?? []);
    const groups = [...sections.fleet.map(({ value }) => value), ...fleets].map(({ name }) => name);
    mustBe('instance group', 'group', input.group, groups);
    return { kind: 'triggered', trigger: { on: 'instance', group: input.group, state: input.state, delay } };
  }
  const { services, daemons, jobs, traces, distributions } = sections;
  const named = [...services, ...daemons, ...jobs, ...traces, ...distributions];
  const names = named.flatMap(({ value }) => {
    const { name = '' } = value;
    return 'copies' in value && typeof value.copies === 'number' ? copyNames(name, value.copies) : [name];
  });
  // A trace without a name is called after its file.
  if (!traces.some(({ value }) => value.name === undefined)) {
    mustBe('service, job or trace', 'of', input.of, names);
  }
  return { kind: 'triggered', trigger: { on: 'task', of: input.of, outcome: input.outcome, delay } };
}

interface Timed {
  readonly arrivals: Arrivals | undefined;
  /** Earliest possible arrival; Infinity for never. */
  readonly firstMs: number;
}

function plain(input: NonNullable<JobInput['arrivals']>, path: Path, resolving: Resolving): Timed {
  if ('every' in input) {
    const firstMs = durationMs(input.first);
    return { arrivals: { kind: 'every', intervalMs: durationMs(input.every), firstMs }, firstMs };
  }
  if ('at' in input) {
    const timesMs = input.at.map(durationMs).sort((a, b) => a - b);
    return { arrivals: { kind: 'at', timesMs }, firstMs: timesMs[0]! };
  }
  return poisson(input, path, resolving);
}

function poisson(
  { poisson: rates, repeat }: Extract<NonNullable<JobInput['arrivals']>, { poisson: unknown }>,
  path: Path,
  { problems, placeOf }: Resolving,
): Timed {
  const steps: { atMs: number; perHour: number }[] = [];
  const place = placeOf(path);
  (typeof rates === 'string' ? [{ at: '0s', rate: rates }] : rates).forEach(({ at, rate }, index) => {
    const atMs = durationMs(at);
    const perHour = parseRatePerHour(rate);
    assert(perHour !== undefined, 'the schema accepts only rates that can be read');
    const last = steps[steps.length - 1];
    if (last !== undefined && atMs <= last.atMs) {
      problems.error(
        'E1103',
        [...path, 'poisson', index, 'at'],
        `${place}: ${at} is not after the step before`,
      );
    }
    steps.push({ atMs, perHour });
  });
  const repeatMs = repeat === undefined ? null : durationMs(repeat);
  if (repeatMs !== null && typeof rates === 'string') {
    problems.error('E1203', [...path, 'repeat'], `repeat in ${place} is for a rate with steps`, {
      part: 'key',
    });
  } else if (repeatMs !== null && repeatMs <= steps[steps.length - 1]!.atMs) {
    problems.error('E1103', [...path, 'repeat'], `${place}: ${repeat!} is not after the last step`);
  }
  if (steps[0]!.atMs > 0) steps.unshift({ atMs: 0, perHour: 0 });
  const firstMs = steps.find(({ perHour }) => perHour > 0)?.atMs ?? Number.POSITIVE_INFINITY;
  return { arrivals: { kind: 'poisson', steps, repeatMs }, firstMs };
}

function scheduled(
  expression: string,
  timezone: string,
  path: Path,
  { problems, placeOf, sections }: Resolving,
): Timed {
  const parsed = parseScheduleExpression(expression, { frontEnd: 'scheduler', timezone });
  if ('problem' in parsed) {
    const key = /time zone/.test(parsed.problem) ? 'timezone' : 'schedule';
    problems.error('E1104', [...path, key], `${key} of ${placeOf(path)}: ${parsed.problem}`, {
      hint:
        key === 'timezone'
          ? 'write it like Europe/Berlin'
          : 'write it like cron(0 2 * * ? *) or rate(5 minutes)',
    });
    return { arrivals: undefined, firstMs: 0 };
  }
  const startEpochMs = parseInstant(sections.head.start);
  assert(startEpochMs !== undefined, 'the schema accepts only instants that can be read');
  const firstMs = nextFiringMs(parsed, { afterEpochMs: startEpochMs - 1, startEpochMs }) - startEpochMs;
  return { arrivals: { kind: 'schedule', expression, timezone }, firstMs };
}
