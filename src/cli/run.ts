import { expectedTasks } from '../experiment/expected-tasks.ts';
import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import type { RunResult } from '../experiment/result.ts';
import { runPlatform } from '../experiment/run-platform.ts';
import type { WorkloadTables } from '../experiment/run/workload-run.ts';
import type { WarmUpWish } from '../experiment/warm-up.ts';
import { sampledLog } from '../telemetry/log-sample.ts';
import { type LogSink, sinkOf } from '../telemetry/log-sink.ts';
import { answerAfter, formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import type { EventLogFile } from './event-log-file.ts';
import { EXIT } from './exit-codes.ts';
import { type LogWish, logWishOf } from './log-arguments.ts';
import { inlineMoreFor } from './optimiser.ts';
import { exitCodeFor, failOnOf } from './outcome.ts';
import { reproduceLine, requireWritable, saveResult, saveText } from './outputs.ts';
import { shellWord } from './shell-word.ts';
import { Progress } from './progress.ts';
import { requirePlatform, scenarioOf } from './scenario-input.ts';
import { metricsOf } from './table-options.ts';
import { warmUpOf } from './warm-up-argument.ts';
import { VERSION } from './version.ts';

/** More broken invariants than this are counted, not shown. */
const VIOLATIONS_SHOWN = 50;

/** Runs one platform. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const startedMs = io.nowMs();
  const failOn = failOnOf(args);
  const wish = logWishOf(args);
  const prepared = await scenarioOf(args, io);
  const platforms = prepared.plan.platforms.map(({ name }) => name);
  const platform = (args['platform'] as string | undefined) ?? platforms[0]!;
  requirePlatform('--platform', platform, platforms);
  const metrics = metricsOf(
    args,
    prepared.userMetrics.map(({ name }) => name),
  );
  const warmUp = warmUpOf(args, prepared);
  requireWritable(args, io, prepared, [platform]);
  const tables = await prepared.drawTables(0);
  inlineMoreFor(expectedTasks(prepared.plan, tables));
  const proof = args['verify'] === true ? await startProof() : null;
  const log = wish === null ? null : await startLog(wish, io);
  io.signals.hold();
  try {
    const result = await simulated(
      prepared,
      { platform, tables, ...warmUp },
      [proof?.sink ?? [], log?.sink ?? []].flat(),
      args,
      io,
    );
    const reproduce = reproduceLine(io);
    const wallMs = io.nowMs() - startedMs;
    await answerAfter(
      args,
      async () => {
        log?.finish();
        if (wish !== null) io.note(`wrote ${wish.file}`);
        await saveResult(args, io, prepared, result, { reproduce, wallMs });
        await saveText('report', args, io, async () => {
          const { comparisonOfRun } = await import('../report/run-sentence.ts');
          const { freshPage } = await import('./report-page.ts');
          return freshPage(comparisonOfRun(result), prepared, { reproduce, version: VERSION, args }, io);
        });
      },
      () => print(result, { reproduce, metrics }, args, io),
    );
    if (proof !== null && !proof.holds(io)) return EXIT.internal;
    if (platforms.length > 1) io.suggest([`stowage compare ${shellWord(String(args['scenario']))}`]);
    return exitCodeFor([result.summary], prepared, failOn, io);
  } finally {
    log?.discard();
  }
}

async function simulated(
  prepared: PreparedScenario,
  options: { readonly platform: string; readonly tables: WorkloadTables; readonly warmUp?: WarmUpWish },
  sinks: readonly LogSink[],
  args: Arguments,
  io: CommandIo,
): Promise<RunResult> {
  const progress = new Progress(io, args['progress']);
  progress.begin(options.platform, prepared.plan.horizonMs);
  try {
    return await runPlatform(prepared, {
      ...options,
      observe: (state) => {
        const nowMs = io.nowMs();
        progress.show(state, nowMs);
        return io.signals.stops(nowMs);
      },
      ...(sinks.length > 0 && { log: sinkOf(sinks) }),
    });
  } finally {
    progress.end();
  }
}

async function print(
  result: RunResult,
  { reproduce, metrics }: { readonly reproduce: string; readonly metrics: readonly string[] | undefined },
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const { summary } = result;
  const form = formOf(args);
  const { behaviour, events } = summary.fingerprint;
  const asked = args['fingerprint'] === true ? summary.fingerprint : summary;
  if (form === 'json' || form === 'yaml') await printDocument(io, form, asked);
  else if (asked === summary.fingerprint) io.print(`${behaviour} ${events}`);
  else {
    const { renderRunText } = await import('../report/run-text.ts');
    const style = { width: io.width, ascii: io.ascii, paint: io.paint, reproduce };
    io.print(renderRunText(result, { ...style, ...(metrics !== undefined && { metrics }) }));
  }
}

/** `--log`. */
async function startLog({ file, format, sample }: LogWish, io: CommandIo): Promise<EventLogFile> {
  const { openEventLog } = await import('./event-log-file.ts');
  const log = openEventLog(file, io.workingDirectory, format);
  return sample === null ? log : { ...log, sink: sampledLog(log.sink, sample) };
}

/** `--verify`: keeps the event log, and lets the checker, which knows nothing else, prove it. */
async function startProof() {
  const { checkLog, formatViolation } = await import('../telemetry/check-log.ts');
  const { MemoryLog } = await import('../telemetry/event-log.ts');
  const sink = new MemoryLog();
  const holds = (io: CommandIo): boolean => {
    const violations = checkLog(sink.records);
    for (const violation of violations.slice(0, VIOLATIONS_SHOWN)) io.note(formatViolation(violation));
    io.note(`verified ${sink.records.length} events: ${violations.length} violations`);
    return violations.length === 0;
  };
  return { sink, holds };
}
