import { createHash } from 'node:crypto';
import { InputError } from '../../errors.ts';
import { type IndexRange, RangeList } from './index-ranges.ts';
import { listParts, type PartFile, readPart } from './part-files.ts';
import type { RecordLine } from './record.ts';
import type { SweepPlan } from './sweep-plan.ts';

/** What a merge found out beside the runs. */
export interface MergeOutcome {
  /** SHA-256 of all lines in order of their index: the same however the runs were shared out. */
  readonly hash: string;
  /** Runs that no part holds, in order. */
  readonly missing: readonly IndexRange[];
  readonly missingCount: number;
  /** Parts that are torn or changed; what is whole at their start was used. */
  readonly damaged: readonly string[];
  /** Runs that more than one part holds, all with the same bytes. */
  readonly duplicates: number;
}

/**
 * Reads the parts of one sweep from several folders as one: each run once, in order of its index, to `onLine`. One part
 * per folder is in memory at a time. Parts may overlap in any way, as those of different chunk sizes do. Errors: E4007
 * when two parts hold different bytes for one run, E4001.
 */
export function mergeParts(
  { runs }: SweepPlan,
  folders: readonly string[],
  onLine: (line: RecordLine) => void,
): MergeOutcome {
  const parts = folders
    .flatMap((folder) => listParts(folder))
    .sort((a, b) => a.first - b.first || a.last - b.last);
  const hash = createHash('sha256');
  const missing = new RangeList();
  const damaged: string[] = [];
  let duplicates = 0;
  let open: OpenPart[] = [];
  let next = 0;
  for (let index = 0; index < runs; index++) {
    while (next < parts.length && parts[next]!.first <= index) {
      const { isWhole, ...part } = opened(parts[next]!);
      open.push(part);
      if (!isWhole) damaged.push(part.path);
      next += 1;
    }
    let kept: RecordLine | undefined;
    for (const part of open) {
      const line = part.lines[index - part.first];
      if (line === undefined) continue;
      if (kept === undefined) kept = line;
      else if (Buffer.from(kept.bytes).equals(line.bytes)) duplicates += 1;
      else throw differs(index, open);
    }
    if (open.some(({ last }) => last === index)) open = open.filter(({ last }) => last > index);
    if (kept === undefined) missing.add(index);
    else {
      hash.update(kept.bytes);
      onLine(kept);
    }
  }
  return {
    hash: hash.digest('hex'),
    missing: missing.ranges,
    missingCount: missing.count,
    damaged,
    duplicates,
  };
}

interface OpenPart extends PartFile {
  readonly lines: readonly RecordLine[];
}

function opened(part: PartFile): OpenPart & { readonly isWhole: boolean } {
  return { ...part, ...readPart(part) };
}

function differs(index: number, parts: readonly OpenPart[]): InputError {
  const paths = parts
    .filter(({ first, lines }) => lines[index - first] !== undefined)
    .map(({ path }) => path);
  const message = `Run ${index} is kept twice, with different results: ${paths.join(', ')}`;
  const hint =
    'runs of one plan are the same everywhere: one of the files was changed, or made by other code';
  return new InputError([{ severity: 'error', code: 'E4007', message, hint }]);
}
