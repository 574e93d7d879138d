import { closeSync, openSync, writeSync } from 'node:fs';
import { InputError } from '../errors.ts';
import type { RunResult } from '../experiment/result.ts';
import { runPlatform } from '../experiment/run-platform.ts';
import { renderRunHtml } from '../report/html.ts';
import { renderRunText } from '../report/run-text.ts';
import { checkLog, formatViolation } from '../telemetry/check-log.ts';
import { lineSink, type LogSink, MemoryLog } from '../telemetry/event-log.ts';
import type { Arguments, CommandIo } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { exitCodeFor } from './outcome.ts';
import { Progress } from './progress.ts';
import { reproduceLine, saveReport, saveResult } from './save.ts';
import { scenarioOf } from './scenario-input.ts';
import { VERSION } from './version.ts';

/** Runs one platform. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const startedMs = io.nowMs();
  const prepared = await scenarioOf(args, io);
  const platform = (args['platform'] as string | undefined) ?? prepared.plan.platforms[0]!.name;
  const memory = args['verify'] === true ? new MemoryLog() : null;
  const file = args['log'] === undefined ? null : openLog(String(args['log']));
  const sinks: LogSink[] = [...(memory === null ? [] : [memory]), ...(file === null ? [] : [file.sink])];
  const progress = new Progress(io, args['progress']);
  progress.begin(platform, prepared.plan.horizonMs);
  let result: RunResult;
  try {
    result = await runPlatform(prepared, {
      platform,
      observe: (state) => {
        progress.show(state);
        return io.stopRequested() !== null;
      },
      ...(sinks.length === 0 ? {} : { log: { write: (record) => sinks.forEach((sink) => void sink.write(record)) } }),
    });
  } finally {
    progress.end();
    file?.close();
  }
  const reproduce = reproduceLine(io);
  const violations = memory === null ? [] : checkLog(memory.records);
  await saveResult(args, io, prepared, result, { reproduce, wallMs: io.nowMs() - startedMs });
  saveReport(args, io, () => renderRunHtml(result, { reproduce, version: VERSION }));

  if (args['fingerprint'] === true) {
    io.out(`${result.summary.fingerprint.behaviour} ${result.summary.fingerprint.events}`);
  } else if (args['json'] === true || args['output'] === 'json') {
    io.out(JSON.stringify(result.summary, null, 2));
  } else {
    io.out(renderRunText(result, { width: io.width, ascii: io.ascii, paint: io.paint, reproduce }));
  }
  if (memory !== null) {
    for (const violation of violations.slice(0, 50)) io.note(formatViolation(violation));
    io.note(`verified ${memory.records.length} events: ${violations.length} violations`);
    if (violations.length > 0) return EXIT.internal;
  }
  return exitCodeFor([result], args, io);
}

/** Lines are gathered into larger writes: one system call per event would take most of the run. */
function openLog(path: string): { readonly sink: LogSink; readonly close: () => void } {
  let handle: number;
  try {
    handle = openSync(path, 'w');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError([{ severity: 'error', code: 'E4002', message: `Cannot write the event log: ${reason}` }]);
  }
  let lines: string[] = [];
  const flush = () => {
    writeSync(handle, lines.join(''));
    lines = [];
  };
  const sink = lineSink((line) => {
    lines.push(line);
    if (lines.length === 1000) flush();
  });
  return {
    sink,
    close: () => {
      flush();
      closeSync(handle);
    },
  };
}
