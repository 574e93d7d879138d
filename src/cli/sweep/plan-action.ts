import { dirname, resolve } from 'node:path';
import { openSweep, type SweepPlan } from '../../experiment/sweep/sweep-plan.ts';
import { exists, existsAlready } from '../../io/atomic-files.ts';
import { decimal, formatDurationMs, SECOND } from '../../units.ts';
import { formOf, printDocument } from '../answer.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { writeText } from '../outputs.ts';
import { shellWord } from '../shell-word.ts';
import { usage } from '../usage.ts';
import type { Pilot } from './pilot.ts';
import { planOf } from './plan-input.ts';
import { planText } from './stored-sweep.ts';

/** `sweep plan`: writes down what is to be run. */
export async function planAction(args: Arguments, io: CommandIo): Promise<number> {
  const inputs = (args['inputs'] as readonly string[] | undefined) ?? [];
  if (inputs.length !== 1) throw usage('name one scenario to plan a sweep of');
  const out = (args['out'] as string | undefined) ?? 'plan.json';
  const path = resolve(io.workingDirectory, out);
  const force = args['force'] === true;
  if (!force && exists(path)) throw existsAlready(out);
  const { plan, pilot } = await planOf(args, io, inputs[0]!, dirname(path));
  writeText(out, planText(plan), io, force);
  if (formOf(args) === 'json') {
    const { scenario, ...rest } = plan;
    const { content: _, ...named } = scenario;
    await printDocument(io, 'json', { ...rest, scenario: named, worldMs: pilot.worldMs });
  } else for (const line of planLines(plan, pilot)) io.print(line);
  io.note(`wrote ${out}. Nothing is kept of the trial runs.`);
  const file = shellWord(out);
  io.suggest([`stowage sweep run ${file} --out sweep`, `stowage sweep template slurm ${file} --shards 16`]);
  return EXIT.success;
}

/** What the plan is, and how long it will take. */
export function planLines(plan: SweepPlan, { worldMs }: Pilot): string[] {
  const { axes, seeds, chunks } = openSweep(plan);
  const { design, points, platforms, runs, chunkRuns } = plan;
  const levels = axes.map(({ path, count }) => `${path} (${decimal(count, 0)} values)`);
  const rows: [string, string][] = [
    ['runs', decimal(runs, 0)],
    [
      'points',
      `${decimal(points, 0)}, ${design.kind}${levels.length === 0 ? '' : ` over ${levels.join(', ')}`}`,
    ],
    ['platforms', platforms.join(', ')],
    ['seeds', `${decimal(seeds.count, 0)}: ${plan.seeds}`],
    ['chunks', `${decimal(chunks.count, 0)} of ${decimal(chunkRuns, 0)} runs`],
    ...(worldMs === null ? [] : [['time', timeText(plan, worldMs)] satisfies [string, string]]),
    ['plan', plan.hash],
  ];
  return rows.map(([name, value]) => `${name.padEnd(9)}  ${value}`);
}

function timeText({ runs, platforms, chunkRuns }: SweepPlan, worldMs: number): string {
  const perRun = worldMs / platforms.length;
  const rounded = (ms: number) => formatDurationMs(Math.max(SECOND, Math.ceil(ms / SECOND) * SECOND));
  return `about ${rounded(runs * perRun)} of one core, ${rounded(chunkRuns * perRun)} a chunk; trial runs took ${perRun.toFixed(0)} ms each`;
}
