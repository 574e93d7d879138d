import { type ComparisonOptions, comparePlatforms } from '../experiment/compare-platforms.ts';
import { expectedTasks } from '../experiment/expected-tasks.ts';
import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import type { Comparison } from '../experiment/result.ts';
import { answerAfter } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { allSummaries, printComparison, saveMarkdown } from './comparison-output.ts';
import { EXIT } from './exit-codes.ts';
import { differsTooMuch, limitsOf } from './fail-if.ts';
import { inlineMoreFor } from './optimiser.ts';
import { exitCodeFor, failOnOf } from './outcome.ts';
import { isFolder, reproduceLine, requireWritable, saveRequestOf, saveResult, saveText } from './outputs.ts';
import { platformsOf } from './platforms.ts';
import { precisionOf } from './precision.ts';
import { Progress } from './progress.ts';
import { possibleSeeds, replicated } from './replications.ts';
import { scenarioAndSource } from './scenario-input.ts';
import { jobsOf, type SeedsWish, seedsOf } from './seeds.ts';
import { selectBest, selectionOf } from './select.ts';
import { tableOptionsOf } from './table-options.ts';
import { usage } from './usage.ts';
import { VERSION } from './version.ts';
import { warmUpOf } from './warm-up-argument.ts';

/** Runs platforms side by side, or puts finished runs side by side. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  if (isFolder(String(args['scenario']), io)) {
    const { compareResults } = await import('./compare-results.ts');
    return compareResults(args, io);
  }
  requireOneScenario(args);
  const startedMs = io.nowMs();
  const failOn = failOnOf(args);
  const wish = seedsOf(args);
  const jobs = jobsOf(args);
  const selection = selectionOf(args);
  const { prepared, source } = await firstSeed(args, wish, io);
  const platforms = platformsOf(args, prepared);
  const own = prepared.userMetrics.map(({ name }) => name);
  const [limits, table] = [limitsOf(args, own), tableOptionsOf(args, own)];
  const targets = precisionOf(args, wish, own);
  const warmUp = warmUpOf(args, prepared);
  if (selection !== null) {
    await selectBest(prepared, { ...source, platforms }, selection, jobs, args, io);
    return EXIT.success;
  }
  requireWritable(args, io, prepared, platforms, possibleSeeds(wish, prepared.plan.seed));
  const tables = await prepared.drawTables(0);
  const seeds = possibleSeeds(wish, prepared.plan.seed).length;
  inlineMoreFor(expectedTasks(prepared.plan, tables) * platforms.length * seeds);
  io.signals.hold();
  const first = await compared(prepared, { platforms, tables, ...warmUp }, args, io);
  const goesOn = wish !== null && io.signals.received === null;
  const comparison = goesOn
    ? await replicated(
        first,
        { ...source, platforms, ...warmUp, ...saveRequestOf(args, io, prepared) },
        { wish, targets, jobs },
        io,
      )
    : first;

  const made = { reproduce: reproduceLine(io), version: VERSION, table };
  const wallMs = io.nowMs() - startedMs;
  await answerAfter(
    args,
    async () => {
      for (const result of comparison.runs) await saveResult(args, io, prepared, result, { ...made, wallMs });
      const others = comparison.replications.length;
      if (args['out'] !== undefined && others > 0)
        io.note(`wrote ${others} results of other seeds beside them`);
      await saveMarkdown(comparison, made, args, io);
      await saveText('report', args, io, async () => {
        const { freshPage } = await import('./report-page.ts');
        return freshPage(comparison, prepared, { ...made, args }, io);
      });
    },
    () => printComparison(comparison, made, args, io),
  );
  if (args['report'] === undefined) io.suggest([`${made.reproduce} --report`]);
  const code = exitCodeFor(allSummaries(comparison), prepared, failOn, io);
  if (code !== EXIT.success) return code;
  const anyDifference = args['exit-code'] === true;
  return differsTooMuch(comparison, { limits, anyDifference, table }, io) ? EXIT.differs : EXIT.success;
}

/** What stands behind a scenario is no second one. */
function requireOneScenario(args: Arguments): void {
  const [other] = (args['results'] as readonly string[] | undefined) ?? [];
  if (other === undefined) return;
  throw usage(
    `cannot use '${other}': one argument too many`,
    'compare takes one scenario, or folders of results',
  );
}

/** The scenario with the first of the seeds, or with its own. */
async function firstSeed(
  args: Arguments,
  wish: SeedsWish | null,
  io: CommandIo,
): ReturnType<typeof scenarioAndSource> {
  return scenarioAndSource(wish?.kind === 'list' ? { ...args, seed: String(wish.seeds[0]) } : args, io);
}

async function compared(
  prepared: PreparedScenario,
  options: Pick<ComparisonOptions, 'tables' | 'warmUp'> & { readonly platforms: readonly string[] },
  args: Arguments,
  io: CommandIo,
): Promise<Comparison> {
  const progress = new Progress(io, args['progress']);
  const { platforms } = options;
  try {
    return await comparePlatforms(prepared, {
      ...options,
      onRun: (platform) => {
        const place = `${platforms.indexOf(platform) + 1}/${platforms.length}`;
        progress.begin(platform, prepared.plan.horizonMs, place);
      },
      observe: (state) => {
        const nowMs = io.nowMs();
        progress.show(state, nowMs);
        return io.signals.stops(nowMs);
      },
    });
  } finally {
    progress.end();
  }
}
