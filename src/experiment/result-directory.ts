import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import * as z from 'zod';
import { InputError } from '../errors.ts';
import { cannotWrite, exists, existsAlready, type WriteOptions, writeDurable } from '../io/atomic-files.ts';
import { csvChunks } from '../io/csv-write.ts';
import { RESULT_SCHEMA_VERSION, type RunResult, type RunSummary } from './result.ts';
import { damaged, readRows } from './result-decode.ts';
import {
  COSTS,
  type FileEntry,
  FORMAT,
  INSTANCES,
  MANIFEST,
  type Manifest,
  PLAN,
  readJson,
  readManifest,
  readRaw,
  readVerified,
  SERIES,
  SUMMARY,
  sha256,
  TASKS,
  TIMING,
  timingSchema,
  USAGE,
} from './result-files.ts';
import { COST_COLUMNS, costRows, instancesTable, seriesTable, tasksTable } from './result-tables.ts';
import { resultsBelow } from './results-below.ts';
import { runSummarySchema } from './summary-schema.ts';
import { readUsageLines, usageLines, type UsageRecord } from './usage-record.ts';

/** What a result directory says about its making, beside the result. */
export interface ResultMeta {
  readonly engineVersion: string;
  /** The command that makes the same result again. */
  readonly reproduce: string;
  /** Instant of time 0: makes instants of seconds in the tables. */
  readonly startEpochMs: number;
  /** The plan as a scenario, plain data: makes the run again, given the files that it names. */
  readonly plan: unknown;
  /** Goes to `timing.json` alone, the one file in which equal runs may differ. */
  readonly timing: ResultTiming;
}

export interface ResultTiming {
  /** Null where nobody measured it: replications in worker threads. */
  readonly wallMs: number | null;
  readonly node: string;
  readonly os: string;
  /** Where the scenario stood: its traces and plug-ins are looked for there. */
  readonly folder: string;
}

/** What making a stored result again takes, and what it must come to. */
export interface StoredPlan {
  /** A scenario. */
  readonly plan: unknown;
  readonly planHash: string;
  readonly folder: string;
  readonly engineVersion: string;
  readonly summary: RunSummary;
}

export interface StoredResult {
  readonly result: RunResult;
  readonly meta: ResultMeta;
}

/**
 * Writes `manifest.json`, `summary.json`, `plan.json`, the tables and `timing.json` into `directory`, which appears whole or not at
 * all: everything is written beside it and renamed at the end. Missing parents are made.
 *
 * Equal runs write equal files, `timing.json` apart (compressed tables: with the same build of zlib; their checksums
 * always).
 *
 * Throws `InputError`: E4003 when something is there and `force` is not set, or is no result directory even with
 * `force`; E4002 when the system refuses.
 */
export async function writeResult(
  directory: string,
  result: RunResult,
  meta: ResultMeta,
  options: WriteOptions = {},
): Promise<void> {
  const target = resolve(directory);
  let partial: string | undefined;
  try {
    refuseOccupied(target, options.force ?? false);
    mkdirSync(dirname(target), { recursive: true });
    const beside = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
    rmSync(beside, { recursive: true, force: true });
    mkdirSync(beside);
    partial = beside;
    await fillDirectory(partial, result, meta);
    moveIntoPlace(partial, target);
  } catch (error) {
    if (partial !== undefined) rmSync(partial, { recursive: true, force: true });
    throw cannotWrite(directory, error);
  }
}

/**
 * Reads what `writeResult` wrote. Sizes and checksums of all files are verified before anything is returned; `tasks()`
 * decodes its rows when asked, again on each call.
 *
 * Throws `InputError`: E4001 when there is no such directory or it holds no result, E4004 when a file is missing, damaged, or of another
 * format or version. Never throws anything else, whatever the files hold.
 */
