import { useEffect, useState } from 'preact/hooks';

/** What the reader looks at: shared by all panels, and kept in the address. */
export interface View {
  /** Time of the picture. */
  readonly timeMs: number;
  /** Set while stepping: the placement of this platform that was made last; others of its instant are not yet. */
  readonly step: { readonly platform: number; readonly attempt: number } | null;
  /** Stretch of time that all panels show; null: the whole run. */
  readonly window: readonly [fromMs: number, toMs: number] | null;
  readonly selection: Selection | null;
  readonly isPlaying: boolean;
}

/** An instance of a platform, and one of the attempts that it holds; or an attempt that waits. */
export interface Selection {
  readonly platform: number;
  /** Null: the attempt waits for room. */
  readonly instance: number | null;
  /** Null: the instance alone. */
  readonly attempt: number | null;
}

let view: View = { timeMs: 0, step: null, window: null, selection: null, isPlaying: false };
const listeners = new Set<(view: View) => void>();

/** The view as it is now. */
export function currentView(): View {
  return view;
}

/** Changes the view; every panel is told. */
export function changeView(change: Partial<View>): void {
  view = { ...view, ...change };
  for (const listener of [...listeners]) listener(view);
}

/** Tells of every change from now on; the answer ends it. */
export function onView(listener: (view: View) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The view, for components. */
export function useView(): View {
  const [shown, show] = useState(view);
  useEffect(() => {
    show(view);
    return onView(show);
  }, []);
  return shown;
}

/** `#section;t=MS;w=FROM-TO;at=PLATFORM/INSTANCE/ATTEMPT`: the part after the section. */
export function viewToHash({ timeMs, window, selection }: View): string {
  const parts = [`t=${Math.round(timeMs)}`];
  if (window !== null) parts.push(`w=${Math.round(window[0])}-${Math.round(window[1])}`);
  if (selection !== null) {
    const { platform, instance, attempt } = selection;
    parts.push(`at=${platform}/${instance ?? '-'}${attempt === null ? '' : `/${attempt}`}`);
  }
  return parts.join(';');
}

/** What an address says; parts that are missing or make no sense are left out. */
export function hashToView(hash: string): { readonly section: string; readonly change: Partial<View> } {
  const [section = '', ...parts] = hash.replace(/^#/, '').split(';');
  let change: Partial<View> = {};
  for (const part of parts) {
    const time = /^t=(\d{1,15})$/.exec(part);
    const stretch = /^w=(\d{1,15})-(\d{1,15})$/.exec(part);
    const chosen = /^at=(\d{1,3})\/(\d{1,9}|-(?=\/))(?:\/(\d{1,9}))?$/.exec(part);
    if (time) change = { ...change, timeMs: Number(time[1]) };
    if (stretch && Number(stretch[1]) < Number(stretch[2])) {
      change = { ...change, window: [Number(stretch[1]), Number(stretch[2])] };
    }
    if (chosen) {
      const instance = chosen[2] === '-' ? null : Number(chosen[2]);
      const attempt = chosen[3] === undefined ? null : Number(chosen[3]);
      change = {
        ...change,
        selection: { platform: Number(chosen[1]), instance, attempt },
      };
    }
  }
  return { section, change };
}

/** Times of an address as a run of this length has them: a stretch that lies outside is left out, and the moment is in it. */
export function insideRun(
  { timeMs, window: range }: Pick<Partial<View>, 'timeMs' | 'window'>,
  endMs: number,
): Partial<View> {
  const window = range && range[0] < endMs ? ([range[0], Math.min(range[1], endMs)] as const) : null;
  if (timeMs === undefined) return { window };
  const [fromMs, toMs] = window ?? [0, endMs];
  return { window, timeMs: Math.min(toMs, Math.max(fromMs, timeMs)), step: null };
}

/** Arrow keys on a picture with a time axis: a hundredth of what it shows, back or on. True when the key was one. */
export function moveByKey(key: string, [fromMs, toMs]: readonly [number, number]): boolean {
  const direction = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (direction === undefined) return false;
  const timeMs = Math.round(view.timeMs + (direction * (toMs - fromMs)) / 100);
  changeView({ timeMs: Math.min(toMs, Math.max(fromMs, timeMs)), step: null, isPlaying: false });
  return true;
}
