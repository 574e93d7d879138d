import type { DecisionSample } from '../experiment/explanation.ts';
import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import type { Comparison, RunResult } from '../experiment/result.ts';
import { sampleDecisions } from '../experiment/sample-decisions.ts';
import { parseBytes } from '../units.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { folderOf } from './outputs.ts';
import { usage } from './usage.ts';

/** Runs of more tasks are not made again for the sake of a page; `explain` still answers for them. */
const TASKS_TO_EXPLAIN = 300_000;

/** What makes a run again: its platform by the name in the plan, which may differ from that on the page. */
export interface RunSource {
  readonly prepared: PreparedScenario;
  readonly platform: string;
}

/** A page of one or more results; `sources` make them again, to explain some decisions. */
export interface PageWish {
  readonly comparison: Comparison;
  readonly sources: ReadonlyMap<RunResult, RunSource>;
  readonly directories: ReadonlyMap<string, string>;
  readonly reproduce: string;
  /** What writes the directories, when nobody has. */
  readonly writtenBy?: string;
  readonly version: string;
  readonly maxBytes?: number;
  readonly title?: string;
}

/** The page as HTML. Says on stderr which runs it cannot explain. */
export async function reportPage(wish: PageWish, io: CommandIo): Promise<string> {
  const { renderComparisonHtml } = await import('../report/html.ts');
  const { comparison, sources, directories, reproduce, writtenBy, version, maxBytes, title } = wish;
  const decisions: DecisionSample[] = [];
  for (const result of comparison.runs) {
    const { platform, tasks } = result.summary;
    const source = sources.get(result);
    if (source === undefined) continue;
    if (tasks.submitted > TASKS_TO_EXPLAIN) {
      io.note(
        `${platform.name}: too many tasks to explain decisions on the page; explain does it one by one`,
      );
      continue;
    }
    const expected = result.summary;
    const sample = await sampleDecisions(source.prepared, { platform: source.platform, expected });
    if (sample === null) io.note(`${platform.name}: made again, the run differs; no decisions on the page`);
    else decisions.push({ ...sample, platform: platform.name });
  }
  return renderComparisonHtml(comparison, {
    ...{ reproduce, version, decisions, directories },
    ...(writtenBy === undefined ? {} : { writtenBy }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(title === undefined ? {} : { generatedFor: title }),
  });
}

/** Where results would be written that nobody asked for. */
const OUT = 'results';

/** The page of runs that have just ended. */
export function freshPage(
  comparison: Comparison,
  prepared: PreparedScenario,
  {
    reproduce,
    version,
    args,
  }: { readonly reproduce: string; readonly version: string; readonly args: Arguments },
  io: CommandIo,
): Promise<string> {
  const nameOf = (run: RunResult) => run.summary.platform.name;
  const isWritten = args['out'] !== undefined;
  const place = isWritten ? args : { ...args, out: OUT };
  const directories = new Map(comparison.runs.map((run) => [nameOf(run), folderOf(place, run)] as const));
  const sources = new Map(comparison.runs.map((run) => [run, { prepared, platform: nameOf(run) }] as const));
  const writtenBy = isWritten ? {} : { writtenBy: `${reproduce} --out ${OUT}` };
  return reportPage({ comparison, sources, directories, reproduce, version, ...writtenBy }, io);
}

/** `--max-size`. */
export function maxBytesOf(args: Arguments): number | undefined {
  const text = args['max-size'] as string | undefined;
  if (text === undefined) return undefined;
  const bytes = parseBytes(text);
  if (bytes === undefined || bytes < 100_000) {
    throw usage(`cannot use --max-size ${text}`, 'a size from 100kB on: 10MB');
  }
  return bytes;
}
