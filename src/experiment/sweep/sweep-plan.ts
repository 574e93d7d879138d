import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Diagnostic, InputError } from '../../errors.ts';
import { UNITS } from '../../model/metrics.ts';
import { canonicalJson } from '../../io/scenario/plan-hash.ts';
import type { SetArgument } from '../../io/scenario/apply-sets.ts';
import { type Axis, parseAxes } from './axis.ts';
import { type Design, type Points, pointsOf } from './design.ts';
import { type Chunks, chunksOf } from './index-ranges.ts';
import { parseSeedRanges, type SeedRanges } from './seed-ranges.ts';

/** More runs than ten machines do in a year; part files have room for so many in their names. */
export const MOST_RUNS = 1e9;

const count = z.int().min(1).max(MOST_RUNS);
const seed = z.int().min(0);

/** `plan.json`: all that it takes to know what run i of the sweep is. Nothing is listed, however many runs there are. */
const sweepPlanSchema = z.strictObject({
  kind: z.literal('stowage-sweep'),
  schemaVersion: z.literal(1),
  /** Runs of another version may differ. */
  engineVersion: z.string(),
  catalogue: z.strictObject({ id: z.string(), date: z.string() }),
  scenario: z.strictObject({
    name: z.string(),
    /** Relative to the folder of this file; the files that it names are looked for beside it. */
    file: z.string(),
    content: z.string(),
    /** Of the resolved scenario without parameters: says whether the files that it names are still the same. */
    planHash: z.string(),
  }),
  /** Fixed values, before the parameters. */
  sets: z.array(z.tuple([z.string(), z.string()])),
  /** Price list, relative to the folder of this file; null: as the scenario says. */
  prices: z.string().nullable(),
  /** Beside those of the scenario. */
  checks: z.array(z.string()),
  /** Metrics of the scenario's plug-ins; absent without any. */
  userMetrics: z
    .array(
      z.strictObject({
        name: z.string(),
        unit: z.enum(UNITS),
        better: z.enum(['less', 'more', 'neither']),
        about: z.string(),
      }),
    )
    .optional(),
  /**
   * The scenario loads schedulers or metrics from files: commands that are printed say --allow-plugins. Whether they
   * may is decided by whoever runs them.
   */
  runsCode: z.boolean(),
  design: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['grid', 'list']) }),
    z.strictObject({ kind: z.enum(['random', 'lhs', 'sobol']), points: count, seed }),
  ]),
  /** As `--param` takes them. */
  parameters: z.array(z.string()),
  platforms: z.array(z.string()).min(1),
  /** As `--seeds` takes them. */
  seeds: z.string(),
  points: count,
  runs: count,
  /** Runs that are handed out, kept and skipped together; a multiple of the number of platforms. */
  chunkRuns: count,
  /** SHA-256 of what decides the results; where files stand and how runs are shared out does not. */
  hash: z.string(),
});

export type SweepPlan = Readonly<z.infer<typeof sweepPlanSchema>>;

/** What a plan is made of; the rest follows from it. */
export type SweepInput = Omit<SweepPlan, 'kind' | 'schemaVersion' | 'points' | 'runs' | 'chunkRuns' | 'hash'>;

/** One run: where it stands in the design. */
export interface RunPlace {
  readonly point: number;
  readonly seed: number;
  readonly platform: string;
}

/** A plan, ready to be asked. */
export interface Sweep {
  readonly plan: SweepPlan;
  readonly axes: readonly Axis[];
  readonly points: Points;
  readonly seeds: SeedRanges;
  readonly chunks: Chunks;
  /** Platforms change fastest, then seeds, then points: the runs that are compared stand together. */
  placeOf(index: number): RunPlace;
  indexOf(point: number, seedIndex: number, platformIndex: number): number;
  /** Path and value of every parameter. */
  valuesAt(point: number): SetArgument[];
}

/**
 * The plan of a sweep with `chunkRuns` or a few more runs to a chunk, whole multiples of the number of platforms.
 * Constant time and memory, whatever the number of runs. Errors: E5001 for parameters, seeds and sizes.
 */
