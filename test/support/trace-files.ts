import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect } from 'vitest';
import { type Diagnostic, InputError } from '../../src/errors.ts';
import type { TraceChoice } from '../../src/io/traces/trace-sink.ts';
import type { TraceTable } from '../../src/model/trace-table.ts';
import { traceColumns } from './trace-columns.ts';

/** A folder of its own for one test file, removed after its tests. */
export function traceFolder(): {
  readonly folder: string;
  /** Writes a file into the folder and returns its path. */
  readonly write: (name: string, content: string | Uint8Array) => string;
  readonly writeGzip: (name: string, content: string | Uint8Array) => string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-traces-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  return { folder, write, writeGzip: (name, content) => write(name, gzipSync(content)) };
}

/** Everything of a trace, as it is. */
export const WHOLE_TRACE: Omit<TraceChoice, 'format'> = {
  window: null,
  sample: 1,
  timeScale: 1,
  runtimeScale: 1,
  departures: 'trace',
  columns: new Map(),
};

/** Draws that are always in the middle. */
export const half = (): number => 0.5;

/** The given draws in turn, from the first again after the last. */
export function drawing(...values: readonly number[]): () => number {
  let next = 0;
  return () => values[next++ % values.length]!;
}

/** What the promise is rejected with, which must be an `InputError`. */
export async function diagnosticsOf(attempt: Promise<unknown>): Promise<readonly Diagnostic[]> {
  const error = await attempt.then(
    () => expect.fail('expected an InputError, but all went well'),
    (reason: unknown) => reason,
  );
  if (error instanceof InputError) return error.diagnostics;
  throw error;
}

/** Code, line and column of each finding: `E3001 12:7`. */
export async function findingsOf(attempt: Promise<unknown>): Promise<string[]> {
  const diagnostics = await diagnosticsOf(attempt);
  return diagnostics.map(
    ({ code, position }) => `${code} ${position?.line ?? '-'}:${position?.column ?? '-'}`,
  );
}

/** The rows as plain lists: submit, runtime, CPU, memory in MiB, GPU as `count x milli models`. */
export function rowsOf(table: TraceTable): (number | string)[][] {
  const { length, submitMs, runtimeMs, shape, shapes } = traceColumns(table);
  return Array.from({ length }, (_, row) => {
    const { cpuMilli, memoryBytes, gpu } = shapes[shape[row]!]!;
    const device = gpu === null ? [] : [`${gpu.count}x${gpu.milli} ${gpu.models.join('|')}`.trim()];
    return [submitMs[row]!, runtimeMs[row]!, cpuMilli, memoryBytes / 2 ** 20, ...device];
  });
}

/** The losses as `rows reason`, kept ones in brackets. */
export function lossesOf({ losses }: Pick<TraceTable, 'losses'>): string[] {
  return losses.map(({ reason, rows, kept }) => (kept ? `(${rows} ${reason})` : `${rows} ${reason}`));
}

/** What holds for every table, whatever it was read from. */
export function expectSound(table: TraceTable): void {
  const { losses, totals } = table;
  const { length, submitMs, runtimeMs, shape, shapes } = traceColumns(table);
  expect(table.length).toBe(length);
  let previousMs = 0;
  let broken = 0;
  for (let row = 0; row < length; row++) {
    const isTime = Number.isSafeInteger(submitMs[row]) && submitMs[row]! >= previousMs;
    const isRuntime =
      runtimeMs[row]! >= 0 && (Number.isInteger(runtimeMs[row]) || runtimeMs[row] === Infinity);
    if (!isTime || !isRuntime || shapes[shape[row]!] === undefined) broken += 1;
    previousMs = submitMs[row]!;
  }
  expect(broken).toBe(0);
  for (const { cpuMilli, memoryBytes, gpu } of shapes) {
    expect(Number.isSafeInteger(cpuMilli) && cpuMilli >= 0).toBe(true);
    expect(Number.isSafeInteger(memoryBytes) && memoryBytes >= 0).toBe(true);
    if (gpu !== null)
      expect(gpu.count >= 1 && gpu.milli >= 1 && (gpu.count === 1 || gpu.milli === 1000)).toBe(true);
  }
  const dropped = losses.reduce((sum, { rows, kept }) => sum + (kept ? 0 : rows), 0);
  expect(totals.rowsRead).toBe(totals.rowsKept + dropped);
  expect(totals.rowsKept).toBe(length);
}
