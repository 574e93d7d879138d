import type { Comparison, RunSummary } from '../experiment/result.ts';
import type { TableOptions } from '../report/comparison-table.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { saveText } from './outputs.ts';

/** What a comparison says of its making, and what its table shows. */
export interface Made {
  readonly reproduce: string;
  readonly version: string;
  readonly table: TableOptions;
}

/** `--markdown`: the comparison as a document. Errors: E4002, E4003. */
export function saveMarkdown(
  comparison: Comparison,
  made: Made,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  return saveText('markdown', args, io, () => markdown(comparison, made));
}

async function markdown(comparison: Comparison, made: Made): Promise<string> {
  const { renderComparisonMarkdown } = await import('../report/markdown.ts');
  return renderComparisonMarkdown(comparison, made);
}

/** The comparison in the form asked for, or its fingerprints. */
export async function printComparison(
  comparison: Comparison,
  made: Made,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  if (args['fingerprint'] === true) return printFingerprints(comparison, args, io);
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

/** Of all seeds, those of the first before the others. */
export function allSummaries({ runs, replications }: Comparison): RunSummary[] {
  return [...runs.map(({ summary }) => summary), ...replications];
}