export function readResult(directory: string): StoredResult {
  requireDirectory(directory);
  const manifest = readManifest(directory);
  const content = (name: FileEntry['name']) => readVerified(directory, manifest, name);
  const summary = readJson(directory, SUMMARY, runSummarySchema, content(SUMMARY));
  const { startEpochMs, bucketMs } = manifest;
  const rows = [...readRows(join(directory, SERIES), seriesTable(startEpochMs), content(SERIES))];
  const instances = [
    ...readRows(join(directory, INSTANCES), instancesTable(startEpochMs), content(INSTANCES)),
  ];
  // Verified now, decoded later: a result of many runs need not hold the tasks of all.
  content(TASKS);
  content(COSTS);
  const plan = readJson(directory, PLAN, z.unknown(), content(PLAN));
  const usage = manifest.files.some(({ name }) => name === USAGE)
    ? readUsage(join(directory, USAGE), content(USAGE))
    : undefined;
  const timing = readJson(directory, TIMING, timingSchema, readRaw(directory, TIMING));
  return {
    result: {
      summary,
      series: { bucketMs, rows },
      instances,
      tasks: () => readRows(join(directory, TASKS), tasksTable(startEpochMs), content(TASKS)),
      ...(usage !== undefined && { usage: () => usage }),
    },
    meta: {
      engineVersion: manifest.engineVersion,
      reproduce: manifest.reproduce,
      startEpochMs,
      plan,
      timing,
    },
  };
}

/** The part of a result that making it again takes; the tables are not read. Errors as `readResult`. */
export function readStoredPlan(directory: string): StoredPlan {
  requireDirectory(directory);
  const manifest = readManifest(directory);
  const summary = readVerified(directory, manifest, SUMMARY);
  return {
    plan: readJson(directory, PLAN, z.unknown(), readVerified(directory, manifest, PLAN)),
    planHash: manifest.planHash,
    folder: readJson(directory, TIMING, timingSchema, readRaw(directory, TIMING)).folder,
    engineVersion: manifest.engineVersion,
    summary: readJson(directory, SUMMARY, runSummarySchema, summary),
  };
}

function requireDirectory(directory: string): void {
  const refuse = (reason: string, hint: string) =>
    new InputError([
      { severity: 'error', code: 'E4001', message: `Cannot read ${directory}: ${reason}`, hint },
    ]);
  if (!existsSync(directory)) {
    throw refuse('there is no such directory', 'a result is what `stowage run FILE --out FOLDER` writes');
  }
  // A directory without its manifest but with the rest is a damaged result, and said to be one further on.
  if ([MANIFEST, SUMMARY, PLAN].some((name) => existsSync(join(directory, name)))) return;
  const [first, ...others] = resultsBelow(directory);
  if (first === undefined) {
    throw refuse('it holds no result', 'a result is what `stowage run FILE --out FOLDER` writes');
  }
  const more = others.length === 0 ? '' : `, one of ${others.length + 1} in it`;
  throw refuse('it is a folder of results, not one of them', `name ${first}${more}`);
}

function readUsage(path: string, content: Buffer): UsageRecord {
  try {
    return readUsageLines(textLines(content));
  } catch (error) {
    throw damaged(path, error);
  }
}

/** One line at a time: the record of a long run is longer than a text may be. */
function* textLines(content: Buffer): Generator<string> {
  for (let start = 0; start < content.length; ) {
    const end = content.indexOf(0x0a, start);
    const until = end < 0 ? content.length : end;
    if (until > start) yield content.toString('utf8', start, until);
    start = until + 1;
  }
}

/** With `force`, only a result or an empty directory gives way: a slip must not delete somebody's folder. */
function refuseOccupied(target: string, force: boolean): void {
  if (!exists(target)) return;
  let names: string[];
  try {
    names = readdirSync(target);
  } catch {
    throw existsAlready(target, 'it is not a directory: name another output');
  }
  if (names.length === 0) return;
  if (!force) throw existsAlready(target);
  if (!isResultDirectory(target)) throw existsAlready(target, 'it holds no result: name another output');
}