export function makeSweepPlan(input: SweepInput, chunkRuns: number): SweepPlan {
  const { design, parameters, platforms, seeds } = input;
  const axes = axesOf(design, parameters);
  const points = pointsOf(design, axes).count;
  const runs = points * parseSeedRanges(seeds).count * platforms.length;
  if (!(runs <= MOST_RUNS)) throw unusable(`a sweep has at most ${MOST_RUNS} runs, this one ${runs}`);
  const { file: _, ...scenario } = input.scenario;
  const { prices: __, ...decisive } = input;
  const hash = createHash('sha256')
    .update(canonicalJson({ ...decisive, scenario }))
    .digest('hex');
  const worlds = Math.min(Math.ceil(chunkRuns / platforms.length), runs / platforms.length);
  return {
    kind: 'stowage-sweep',
    schemaVersion: 1,
    ...input,
    points,
    runs,
    chunkRuns: worlds * platforms.length,
    hash,
  };
}

function axesOf(design: Design, parameters: readonly string[]): Axis[] {
  const axes = parseAxes(parameters, design.kind !== 'grid' && design.kind !== 'list');
  const other = axes.find(({ count: values }) => values !== axes[0]!.count);
  if (design.kind === 'list' && other !== undefined) {
    const [first] = axes as [Axis];
    throw unusable(
      `--design list takes equally many values of every parameter: ${first.path} has ${first.count}, ${other.path} ${other.count}`,
    );
  }
  if ('points' in design && axes.length === 0)
    throw unusable(`--design ${design.kind} needs parameters`, 'add --param path=1..9');
  return axes;
}

/** The plan that a text holds. Errors: E4004 when it is none, is damaged, or comes from another version of stowage. */
export function readSweepPlan(text: string, file: string, engineVersion: string): SweepPlan {
  const damaged = (why: string) => planError(`Cannot use ${file} as the plan of a sweep: ${why}`);
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw damaged('it is no JSON');
  }
  const parsed = sweepPlanSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw damaged(`${issue.path.length === 0 ? '' : `${issue.path.join('.')}: `}${issue.message}`);
  }
  const plan = parsed.data;
  if (plan.engineVersion !== engineVersion)
    throw damaged(`it was made by stowage ${plan.engineVersion}, this is ${engineVersion}`);
  const { kind: _k, schemaVersion: _v, points, runs, chunkRuns, hash, ...input } = plan;
  const again = makeSweepPlan(input, chunkRuns);
  if (
    again.hash !== hash ||
    again.runs !== runs ||
    again.points !== points ||
    again.chunkRuns !== chunkRuns
  ) {
    throw damaged('it has been changed since it was made');
  }
  return plan;
}

/** The plan with its index arithmetic. */
export function openSweep(plan: SweepPlan): Sweep {
  const axes = axesOf(plan.design, plan.parameters);
  const points = pointsOf(plan.design, axes);
  const seeds = parseSeedRanges(plan.seeds);
  const { platforms } = plan;
  return {
    plan,
    axes,
    points,
    seeds,
    chunks: chunksOf(plan.runs, plan.chunkRuns),
    placeOf(index) {
      const world = Math.floor(index / platforms.length);
      return {
        point: Math.floor(world / seeds.count),
        seed: seeds.at(world % seeds.count),
        platform: platforms[index % platforms.length]!,
      };
    },
    indexOf: (point, seedIndex, platformIndex) =>
      (point * seeds.count + seedIndex) * platforms.length + platformIndex,
    valuesAt: (point) =>
      points.levelsAt(point).map((level, axis) => [axes[axis]!.path, axes[axis]!.valueAt(level)]),
  };
}

function unusable(message: string, hint?: string): InputError {
  return new InputError([{ severity: 'error', code: 'E5001', message, hint }]);
}

function planError(message: string): InputError {
  const diagnostic: Diagnostic = { severity: 'error', code: 'E4004', message };
  return new InputError([diagnostic]);
}
