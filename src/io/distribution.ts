import * as z from 'zod';
import { type DiagnosticCode, InputError } from '../errors.ts';
import type { MeasuredDistribution } from '../model/measured-distribution.ts';
import { parseBytes, parseCpuMilli } from '../units.ts';
import { didYouMean } from './scenario/did-you-mean.ts';
import { type Path, Problems, sortDiagnostics } from './scenario/locate.ts';
import { readDocument } from './scenario/read-document.ts';

/** Arrivals of one distribution, at most: what a run can hold in memory. */
const MAX_ARRIVALS = 1e8;

const whole = z.int().min(0);
const text = z.string().min(1).max(1000);

const distributionSchema = z.strictObject({
  format: z.literal('stowage-distribution/1'),
  name: text,
  source: text,
  licence: text,
  measured: z.iso.date(),
  notes: z.array(text),
  window: z.strictObject({ fromMs: whole, toMs: whole }),
  binMs: z.int().min(1),
  sizes: z.array(z.strictObject({ cpu: text, memory: text })).min(1),
  lifetimes: z.array(z.strictObject({ fromMs: whole, toMs: whole.nullable() })).min(1),
  counts: z.array(z.tuple([whole, whole, whole, z.int().min(1)])).min(1),
});
type DistributionInput = z.output<typeof distributionSchema>;

/**
 * A file of measured joint counts, format `stowage-distribution/1`: one JSON object, all keys required.
 *
 * | key | value |
 * |---|---|
 * | format | `stowage-distribution/1` |
 * | name, source, licence | text |
 * | measured | date, `2026-11-22` |
 * | notes | list of texts: what was left out, assumed, rounded |
 * | window | `{ fromMs, toMs }`: the part of the source that was counted, on the source's own clock |
 * | binMs | length of a bin; the window is a whole number of bins |
 * | sizes | list of `{ cpu, memory }` as in scenarios: `{ "cpu": "2", "memory": "3584MiB" }`, each once |
 * | lifetimes | list of `{ fromMs, toMs }` with fromMs ≤ lifetime < toMs, ascending, apart; the last may have toMs null: open |
 * | counts | list of `[bin, size, lifetime, count]`, indexes from 0, ascending, each combination at most once, count ≥ 1 |
 *
 * `file` is the name for messages. Errors, all of them together, with positions: those of `readDocument`; E1101,
 * E1102, E1103, E1104, E1203, E1205.
 */
export function readDistribution(file: string, bytes: Uint8Array): MeasuredDistribution {
  const document = readDocument(file, bytes);
  const problems = new Problems(document.locate);
  const parsed = distributionSchema.safeParse(document.value);
  const found = parsed.success ? checked(parsed.data, problems) : undefined;
  for (const issue of parsed.error?.issues ?? []) report(issue, problems);
  if (problems.hasErrors) throw new InputError(sortDiagnostics(problems.list));
  return found!;
}

function report(issue: z.core.$ZodIssue, problems: Problems): void {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      const hint = path.length === 0 ? didYouMean(key, Object.keys(distributionSchema.shape)) : undefined;
      problems.error('E1203', [...path, key], `the key '${key}' is unknown`, { hint, part: 'key' });
    }
    return;
  }
  const isMissing = issue.code === 'invalid_type' && /received undefined$/.test(issue.message);
  const isType = issue.code === 'invalid_type';
  const code: DiagnosticCode = isMissing ? 'E1101' : isType ? 'E1102' : 'E1103';
  problems.error(code, path, isMissing ? 'the key is missing' : issue.message.slice(0, 200));
}

/** What a schema cannot say: quantities, order, indexes. */
function checked(input: DistributionInput, problems: Problems): MeasuredDistribution {
  const { format: _, window, binMs, lifetimes, counts, ...rest } = input;
  const bins = (window.toMs - window.fromMs) / binMs;
  if (!(bins >= 1) || !Number.isInteger(bins)) {
    problems.error('E1103', ['window'], `the window is not a whole number of bins of ${binMs} ms`);
  }
  lifetimes.forEach(({ fromMs, toMs }, index) => {
    const next = lifetimes[index + 1];
    if (toMs === null && next)
      problems.error('E1103', ['lifetimes', index], 'only the last lifetime may be open');
    if (toMs !== null && (toMs <= fromMs || (next && next.fromMs < toMs))) {
      problems.error(
        'E1103',
        ['lifetimes', index],
        'lifetimes are ascending, fromMs below toMs, and do not overlap',
      );
    }
  });
  checkCounts(counts, [bins, input.sizes.length, lifetimes.length], problems);
  return { ...rest, window, binMs, sizes: readSizes(input.sizes, problems), lifetimes, counts };
}

function readSizes(sizes: DistributionInput['sizes'], problems: Problems): MeasuredDistribution['sizes'] {
  const seen = new Set<string>();
  return sizes.map(({ cpu, memory }, index) => {
    const cpuMilli = parseCpuMilli(cpu);
    const memoryBytes = parseBytes(memory);
    if (cpuMilli === undefined)
      problems.error('E1104', ['sizes', index, 'cpu'], 'not an amount of CPU, like 500m or 2');
    if (memoryBytes === undefined) {
      problems.error('E1104', ['sizes', index, 'memory'], 'not an amount of memory, like 512MiB');
    }
    const key = `${cpuMilli} ${memoryBytes}`;
    if (seen.has(key)) problems.error('E1205', ['sizes', index], 'the size appears twice');
    seen.add(key);
    return { cpuMilli: cpuMilli ?? 0, memoryBytes: memoryBytes ?? 0 };
  });
}

function checkCounts(
  counts: DistributionInput['counts'],
  limits: readonly number[],
  problems: Problems,
): void {
  const names = ['bin', 'size', 'lifetime'];
  let total = 0;
  counts.forEach((row, index) => {
    total += row[3];
    names.forEach((name, part) => {
      if (row[part]! < limits[part]!) return;
      problems.error(
        'E1103',
        ['counts', index, part],
        `there is no ${name} ${row[part]}: they are 0 to ${limits[part]! - 1}`,
      );
    });
    const previous = counts[index - 1];
    if (previous && !isBefore(previous, row)) {
      problems.error('E1103', ['counts', index], 'counts are ascending by bin, size and lifetime, each once');
    }
  });
  if (total > MAX_ARRIVALS)
    problems.error('E1103', ['counts'], `the counts add up to more than ${MAX_ARRIVALS}`);
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  for (let part = 0; part < 3; part++) {
    if (a[part] !== b[part]) return a[part]! < b[part]!;
  }
  return false;
}
