import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VERSION } from '../../src/cli/version.ts';
import { chunksOfShard } from '../../src/experiment/sweep/index-ranges.ts';
import { mergeParts } from '../../src/experiment/sweep/merge.ts';
import { makePartsFolder } from '../../src/experiment/sweep/part-files.ts';
import { runChunk } from '../../src/experiment/sweep/run-chunk.ts';
import { makeSweepPlan, openSweep, type SweepPlan } from '../../src/experiment/sweep/sweep-plan.ts';
import { prepareBase } from '../../src/experiment/sweep/sweep-world.ts';
import { freshFolder } from '../cli/process.ts';

/**
 * A scheduler that takes its time (0.1 s a run, in worker threads: what the test itself runs need not wait), or takes its
 * thread down: any, a worker, or one worker only. It leaves a dot for every run.
 */
const SCHEDULER = `
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const flag = new URL('./has-died', import.meta.url);
function behave(mood) {
  appendFileSync(new URL('./dots', import.meta.url), '.');
  if (mood === 'deadly to workers' && !isMainThread) process.exit(3);
  if (mood === 'deadly once' && !isMainThread && !existsSync(flag)) {
    writeFileSync(flag, '');
    process.exit(3);
  }
  if (mood === 'deadly') process.exit(3);
  if (mood === 'slow' && !isMainThread) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
}
export default {
  name: 'moody',
  summary: 'As told.',
  complete: () => false,
  readOptions: (raw) => ({ options: raw }),
  create: ({ mood }) => {
    let isFirst = true;
    return {
      name: 'moody',
      decide({ view }) {
        if (isFirst) behave(mood);
        isFirst = false;
        return view.slotCount - 1;
      },
      explain: () => ({ scheduler: 'moody', chosen: -1, verdicts: [], tied: [], chain: [], message: 'none' }),
      admits: () => true,
      maxPerInstance: () => Infinity,
      placementsMayHelp: () => false,
    };
  },
};
`;

const SCENARIO = `
version: 1
name: moody
seed: 1
start: 2026-03-01T00:00:00Z
horizon: 10m
region: us-east-1
fleet: [{ name: pool, type: m5.large, zones: [us-east-1a], size: { min: 1, max: 1 }, boot: 20s }]
templates: { worker: { cpu: 1, memory: 1GiB } }
workload:
  jobs: [{ name: short, template: worker, arrivals: { at: [1m] }, runtime: { exponential: { mean: 29s } } }]
platforms:
  - { name: moody, kind: bare, scheduler: { use: ./moody.mjs, mood: calm } }
`;

/** A folder with a small scenario and the plan of a sweep of it. */
export interface MoodySweep {
  readonly folder: string;
  readonly plan: SweepPlan;
  /** The file of the plan. */
  readonly file: string;
}

/** A folder with `moody.yaml` and its scheduler. */
export function moodyFolder(): string {
  return freshFolder({ 'moody.yaml': SCENARIO, 'moody.mjs': SCHEDULER });
}

/** What a plan may be made with instead. */
interface OtherInput {
  readonly chunkRuns?: number;
  readonly engineVersion?: string;
  readonly planHash?: string;
}

/** One run per mood and seed; two runs to a chunk unless it is said otherwise. */
export async function moodySweep(moods: string, seeds: string, other: OtherInput = {}): Promise<MoodySweep> {
  const folder = moodyFolder();
  const scenario = { name: 'moody', file: 'moody.yaml', content: SCENARIO };
  const source = {
    scenario: { ...scenario, planHash: '' },
    sets: [],
    prices: null,
    runsCode: true,
    checks: [],
  };
  const { planHash, plan: base } = await prepareBase(source, { planFolder: folder, allowPlugins: true });
  const { id, date } = base.catalogue;
  const plan = makeSweepPlan(
    {
      engineVersion: other.engineVersion ?? VERSION,
      catalogue: { id, date },
      ...source,
      scenario: { ...scenario, planHash: other.planHash ?? planHash },
      design: { kind: 'grid' },
      parameters: [`platforms[0].scheduler.mood=${moods}`],
      platforms: ['moody'],
      seeds,
    },
    other.chunkRuns ?? 2,
  );
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify(plan));
  return { folder, plan, file };
}

/** The hash of all results when the sweep is done here, in so many shards with a folder each. */
export async function hashOfShards({ folder, plan }: MoodySweep, count: number): Promise<string> {
  const sweep = openSweep(plan);
  const setting = { planFolder: folder, allowPlugins: true };
  const folders: string[] = [];
  for (let index = 0; index < count; index++) {
    const results = join(folder, `shards-${count}`, String(index));
    makePartsFolder(results);
    folders.push(results);
    for (const range of chunksOfShard(sweep.chunks, { index, count })) {
      await runChunk(sweep, setting, range, { folder: results, owner: 'test' });
    }
  }
  return mergeParts(plan, folders, () => {}).hash;
}

/** Runs that were begun so far with the scheduler in this folder, by whomever. */
export function runsBegun(folder: string): number {
  const dots = join(folder, 'dots');
  return existsSync(dots) ? readFileSync(dots).length : 0;
}
