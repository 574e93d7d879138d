import { InputError } from '../../errors.ts';
import type { Sweep } from '../../experiment/sweep/sweep-plan.ts';
import { prepareWorld, type SweepSetting } from '../../experiment/sweep/sweep-world.ts';
import type { PreparedScenario } from '../../experiment/prepare-scenario.ts';
import { SET_FILE } from '../../io/scenario/apply-sets.ts';
import type { CommandIo } from '../command-io.ts';

/** What a few runs showed. */
export interface Pilot {
  /** All platforms at one point with one seed, in milliseconds of one core; null: not measured. */
  readonly worldMs: number | null;
}

/**
 * Prepares the first, the middle and the last point, and runs them for at most `limitMs` each to see how long runs take;
 * with 0 nothing is run. Errors: those of the first point, when none can be prepared.
 */
export async function pilotRuns(
  sweep: Sweep,
  setting: SweepSetting,
  limitMs: number,
  io: CommandIo,
): Promise<Pilot> {
  const { points } = sweep.plan;
  const tried = [...new Set([0, Math.floor((points - 1) / 2), points - 1])];
  const times: number[] = [];
  let problem: InputError | undefined;
  let prepared = 0;
  for (const point of tried) {
    const startedMs = io.nowMs();
    try {
      const world = await prepareWorld(sweep.plan, setting, sweep.valuesAt(point), sweep.seeds.at(0));
      prepared += 1;
      if (limitMs === 0) continue;
      await runWorld(world, sweep.plan.platforms, startedMs + limitMs, io);
      times.push(io.nowMs() - startedMs);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problem ??= atParameter(error, sweep);
    }
    // The first one also pays for reading the catalogue; a slow one alone says enough.
    if (times.length > 0 && times.at(-1)! > limitMs / tried.length) break;
  }
  if (prepared === 0 && problem !== undefined) throw problem;
  return { worldMs: times.length === 0 ? null : Math.min(...times) };
}

async function runWorld(
  world: PreparedScenario,
  platforms: readonly string[],
  untilMs: number,
  io: CommandIo,
): Promise<void> {
  // Only a plan that measures has to load the engine.
  const { runPlatform } = await import('../../experiment/run-platform.ts');
  const tables = await world.drawTables(0);
  for (const platform of platforms) {
    await runPlatform(world, { platform, tables, observe: () => io.nowMs() > untilMs });
    if (io.nowMs() > untilMs) return;
  }
}

/** A finding in a value that the parameter brought, as one at `--param`. */
function atParameter(error: InputError, { axes }: Sweep): InputError {
  return new InputError(
    error.diagnostics.map((diagnostic) => {
      const { position, excerpt } = diagnostic;
      const isOurs = axes.some(({ path }) => excerpt?.startsWith(`${path}=`) === true);
      if (position?.file !== SET_FILE || !isOurs) return diagnostic;
      return { ...diagnostic, position: { ...position, file: '--param' } };
    }),
  );
}
