import { InputError } from '../errors.ts';
import { fleetOf } from '../experiment/run/plan-parts.ts';
import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import { prepareSeed } from '../experiment/prepare-seed.ts';
import type { ReplicationRequest } from '../experiment/replication-request.ts';
import { searchSize } from '../experiment/size/search-size.ts';
import type { SizeAnswer } from '../experiment/size/size-answer.ts';
import { changed, startReplications } from '../experiment/replication-runner.ts';
import { type SizeGoal, trySize } from '../experiment/size/size-trials.ts';
import type { SetArgument } from '../io/scenario/apply-sets.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { mostFailures } from '../statistics/share-bound.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { reproduceLine, writeText } from './outputs.ts';
import { requirePlatform, scenarioAndSource } from './scenario-input.ts';
import { jobsOf, seedsOf } from './seeds.ts';
import { exitCodeOfSignal } from './signals.ts';
import { usage } from './usage.ts';
import { VERSION } from './version.ts';
import { inlineMore } from './optimiser.ts';

/** How often a Ctrl-C is looked for. */
const WATCH_MS = 100;
/** With it, 95 % of confidence and everything passed a share of 90 % can be claimed. */
const DEFAULT_SEEDS = '1..30';
const MOST_INSTANCES = 100_000;

/** Finds the smallest fleet that meets the checks. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const goal = goalOf(args);
  const jobs = jobsOf(args);
  const { prepared, source } = await scenarioAndSource(args, io);
  const { plan } = prepared;
  if (plan.checks.length === 0)
    throw usage(
      'nothing says what the fleet must meet',
      "add --check 'wait.p95 < 60s', or checks to the scenario",
    );
  const platforms = namesOf(args, 'platforms') ?? plan.platforms.map(({ name }) => name);
  for (const name of platforms)
    requirePlatform(
      '--platforms',
      name,
      plan.platforms.map((platform) => platform.name),
    );
  const task = taskOf(args, prepared);
  const candidates = platforms.flatMap((platform) =>
    task.candidates.map((types) => ({ platform, types: types ?? task.types, typeSet: task.typeSets(types) })),
  );
  await requireEffect(source, goal, task, candidates);
  inlineMore();
  io.signals.hold();
  const stopping = new AbortController();
  const watch = setInterval(() => {
    if (io.signals.received !== null) stopping.abort();
  }, WATCH_MS);
  const runner = await startReplications(Math.min(jobs, goal.seeds.length), stopping.signal);
  const searches: SizeAnswer['searches'][number][] = [];
  try {
    for (const { platform, types, typeSet } of candidates) {
      const search = await searchSize(task, async (size) => {
        if (io.stderrIsTerminal) io.redraw(`${platform}, ${types.join(' or ')}: ${size} instances`);
        const request = changed(source, platform, [...typeSet, task.sizeSet(size)]);
        return trySize(size, request, goal, runner);
      });
      searches.push({ platform, types, ...search });
    }
  } catch (error) {
    if (io.signals.received === null) throw error;
    io.note('stopped: a search that is not finished has no answer');
    return exitCodeOfSignal(io.signals.received);
  } finally {
    clearInterval(watch);
    if (io.stderrIsTerminal) io.redraw('');
    await runner.end();
  }
  const answer: SizeAnswer = {
    scenario: plan.name,
    group: task.group,
    vary: task.vary,
    min: task.min,
    max: task.max,
    checks: plan.checks.map(({ text }) => text),
    ...goal,
    searches,
  };
  await print(answer, args, io);
  return searches.every(({ smallest }) => smallest !== null) ? EXIT.success : EXIT.checkFailed;
}

async function print(answer: SizeAnswer, args: Arguments, io: CommandIo): Promise<void> {
  const { renderSizeMarkdown, renderSizeText } = await import('../report/size-text.ts');
  const made = { reproduce: reproduceLine(io), version: VERSION };
  const file = args['markdown'] as string | undefined;
  if (file !== undefined) {
    writeText(file, renderSizeMarkdown(answer, made), io, args['force'] === true);
    io.note(`wrote ${file}`);
  }
  const form = formOf(args);
  const { width, ascii, paint } = io;
  if (form === 'text') io.print(renderSizeText(answer, { width, ascii, paint, reproduce: made.reproduce }));
  else if (form === 'markdown') io.out(renderSizeMarkdown(answer, made));
  else await printDocument(io, 'json', answer);
}

function goalOf(args: Arguments): SizeGoal {
  const wish = seedsOf({ ...args, seeds: args['seeds'] ?? DEFAULT_SEEDS });
  if (wish?.kind !== 'list')
    throw usage('a search for a size needs its seeds by number', 'write --seeds 1..30');
  const share = shareOf(args, 'share', 0.9);
  const confidence = shareOf(args, 'confidence', 0.95);
  const { seeds } = wish;
  if (mostFailures(seeds.length, share, confidence) < 0) {
    let needed = seeds.length;
    while (mostFailures(needed, share, confidence) < 0) needed += 1;
    throw usage(
      `${seeds.length} seeds cannot show a share of ${share} with a confidence of ${confidence}, even if all meet the checks`,
      `use --seeds 1..${needed} or more, or a lower --share`,
    );
  }
  return { seeds, share, confidence };
}

function shareOf(args: Arguments, flag: 'share' | 'confidence', byDefault: number): number {
  const value = (args[flag] as number | undefined) ?? byDefault;
  if (value > 0 && value <= 0.9999) return value;
  throw usage(`cannot use --${flag} ${value}`, 'a number above 0, at most 0.9999: 0.9');
}

/** What is searched, and how a size becomes a scenario. */
interface SizeTask {
  readonly group: string;
  readonly vary: 'size' | 'max';
  readonly min: number;
  readonly max: number;
  /** Of the group in the scenario. */
  readonly types: readonly string[];
  /** Types to try in their place, each a list in order of preference; null: as they are. */
  readonly candidates: readonly (readonly string[] | null)[];
  readonly sizeSet: (size: number) => SetArgument;
  readonly typeSets: (types: readonly string[] | null) => readonly SetArgument[];
}

