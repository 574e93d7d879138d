import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { nextStep, type Replay } from './replay.ts';
import { changeView, currentView, useView } from './view-state.ts';
import { clock, stretch } from './words.ts';

/** Seconds that the whole run, or the window, takes to play. */
const SPEEDS = [60, 30, 15, 5] as const;
/** Positions of the slider. */
const POSITIONS = 2000;

/** Slider, play and step: moves the moment of all platforms together. */
export function TimeControls({ replay }: { readonly replay: Replay }) {
  const view = useView();
  const [platform, setPlatform] = useState(0);
  const [seconds, setSeconds] = useState<number>(30);
  const [fromMs, toMs] = view.window ?? [0, replay.endMs];
  usePlaying(replay, seconds);
  const step = (direction: 1 | -1) => {
    const change = nextStep(currentView(), replay.platforms[platform]!, direction);
    if (change !== null) changeView({ ...change, isPlaying: false });
  };
  const position = Math.round(((view.timeMs - fromMs) / (toMs - fromMs)) * POSITIONS);
  const go = (value: number) =>
    changeView({
      timeMs: Math.round(fromMs + (value / POSITIONS) * (toMs - fromMs)),
      step: null,
      isPlaying: false,
    });
  return (
    <div class="controls">
      <button type="button" onClick={() => changeView({ isPlaying: !view.isPlaying, step: null })}>
        {view.isPlaying ? 'Pause' : 'Play'}
      </button>
      <input
        type="range"
        min={0}
        max={POSITIONS}
        value={position}
        aria-label="Time of the picture"
        aria-valuetext={clock(view.timeMs, replay.endMs)}
        onInput={(event) => go(Number(event.currentTarget.value))}
      />
      <output class="now">{clock(view.timeMs, replay.endMs)}</output>
      <span class="steps">
        <button
          type="button"
          aria-label="Previous placement"
          title="Previous placement ( , )"
          onClick={() => step(-1)}
        >
          ‹ placement
        </button>
        <button
          type="button"
          aria-label="Next placement"
          title="Next placement ( . )"
          onClick={() => step(1)}
        >
          placement ›
        </button>
        {replay.platforms.length > 1 ? (
          <select
            aria-label="Platform whose placements are stepped through"
            value={platform}
            onChange={(event) => setPlatform(Number(event.currentTarget.value))}
          >
            {replay.platforms.map(({ name, position: value }) => (
              <option key={name} value={value}>
                of {name}
              </option>
            ))}
          </select>
        ) : null}
        <select
          aria-label="Speed"
          value={seconds}
          onChange={(event) => setSeconds(Number(event.currentTarget.value))}
        >
          {SPEEDS.map((value) => (
            <option key={value} value={value}>
              {stretch((toMs - fromMs) / value)} a second
            </option>
          ))}
        </select>
      </span>
      <Keys step={step} />
    </div>
  );
}

/** Moves time on with every picture of the screen. Steps of a second where motion is to be reduced. */
function usePlaying(replay: Replay, seconds: number): void {
  const { isPlaying } = useView();
  const speed = useRef(seconds);
  speed.current = seconds;
  useEffect(() => {
    if (!isPlaying) return;
    const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    let request = 0;
    let shownAt: number | null = null;
    const advance = (nowMs: number) => {
      request = requestAnimationFrame(advance);
      const elapsedMs = shownAt === null ? 0 : nowMs - shownAt;
      if (shownAt !== null && isCalm && elapsedMs < 1000) return;
      shownAt = nowMs;
      const { window: stretchOfTime, timeMs } = currentView();
      const [fromMs, toMs] = stretchOfTime ?? [0, replay.endMs];
      const next = timeMs + ((toMs - fromMs) / (speed.current * 1000)) * elapsedMs;
      if (next >= toMs) changeView({ timeMs: toMs, isPlaying: false });
      else changeView({ timeMs: Math.max(fromMs, next) });
    };
    if (currentView().timeMs >= (currentView().window?.[1] ?? replay.endMs)) {
      changeView({ timeMs: currentView().window?.[0] ?? 0 });
    }
    request = requestAnimationFrame(advance);
    return () => cancelAnimationFrame(request);
  }, [isPlaying]);
}

/** Keys of the whole page: they do nothing while somebody types, chooses or moves a slider. */
function Keys({ step }: { readonly step: (direction: 1 | -1) => void }) {
  // At once: a key pressed right after the first picture counts.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest('input:not([type=range]), select, textarea') !== null) return;
      // Elsewhere the space bar scrolls the page, and on a button it presses it.
      const plays = target.closest('#packing') !== null && target.closest('button, summary, a') === null;
      if (event.key === ' ' && !plays) return;
      if (event.key === ',') step(-1);
      else if (event.key === '.') step(1);
      else if (event.key === ' ') changeView({ isPlaying: !currentView().isPlaying, step: null });
      else if (event.key === 'Escape') changeView({ selection: null, window: null, isPlaying: false });
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
  return (
    <p class="keys muted">
      <kbd>space</kbd> play · <kbd>,</kbd> <kbd>.</kbd> placement by placement · arrow keys move the slider,
      or go from box to box · <kbd>esc</kbd> everything again
    </p>
  );
}
