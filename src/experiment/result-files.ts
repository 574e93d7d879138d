import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { RESULT_SCHEMA_VERSION } from './result.ts';
import { damaged } from './result-decode.ts';

export const FORMAT = 'stowage-result';
export const SUMMARY = 'summary.json';
export const SERIES = 'timeseries.csv.gz';
export const TASKS = 'tasks.csv.gz';
export const INSTANCES = 'nodes.csv.gz';
export const COSTS = 'costs.csv.gz';
/** The plan as a scenario: what the run was made of, files beside the scenario apart. */
export const PLAN = 'plan.json';
export const USAGE = 'usage.ndjson.gz';
export const MANIFEST = 'manifest.json';
export const TIMING = 'timing.json';
/** Those that the manifest lists. */
const CONTENT_FILES = [SUMMARY, SERIES, TASKS, INSTANCES, COSTS, PLAN] as const;
/** Beside them, where the result has it. */
const OPTIONAL_FILES = [USAGE] as const;

/** Size and SHA-256 of a file's content before compression: compressed bytes may differ between builds of zlib. */
const fileEntrySchema = z.strictObject({
  name: z.enum([...CONTENT_FILES, ...OPTIONAL_FILES]),
  bytes: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
/** A file that the manifest vouches for. */
export type FileEntry = z.infer<typeof fileEntrySchema>;

/** `manifest.json`: what the run was, and what its files must hold. */
const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  schemaVersion: z.literal(RESULT_SCHEMA_VERSION),
  engineVersion: z.string(),
  scenario: z.string(),
  planHash: z.string(),
  platform: z.strictObject({ name: z.string(), kind: z.string(), scheduler: z.string() }),
  seed: z.int(),
  catalogue: z.strictObject({ id: z.string(), date: z.string(), pricesAsOf: z.string() }),
  complete: z.boolean(),
  startEpochMs: z.int(),
  bucketMs: z.int().min(1),
  reproduce: z.string(),
  files: z
    .array(fileEntrySchema)
    .min(CONTENT_FILES.length)
    .max(CONTENT_FILES.length + OPTIONAL_FILES.length),
  /** Of the JSON text of the fields above, without blanks. */
  sha256: z.string(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** What differs from run to run: `timing.json`. */
export const timingSchema = z.strictObject({
  wallMs: z.number().min(0).nullable(),
  node: z.string(),
  os: z.string(),
  folder: z.string(),
});

/** In hexadecimal; text is hashed as UTF-8. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The bytes of a file; E4004 when it can't be read. */
export function readRaw(directory: string, name: string): Buffer {
  const path = join(directory, name);
  try {
    return readFileSync(path);
  } catch (error) {
    throw damaged(path, error);
  }
}

/** The manifest, its own checksum verified. */
export function readManifest(directory: string): Manifest {
  const raw = readRaw(directory, MANIFEST);
  const manifest = readJson(directory, MANIFEST, manifestSchema, raw);
  const { sha256: expected, ...content } = JSON.parse(raw.toString());
  if (sha256(JSON.stringify(content)) !== expected) {
    throw damaged(join(directory, MANIFEST), 'its checksum does not match its content');
  }
  return manifest;
}

/** The content of a listed file, decompressed; E4004 unless size and checksum are those of the manifest. */
export function readVerified(directory: string, manifest: Manifest, name: FileEntry['name']): Buffer {
  const path = join(directory, name);
  const entry = manifest.files.find((file) => file.name === name);
  if (!entry) throw damaged(path, 'the manifest does not list it');
  const raw = readRaw(directory, name);
  let content = raw;
  if (name.endsWith('.gz')) {
    try {
      // The limit keeps a forged file from filling the memory.
      content = gunzipSync(raw, { maxOutputLength: entry.bytes });
    } catch (error) {
      throw damaged(path, error);
    }
  }
  if (content.length !== entry.bytes) {
    throw damaged(path, `it holds ${content.length} bytes, the manifest says ${entry.bytes}`);
  }
  if (sha256(content) !== entry.sha256) {
    throw damaged(path, 'its checksum is not the one in the manifest');
  }
  return content;
}

/** Content of a JSON file that `schema` accepts; E4004 for anything else, whatever it is. */
export function readJson<Value>(
  directory: string,
  name: string,
  schema: z.ZodType<Value>,
  content: Uint8Array,
): Value {
  const path = join(directory, name);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw damaged(path, error);
  }
}
