import { readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { withChecks } from '../../experiment/added-checks.ts';
import type { Design, DESIGN_KINDS } from '../../experiment/sweep/design.ts';
import {
  makeSweepPlan,
  openSweep,
  type SweepInput,
  type SweepPlan,
} from '../../experiment/sweep/sweep-plan.ts';
import { runsCode, type SweepSetting } from '../../experiment/sweep/sweep-world.ts';
import { parseDurationMs, SECOND } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { diagnosticsText } from '../report-failure.ts';
import { checksOf, prepareFile, requirePlatform, setsOf } from '../scenario-input.ts';
import { usage } from '../usage.ts';
import { VERSION } from '../version.ts';
import { type Pilot, pilotRuns } from './pilot.ts';

/** A plan as it was just made. */
export interface MadePlan {
  readonly plan: SweepPlan;
  readonly pilot: Pilot;
}

/** A chunk should take so long unless `--chunk` says otherwise: long beside its files, short beside a lost machine. */
const CHUNK_MS = 10 * SECOND;
/** As many chunks at least, so that workers end together. */
const FEWEST_CHUNKS = 16;
/** All records of a chunk are in memory at once. */
const MOST_CHUNK_RUNS = 20_000;

/**
 * The plan that the command line asks for, for a file in `planFolder`. Three points are tried: a parameter that leads
 * nowhere is seen before a million runs. Errors: those of the scenario, E5001.
 */
export async function planOf(
  args: Arguments,
  io: CommandIo,
  file: string,
  planFolder: string,
): Promise<MadePlan> {
  const checks = checksOf(args);
  const design = designOf(args);
  const chunk = chunkOf(args);
  if (file === '-') throw usage('a sweep takes its scenario from a file: the commands of its runs name it');
  const prepared = await prepareFile(file, args, io);
  if (prepared.warnings.length > 0) io.note(diagnosticsText(prepared.warnings, io, io.paintNote));
  const { plan: resolved, planHash } = prepared;
  withChecks(prepared, checks);
  const prices = args['prices'] as string | undefined;
  const input: SweepInput = {
    engineVersion: VERSION,
    catalogue: { id: resolved.catalogue.id, date: resolved.catalogue.date },
    scenario: {
      name: resolved.name,
      file: fromFolder(planFolder, file, io),
      content: readFileSync(resolve(io.workingDirectory, file), 'utf8'),
      planHash,
    },
    sets: setsOf(args),
    prices: prices === undefined ? null : fromFolder(planFolder, prices, io),
    checks: [...checks],
    ...(prepared.userMetrics.length > 0 && {
      userMetrics: prepared.userMetrics.map(({ name, unit, better, about }) => ({
        name,
        unit,
        better,
        about,
      })),
    }),
    runsCode: runsCode(resolved),
    design,
    parameters: [...((args['param'] as readonly string[] | undefined) ?? [])],
    platforms: platformsOf(
      args,
      resolved.platforms.map(({ name }) => name),
    ),
    seeds: (args['seeds'] as string | undefined) ?? String(resolved.seed),
  };
  const sweep = openSweep(makeSweepPlan(input, 1));
  const setting = settingOf(args, io, planFolder);
  const pilot = await pilotRuns(sweep, setting, chunk.kind === 'time' ? chunk.ms : 0, io);
  const chunkRuns = chunk.kind === 'runs' ? chunk.runs : runsWithin(chunk.ms, pilot, sweep.plan);
  return { plan: makeSweepPlan(input, chunkRuns), pilot };
}

/** Where this machine keeps what the plan needs. */
export function settingOf(args: Arguments, io: CommandIo, planFolder: string): SweepSetting {
  const traces = (args['traces'] as string | undefined) ?? io.environment['STOWAGE_TRACES'];
  const files = args['files'] as string | undefined;
  return {
    planFolder,
    allowPlugins: args['allow-plugins'] === true,
    ...(traces !== undefined && traces !== '' && { tracesFolder: resolve(io.workingDirectory, traces) }),
    ...(files !== undefined && { scenarioFolder: resolve(io.workingDirectory, files) }),
  };
}

/** A path from the command line as one from the folder, with slashes on every system. */
function fromFolder(folder: string, path: string, io: CommandIo): string {
  return relative(folder, resolve(io.workingDirectory, path)).split(sep).join('/');
}

function designOf(args: Arguments): Design {
  const kind = (args['design'] as (typeof DESIGN_KINDS)[number] | undefined) ?? 'grid';
  const [points, seed] = [args['points'], args['design-seed']] as (number | undefined)[];
  if (kind === 'grid' || kind === 'list') {
    const drawnOnly = points !== undefined ? '--points' : seed !== undefined ? '--design-seed' : null;
    if (drawnOnly !== null) {
      throw usage(`a ${kind} has no use for ${drawnOnly}`, 'choose --design lhs, random or sobol');
    }
    return { kind };
  }
  if (points === undefined) throw usage(`--design ${kind} needs --points`, 'how many points to draw');
  if (!Number.isInteger(points) || points < 1 || points > 2 ** 30)
    throw usage(`cannot use --points ${points}`, 'a whole number from 1');
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0))
    throw usage(`cannot use --design-seed ${seed}`, 'a whole number from 0');
  return { kind, points, seed: seed ?? 1 };
}

type ChunkWish =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'runs'; readonly runs: number };

function chunkOf(args: Arguments): ChunkWish {
  const text = args['chunk'] as string | undefined;
  if (text === undefined) return { kind: 'time', ms: CHUNK_MS };
  const runs = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
  const ms = parseDurationMs(text);
  if (runs !== undefined && runs <= MOST_CHUNK_RUNS) return { kind: 'runs', runs };
  if (ms !== undefined && ms > 0) return { kind: 'time', ms };
  throw usage(`cannot use --chunk '${text}'`, `write 10s, or a number of runs up to ${MOST_CHUNK_RUNS}`);
}

function runsWithin(ms: number, { worldMs }: Pilot, { runs, platforms }: SweepPlan): number {
  const worlds = worldMs === null ? 1 : Math.floor(ms / Math.max(worldMs, 1));
  const most = Math.min(MOST_CHUNK_RUNS, Math.ceil(runs / FEWEST_CHUNKS));
  return Math.max(1, Math.min(worlds * platforms.length, most));
}

function platformsOf(args: Arguments, known: readonly string[]): string[] {
  const list = args['platforms'] as string | undefined;
  if (list === undefined) return [...known];
  const wanted = list.split(',').map((name) => name.trim());
  for (const name of wanted) requirePlatform('--platforms', name, known);
  const twice = wanted.find((name, index) => wanted.indexOf(name) !== index);
  if (twice !== undefined) throw usage(`--platforms names ${twice} more than once`);
  return wanted;
}
