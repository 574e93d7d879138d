import { comparePlatforms } from '../experiment/compare-platforms.ts';
import { renderComparisonText } from '../report/comparison-text.ts';
import { comparisonToCsv, comparisonToJson } from '../report/comparison-export.ts';
import { renderComparisonHtml } from '../report/html.ts';
import { renderComparisonMarkdown } from '../report/markdown.ts';
import type { Arguments, CommandIo } from './commands.ts';
import { exitCodeFor } from './outcome.ts';
import { Progress } from './progress.ts';
import { reproduceLine, saveReport, saveResult, saveText } from './save.ts';
import { scenarioOf, usage } from './scenario-input.ts';
import { VERSION } from './version.ts';

/** Runs platforms side by side. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  if (args['verify'] === true) throw usage('Cannot use --verify with compare: run each platform with stowage run --verify');
  const startedMs = io.nowMs();
  const prepared = await scenarioOf(args, io);
  const progress = new Progress(io, args['progress']);
  const names = args['platforms'] as string | undefined;
  const comparison = await comparePlatforms(prepared, {
    ...(names === undefined ? {} : { platforms: names.split(',').map((name) => name.trim()) }),
    onRun: (platform) => {
      progress.end();
      progress.begin(platform, prepared.plan.horizonMs);
    },
    observe: (state) => {
      progress.show(state);
      return io.stopRequested() !== null;
    },
  });
  progress.end();

  const reproduce = reproduceLine(io);
  const wallMs = io.nowMs() - startedMs;
  for (const result of comparison.runs) await saveResult(args, io, prepared, result, { reproduce, wallMs });
  saveText(args['markdown'], args, io, () => renderComparisonMarkdown(comparison, { reproduce, version: VERSION }));

  const form = args['json'] === true ? 'json' : args['output'];
  if (args['fingerprint'] === true) {
    for (const { summary } of comparison.runs) {
      io.out(`${summary.platform.name} ${summary.fingerprint.behaviour} ${summary.fingerprint.events}`);
    }
  } else if (form === 'json') io.out(comparisonToJson(comparison));
  else if (form === 'csv') io.out(comparisonToCsv(comparison));
  else if (form === 'markdown') io.out(renderComparisonMarkdown(comparison, { reproduce, version: VERSION }));
  else io.out(renderComparisonText(comparison, { width: io.width, ascii: io.ascii, paint: io.paint, reproduce }));
  saveReport(args, io, () => renderComparisonHtml(comparison, { reproduce, version: VERSION }));
  return exitCodeFor(comparison.runs, args, io);
}
