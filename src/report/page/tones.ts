import { SERIES_COLOURS } from '../charts/palette.ts';
import type { Frames, SizeClass } from '../frames/frames.ts';
import { formatCpuMilli } from '../../units.ts';
import type { Replay } from './replay.ts';

export type ColourBy = 'group' | 'size';

/** Colours of tasks: a number of the palette by class, -1 for the colour of all others. */
export interface Tones {
  readonly of: (frames: Frames, classId: number) => number;
  readonly legend: readonly { readonly label: string; readonly tone: number }[];
}

const OTHERS = -1;

/** Tasks in the colours of their services, jobs and traces, or of how much CPU they ask for. */
export function tonesBy(by: ColourBy, replay: Replay): Tones {
  return by === 'group' ? byGroup(replay.groups) : bySize(replay);
}

function byGroup(groups: readonly string[]): Tones {
  const shown = groups.slice(0, SERIES_COLOURS.length);
  const toneOf = new Map(shown.map((name, index) => [name, index]));
  const legend = shown.map((label, tone) => ({ label, tone }));
  const rest = groups.length - shown.length;
  return {
    of: (frames, classId) => toneOf.get(frames.groups[frames.classes[classId]!.group]!) ?? OTHERS,
    legend: rest === 0 ? legend : [...legend, { label: `${rest} others`, tone: OTHERS }],
  };
}

/** Each amount its own colour if there are few; else each colour four times the one before. */
function bySize({ platforms }: Replay): Tones {
  const sizes = [
    ...new Set(platforms.flatMap(({ frames }) => frames.classes.map(({ cpuMilli }) => cpuMilli))),
  ];
  sizes.sort((a, b) => a - b);
  const most = SERIES_COLOURS.length;
  const limits = sizes.length <= most ? sizes : [250, 1000, 4000, 16_000, 64_000, Number.POSITIVE_INFINITY];
  const toneOf = ({ cpuMilli }: SizeClass) => limits.findIndex((limit) => cpuMilli <= limit);
  const used = limits.filter((limit, tone) =>
    platforms.some(({ frames }) =>
      frames.classes.some((sizeClass) => toneOf(sizeClass) === tone && limit > 0),
    ),
  );
  const nameOf = (limit: number) => {
    if (sizes.length <= most) return `${formatCpuMilli(Math.round(limit))} CPU`;
    return limit === Number.POSITIVE_INFINITY ? 'more' : `up to ${formatCpuMilli(limit)} CPU`;
  };
  return {
    of: (frames, classId) => toneOf(frames.classes[classId]!),
    legend: used.map((limit) => ({ label: nameOf(limit), tone: limits.indexOf(limit) })),
  };
}
