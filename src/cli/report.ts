import { basename, resolve } from 'node:path';
import { InputError } from '../errors.ts';
import type { RunResult } from '../experiment/result.ts';
import { readResult } from '../experiment/result-directory.ts';
import { comparisonOfResults } from '../experiment/results-comparison.ts';
import { comparisonOfRun } from '../report/run-sentence.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { requireFree, writeText } from './outputs.ts';
import { maxBytesOf, type RunSource, reportPage } from './report-page.ts';
import { storedScenario } from './stored-scenario.ts';
import { usage } from './usage.ts';
import { VERSION } from './version.ts';

/** Makes the page of one result, or of several side by side. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const directories = args['results'] as readonly string[];
  const maxBytes = maxBytesOf(args);
  const out = String(args['out']);
  requireFree(out, io, args['force'] === true);
  const twice = directories.find((directory, index) => directories.indexOf(directory) !== index);
  if (twice !== undefined) throw usage(`${twice} is named more than once`);
  const stored = directories.map((directory) => {
    return { directory, ...readResult(resolve(io.workingDirectory, directory)) };
  });
  const [only] = stored;
  const comparison =
    stored.length === 1
      ? comparisonOfRun(only!.result)
      : comparisonOfResults(
          stored.map(({ directory, result }) => {
            return { directory: basename(resolve(io.workingDirectory, directory)), result };
          }),
        );
  const sources = new Map<RunResult, RunSource>();
  const directoryOf = new Map<string, string>();
  for (const run of comparison.runs) {
    // Renamed runs keep their rows: the function that makes them tells which result it was.
    const own = stored.find(({ result }) => result.instances === run.instances)!;
    directoryOf.set(run.summary.platform.name, own.directory);
    const source = await sourceOf(own.directory, own.result.summary.platform.name, args, io);
    if (source !== null) sources.set(run, source);
  }
  const descriptions = new Set(stored.map(({ meta }) => descriptionOf(meta.plan)));
  const [description = ''] = descriptions.size === 1 ? descriptions : [];
  const reproduce = [...new Set(stored.map(({ meta }) => meta.reproduce))].join('\n');
  const title = args['title'] as string | undefined;
  const page = await reportPage(
    {
      ...{
        comparison: { ...comparison, description },
        sources,
        directories: directoryOf,
        reproduce,
        version: VERSION,
      },
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(title === undefined ? {} : { title }),
    },
    io,
  );
  writeText(out, page, io, args['force'] === true);
  io.note(`wrote ${out}`);
  return EXIT.success;
}

/** What the scenario says of itself. */
function descriptionOf(plan: unknown): string {
  const { description } = plan as { readonly description?: unknown };
  return typeof description === 'string' ? description : '';
}

/** What makes the run again; null, and a word about it, when something that it takes is not there any more. */
async function sourceOf(
  directory: string,
  platform: string,
  args: Arguments,
  io: CommandIo,
): Promise<RunSource | null> {
  try {
    return { prepared: (await storedScenario(directory, args, io)).prepared, platform };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    io.note(`${directory}: no decisions on the page: ${error.diagnostics[0]!.message}`);
    return null;
  }
}