function taskOf(args: Arguments, { plan }: PreparedScenario): SizeTask {
  const names = plan.fleet.map(({ name }) => name);
  const wanted = args['group'] as string | undefined;
  if (wanted === undefined && names.length > 1)
    throw usage('the scenario has several groups of instances', `name one with --group: ${names.join(', ')}`);
  const index = wanted === undefined ? 0 : names.indexOf(wanted);
  const group = plan.fleet[index];
  if (group === undefined)
    throw usage(`there is no group '${wanted}' of instances`, didYouMean(wanted ?? '', names));
  if (group.instances.length > 0)
    throw usage(`${group.name} is a list of instances: it has no size to change`);
  const vary = ((args['vary'] as string | undefined) ?? 'size') as SizeTask['vary'];
  const min = wholeOf(args, 'min') ?? (vary === 'max' ? Math.max(1, group.size.min) : 1);
  const max = wholeOf(args, 'max') ?? group.size.max;
  if (max < min) throw usage(`there is no size from ${min} to ${max}`, 'change --min or --max');
  const path = `fleet[${index}]`;
  return {
    group: group.name,
    vary,
    min,
    max,
    types: group.types,
    candidates: namesOf(args, 'types')?.map((mix) => mix.split('+')) ?? [null],
    sizeSet: (size) =>
      vary === 'max'
        ? [`${path}.size.max`, String(size)]
        : [`${path}.size`, `{ min: ${size}, max: ${size}, initial: ${size} }`],
    typeSets: (types) => (types === null ? [] : [[`${path}.type`, JSON.stringify(types)]]),
  };
}

/** Before hours of runs: do all types exist, and do the platforms follow the group? */
async function requireEffect(
  source: Omit<ReplicationRequest, 'platforms'>,
  { seeds }: SizeGoal,
  task: SizeTask,
  candidates: readonly { readonly platform: string; readonly typeSet: readonly SetArgument[] }[],
): Promise<void> {
  for (const { platform, typeSet } of candidates) {
    const request = changed(source, platform, [...typeSet, task.sizeSet(task.max)]);
    const { plan } = await prepareSeed(request, seeds[0]!);
    const own = fleetOf(plan, plan.platforms.find(({ name }) => name === platform)!);
    const group = own.find(({ name }) => name === task.group);
    if (group?.size.max === task.max) continue;
    const message = `${platform} has a fleet of its own: the size of ${task.group} does not reach it`;
    throw new InputError([
      { severity: 'error', code: 'E5001', message, hint: 'leave it out with --platforms' },
    ]);
  }
}

function namesOf(args: Arguments, flag: string): string[] | undefined {
  return (args[flag] as string | undefined)?.split(',').map((name) => name.trim());
}

function wholeOf(args: Arguments, flag: 'min' | 'max'): number | undefined {
  const value = args[flag] as number | undefined;
  if (value !== undefined && !(Number.isInteger(value) && value >= 0 && value <= MOST_INSTANCES))
    throw usage(`cannot use --${flag} ${value}`, `a whole number up to ${MOST_INSTANCES}`);
  return value;
}
