/**
 * Colours that stay apart for colour-blind readers: Okabe and Ito, Color Universal Design (2008), ordered by contrast on
 * white; the dark set lifts those that are too dark on black. Platforms beyond the sixth start over with a dashed line.
 */
export interface SeriesColour {
  readonly light: string;
  readonly dark: string;
}

export const SERIES_COLOURS: readonly SeriesColour[] = [
  { light: '#0072b2', dark: '#4ba3dd' },
  { light: '#d55e00', dark: '#f0803a' },
  { light: '#009e73', dark: '#2bbf96' },
  { light: '#cc79a7', dark: '#d98fb8' },
  { light: '#e69f00', dark: '#e69f00' },
  { light: '#56b4e9', dark: '#8fd0f5' },
];

/** Surfaces and inks of charts and pages; `wait-0` to `wait-3` run from unnoticed to painful. */
export const THEME: Readonly<Record<'light' | 'dark', Readonly<Record<string, string>>>> = {
  light: {
    page: '#f6f6f3',
    panel: '#ffffff',
    ink: '#1b1d21',
    muted: '#5c616b',
    line: '#e3e3dd',
    grid: '#ecece7',
    good: '#00694d',
    bad: '#a84300',
    sunken: '#f1f1ec',
    'wait-0': '#bcd8d2',
    'wait-1': '#79b1b7',
    'wait-2': '#efc252',
    'wait-3': '#d5622b',
  },
  dark: {
    page: '#121417',
    panel: '#1a1d21',
    ink: '#e8e8e4',
    muted: '#a0a5ae',
    line: '#2e3238',
    grid: '#282c31',
    good: '#45c9a0',
    bad: '#ff9d62',
    sunken: '#22262b',
    'wait-0': '#35605b',
    'wait-1': '#5c9ca3',
    'wait-2': '#e0b040',
    'wait-3': '#e8743b',
  },
};

/** Declarations `--ink:#1b1d21;…;--series-0:#0072b2;…` of one theme. */
export function themeVariables(theme: 'light' | 'dark'): string {
  const inks = Object.entries(THEME[theme]).map(([name, colour]) => `--${name}:${colour}`);
  const series = SERIES_COLOURS.map((colour, index) => `--series-${index}:${colour[theme]}`);
  return [...inks, ...series].join(';');
}

/** The class of a platform's marks: colour by position, dashed from the seventh on. */
export function seriesClass(position: number): string {
  const colour = `s${position % SERIES_COLOURS.length}`;
  return position < SERIES_COLOURS.length ? colour : `${colour} again`;
}

/** Rules for `seriesClass`: each sets the variable `--series`. */
export function seriesRules(): string {
  return SERIES_COLOURS.map((_, index) => `.s${index}{--series:var(--series-${index})}`).join('');
}