/** Damaged results may be replaced too: the format's name in the manifest is enough. */
function isResultDirectory(path: string): boolean {
  try {
    return readFileSync(join(path, MANIFEST), 'utf8').includes(`"${FORMAT}"`);
  } catch {
    return false;
  }
}

async function fillDirectory(directory: string, result: RunResult, meta: ResultMeta): Promise<void> {
  const { summary, series } = result;
  const { startEpochMs } = meta;
  const instances = instancesTable(startEpochMs);
  const files: FileEntry[] = [
    writeText(directory, SUMMARY, json(summary)),
    await writeTable(directory, SERIES, csvChunks(seriesTable(startEpochMs).columns, series.rows)),
    await writeTable(directory, TASKS, csvChunks(tasksTable(startEpochMs).columns, result.tasks())),
    await writeTable(directory, INSTANCES, csvChunks(instances.columns, result.instances)),
    await writeTable(directory, COSTS, csvChunks(COST_COLUMNS, costRows(summary.cost))),
    // In one line: it may hold a cluster of thousands of objects.
    writeText(directory, PLAN, `${JSON.stringify(meta.plan)}\n`),
    ...(result.usage === undefined ? [] : [await writeTable(directory, USAGE, usageLines(result.usage()))]),
  ];
  const content = {
    format: FORMAT,
    schemaVersion: RESULT_SCHEMA_VERSION,
    engineVersion: meta.engineVersion,
    scenario: summary.scenario,
    planHash: summary.planHash,
    platform: summary.platform,
    seed: summary.seed,
    catalogue: summary.catalogue,
    complete: summary.complete,
    startEpochMs,
    bucketMs: series.bucketMs,
    reproduce: meta.reproduce,
    files,
  } satisfies Omit<Manifest, 'sha256'>;
  const manifest: Manifest = { ...content, sha256: sha256(JSON.stringify(content)) };
  writeDurable(join(directory, TIMING), Buffer.from(json(meta.timing)));
  writeDurable(join(directory, MANIFEST), Buffer.from(json(manifest)));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function writeText(directory: string, name: FileEntry['name'], text: string): FileEntry {
  const bytes = Buffer.from(text);
  writeDurable(join(directory, name), bytes);
  return { name, bytes: bytes.length, sha256: sha256(bytes) };
}

/** Streams: a run of ten million tasks never has its table in memory. */
async function writeTable(
  directory: string,
  name: FileEntry['name'],
  chunks: Iterable<string>,
): Promise<FileEntry> {
  const hash = createHash('sha256');
  let bytes = 0;
  function* counted(): Generator<Buffer> {
    for (const chunk of chunks) {
      const buffer = Buffer.from(chunk);
      hash.update(buffer);
      bytes += buffer.length;
      yield buffer;
    }
  }
  const file = await open(join(directory, name), 'wx');
  try {
    const source = Readable.from(counted(), { objectMode: false });
    await pipeline(source, createGzip({ level: 6 }), async (parts: AsyncIterable<Buffer>) => {
      for await (const part of parts) await file.writeFile(part);
    });
    await maskOperatingSystem(file);
    await file.sync();
  } finally {
    await file.close();
  }
  return { name, bytes, sha256: hash.digest('hex') };
}

/** Byte 9 of the gzip header names the system it was made on (RFC 1952 §2.3.1); 255 is "unknown". No time is set. */
async function maskOperatingSystem(file: FileHandle): Promise<void> {
  await file.write(Uint8Array.of(255), 0, 1, 9);
}

/** Between the two renames an old result is under its second name for a moment; a failure puts it back. */
function moveIntoPlace(partial: string, target: string): void {
  if (!exists(target)) {
    renameSync(partial, target);
    return;
  }
  const aside = `${partial}.replaced`;
  renameSync(target, aside);
  try {
    renameSync(partial, target);
  } catch (error) {
    renameSync(aside, target);
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}
