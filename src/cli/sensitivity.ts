import { changed, startReplications } from '../experiment/replication-runner.ts';
import { sensitivityOf, tieVariants } from '../experiment/sensitivity.ts';
import type { SensitivityAnswer } from '../experiment/sensitivity-answer.ts';
import { metricOf } from '../experiment/metric-value.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { reproduceLine } from './outputs.ts';
import { rankedMetric } from './ranked-metric.ts';
import { requirePlatform, scenarioAndSource } from './scenario-input.ts';
import { jobsOf, seedsOf } from './seeds.ts';
import { exitCodeOfSignal } from './signals.ts';
import { usage } from './usage.ts';
import { VERSION } from './version.ts';
import { inlineMore } from './optimiser.ts';

/** How often a Ctrl-C is looked for. */
const WATCH_MS = 100;
const DEFAULT_SEEDS = '1..10';

/** Shows how much of a ranking is the tie rule and the seed. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const wish = seedsOf({ ...args, seeds: args['seeds'] ?? DEFAULT_SEEDS });
  if (wish?.kind !== 'list' || wish.seeds.length < 2)
    throw usage('this needs two seeds by number, at least', 'write --seeds 1..10');
  const { seeds } = wish;
  const jobs = jobsOf(args);
  const { prepared, source } = await scenarioAndSource(args, io);
  const { plan } = prepared;
  const asked = (args['metric'] as string | undefined) ?? 'cost.total';
  const metric = rankedMetric('--metric', asked, prepared.userMetrics);
  const known = plan.platforms.map(({ name }) => name);
  const wanted = (args['platforms'] as string | undefined)?.split(',').map((name) => name.trim()) ?? known;
  for (const name of wanted) requirePlatform('--platforms', name, known);
  const variants = tieVariants(plan.platforms.filter(({ name }) => wanted.includes(name)));

  inlineMore();
  io.signals.hold();
  const stopping = new AbortController();
  const watch = setInterval(() => {
    if (io.signals.received !== null) stopping.abort();
  }, WATCH_MS);
  const runner = await startReplications(jobs, stopping.signal);
  const values: number[][] = [];
  try {
    for (const { platform, rule } of variants) {
      if (io.stderrIsTerminal) io.redraw(`${platform}, ${rule ?? 'no choice of rules'}`);
      const path = `platforms[${known.indexOf(platform)}].tieBreak`;
      const request = changed(source, platform, rule === null ? [] : [[path, rule]]);
      const summaries = await runner.run(request, seeds);
      values.push(
        summaries.map((summary) => {
          const value = metricOf(summary, metric.name);
          if (value === null)
            throw usage(
              `${platform} has no ${metric.name} with seed ${summary.seed}`,
              'choose another --metric',
            );
          return value;
        }),
      );
    }
  } catch (error) {
    if (io.signals.received === null) throw error;
    io.note('stopped: nothing was compared');
    return exitCodeOfSignal(io.signals.received);
  } finally {
    clearInterval(watch);
    if (io.stderrIsTerminal) io.redraw('');
    await runner.end();
  }
  await print({ scenario: plan.name, seeds, ...sensitivityOf(variants, values, metric) }, args, io);
  return EXIT.success;
}

async function print(answer: SensitivityAnswer, args: Arguments, io: CommandIo): Promise<void> {
  const form = formOf(args);
  const reproduce = reproduceLine(io);
  if (form === 'json') return printDocument(io, 'json', answer);
  const { renderSensitivityMarkdown, renderSensitivityText } = await import('../report/sensitivity-text.ts');
  if (form === 'markdown') io.out(renderSensitivityMarkdown(answer, { reproduce, version: VERSION }));
  else
    io.print(renderSensitivityText(answer, { width: io.width, ascii: io.ascii, paint: io.paint, reproduce }));
}
