import { comparePlatforms } from '../experiment/compare-platforms.ts';
import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import type { Comparison, RunSummary } from '../experiment/result.ts';
import type { TableOptions } from '../report/comparison-table.ts';
import { answerAfter, formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { differsTooMuch, limitsOf } from './fail-if.ts';
import { exitCodeFor, failOnOf } from './outcome.ts';
import { reproduceLine, requireWritable, saveRequestOf, saveResult, saveText } from './outputs.ts';
import { Progress } from './progress.ts';
import { possibleSeeds, replicated } from './replications.ts';
import { platformsOf } from './platforms.ts';
import { scenarioAndSource } from './scenario-input.ts';
import { jobsOf, type SeedsWish, seedsOf } from './seeds.ts';
import { selectBest, selectionOf } from './select.ts';
import { tableOptionsOf } from './table-options.ts';
import { VERSION } from './version.ts';

/** Runs platforms side by side. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const startedMs = io.nowMs();
  const failOn = failOnOf(args);
  const limits = limitsOf(args);
  const wish = seedsOf(args);
  const jobs = jobsOf(args);
  const selection = selectionOf(args);
  const { prepared, source } = await firstSeed(args, wish, io);
  const platforms = platformsOf(args, prepared);
  const table = tableOptionsOf(
    args,
    prepared.userMetrics.map(({ name }) => name),
  );
  if (selection !== null) {
    await selectBest(prepared, { ...source, platforms }, selection, jobs, args, io);
    return EXIT.success;
  }
  requireWritable(args, io, prepared, platforms, possibleSeeds(wish, prepared.plan.seed));
  io.signals.hold();
  const first = await compared(prepared, platforms, args, io);
  const goesOn = wish !== null && io.signals.received === null;
  const comparison = goesOn
    ? await replicated(first, { ...source, platforms, ...saveRequestOf(args, io, prepared) }, wish, jobs, io)
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
      await saveText('markdown', args, io, () => markdown(comparison, made));
      await saveText('report', args, io, async () => {
        const { freshPage } = await import('./report-page.ts');
        return freshPage(comparison, prepared, { ...made, args }, io);
      });
    },
    () =>
      args['fingerprint'] === true
        ? printFingerprints(comparison, args, io)
        : print(comparison, made, args, io),
  );
  if (args['report'] === undefined) io.suggest([`${made.reproduce} --report`]);
  const code = exitCodeFor(allSummaries(comparison), prepared, failOn, io);
  if (code !== EXIT.success) return code;
  const anyDifference = args['exit-code'] === true;
  return differsTooMuch(comparison, { limits, anyDifference, table }, io) ? EXIT.differs : EXIT.success;
}

/** The scenario with the first of the seeds, or with its own. */
async function firstSeed(
  args: Arguments,
  wish: SeedsWish | null,
  io: CommandIo,
): ReturnType<typeof scenarioAndSource> {
  return scenarioAndSource(wish?.kind === 'list' ? { ...args, seed: String(wish.seeds[0]) } : args, io);
}

function allSummaries({ runs, replications }: Comparison): RunSummary[] {
  return [...runs.map(({ summary }) => summary), ...replications];
}

async function compared(
  prepared: PreparedScenario,
  platforms: readonly string[],
  args: Arguments,
  io: CommandIo,
): Promise<Comparison> {
  const progress = new Progress(io, args['progress']);
  try {
    return await comparePlatforms(prepared, {
      platforms,
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

interface Made {
  readonly reproduce: string;
  readonly version: string;
  readonly table: TableOptions;
}

async function markdown(comparison: Comparison, made: Made): Promise<string> {
  const { renderComparisonMarkdown } = await import('../report/markdown.ts');
  return renderComparisonMarkdown(comparison, made);
}

async function print(comparison: Comparison, made: Made, args: Arguments, io: CommandIo): Promise<void> {
  const form = formOf(args);
  if (form === 'markdown') io.out(await markdown(comparison, made));
  else if (form === 'text') {
    const { renderComparisonText } = await import('../report/comparison-text.ts');
    const { width, ascii, paint } = io;
    io.print(renderComparisonText(comparison, { width, ascii, paint, ...made }));
  } else {
    const { comparisonToCsv, comparisonToJson } = await import('../report/comparison-export.ts');
    if (form === 'csv') io.out(comparisonToCsv(comparison, made.table));
    else if (form === 'json') io.out(comparisonToJson(comparison, made.table));
    else await printDocument(io, 'yaml', JSON.parse(comparisonToJson(comparison, made.table)));
  }
}

/** One line per platform and seed, or one document. */
async function printFingerprints(comparison: Comparison, args: Arguments, io: CommandIo): Promise<void> {
  const form = formOf(args);
  const summaries = allSummaries(comparison);
  const nameOf = ({ platform, seed }: RunSummary) =>
    comparison.replications.length === 0 ? platform.name : `${platform.name} seed=${seed}`;
  const fingerprints = summaries.map((summary) => [nameOf(summary), summary.fingerprint] as const);
  if (form === 'json' || form === 'yaml') await printDocument(io, form, Object.fromEntries(fingerprints));
  else for (const [name, { behaviour, events }] of fingerprints) io.print(`${name} ${behaviour} ${events}`);
}
