import { quantile } from '../../statistics/descriptive.ts';
import { HOUR } from '../../units.ts';
import { waitRange, WAIT_RANGES } from '../wait-ranges.ts';
import { type Frames, OUTCOMES } from './frames.ts';

/** What happened in a stretch of a run. Of the whole run these are the numbers of its summary. */
export interface WindowFacts {
  readonly waits: WindowWaits;
  /** In order of `frames.groups`. */
  readonly groups: readonly GroupFacts[];
  /** By group of instances and type, in order of their first request. */
  readonly types: readonly TypeFacts[];
}

/** Of the tasks submitted in the stretch, however long their waits lasted. */
export interface WindowWaits {
  /** Tasks by `WAIT_RANGES`. */
  readonly counts: readonly number[];
  /** Seconds from submission to the first placement, sorted. */
  readonly seconds: Float64Array;
}

export interface GroupFacts {
  readonly name: string;
  /** Submissions, first placements and successes that fell into the stretch. */
  readonly submitted: number;
  readonly placed: number;
  readonly succeeded: number;
  readonly waits: WindowWaits;
  /** What its tasks held in the stretch. */
  readonly cpuHours: number;
  readonly memoryGiBHours: number;
}

export interface TypeFacts {
  readonly group: string;
  readonly type: string;
  /** Instances that began to run in the stretch. */
  readonly launched: number;
  /** Hours of the stretch that its instances ran: billed hours but for their rounding. */
  readonly hours: number;
}

/** Facts of the stretch from `fromMs` up to `toMs`; the end of the run belongs to it, other ends do not. */
export function windowFacts(frames: Frames, fromMs: number, toMs: number): WindowFacts {
  const isInside = (timeMs: number) => timeMs >= fromMs && (timeMs < toMs || timeMs === frames.endMs);
  const insideMs = (startMs: number, endMs: number) =>
    Math.max(0, Math.min(endMs, toMs, frames.endMs) - Math.max(startMs, fromMs));
  const { attempts, classes } = frames;
  const groups = frames.groups.map(() => new GroupTally());
  for (let attempt = 0; attempt < attempts.length; attempt++) {
    const { group, cpuMilli, memoryMiB } = classes[attempts.classId[attempt]!]!;
    const tally = groups[group]!;
    const placedMs = attempts.placedMs[attempt]!;
    const endMs = attempts.endMs[attempt]!;
    if (attempts.attempt[attempt] === 0) {
      const submitMs = attempts.waitFromMs[attempt]!;
      if (isInside(submitMs)) tally.submit(placedMs - submitMs);
      if (isInside(placedMs)) tally.placed += 1;
    }
    if (isInside(endMs) && OUTCOMES[attempts.outcome[attempt]!] === 'succeeded') tally.succeeded += 1;
    const heldMs = insideMs(placedMs, endMs);
    tally.cpuMilliMs += cpuMilli * heldMs;
    tally.memoryMiBMs += memoryMiB * heldMs;
  }
  return {
    waits: waitsOf(groups),
    groups: groups.map((tally, index) => ({
      name: frames.groups[index]!,
      submitted: tally.waitsMs.length,
      placed: tally.placed,
      succeeded: tally.succeeded,
      waits: waitsOf([tally]),
      cpuHours: tally.cpuMilliMs / 1000 / HOUR,
      memoryGiBHours: tally.memoryMiBMs / 1024 / HOUR,
    })),
    types: typesOf(frames, isInside, insideMs),
  };
}

/** A quantile of waits in seconds, as the summary has it; null without any. */
export function waitQuantile({ seconds }: WindowWaits, share: number): number | null {
  return seconds.length === 0 ? null : quantile(seconds, share);
}

class GroupTally {
  /** Of every submitted task; Infinity for those never placed. */
  readonly waitsMs: number[] = [];
  placed = 0;
  succeeded = 0;
  cpuMilliMs = 0;
  memoryMiBMs = 0;

  submit(waitMs: number): void {
    this.waitsMs.push(waitMs);
  }
}

function waitsOf(tallies: readonly GroupTally[]): WindowWaits {
  const counts = WAIT_RANGES.map(() => 0);
  const seconds: number[] = [];
  for (const { waitsMs } of tallies) {
    for (const waitMs of waitsMs) {
      const isPlaced = Number.isFinite(waitMs);
      counts[waitRange(isPlaced ? waitMs : null)]! += 1;
      if (isPlaced) seconds.push(waitMs / 1000);
    }
  }
  return { counts, seconds: Float64Array.from(seconds).sort() };
}

function typesOf(
  { instances, shapes }: Frames,
  isInside: (timeMs: number) => boolean,
  insideMs: (startMs: number, endMs: number) => number,
): TypeFacts[] {
  const types = new Map<string, { group: string; type: string; launched: number; ms: number }>();
  for (let instance = 0; instance < instances.names.length; instance++) {
    const { group, type } = shapes[instances.shape[instance]!]!;
    const key = `${group}\n${type}`;
    const entry = types.get(key) ?? { group, type, launched: 0, ms: 0 };
    if (isInside(instances.runningMs[instance]!)) entry.launched += 1;
    entry.ms += insideMs(instances.runningMs[instance]!, instances.endMs[instance]!);
    types.set(key, entry);
  }
  return [...types.values()].map(({ ms, ...entry }) => ({ ...entry, hours: ms / HOUR }));
}
