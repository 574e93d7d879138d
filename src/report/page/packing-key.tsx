import type { Replay } from './replay.ts';
import type { ColourBy, Tones } from './tones.ts';

interface KeyProps {
  readonly replay: Replay;
  readonly tones: Tones;
  readonly colourBy: ColourBy;
  readonly onColourBy: (by: ColourBy) => void;
}

/** What the marks of the pictures mean; those that no picture has are left out. */
export function PackingKey({ replay, tones, colourBy, onColourBy }: KeyProps) {
  const frames = replay.platforms.map((platform) => platform.frames);
  const hasGpus = frames.some(({ shapes }) => shapes.some(({ gpus }) => gpus > 0));
  const drains = frames.some(({ instances }) => instances.drainingMs.some(Number.isFinite));
  const boots = frames.some(({ instances }) => instances.readyMs.some((ms) => ms > 0));
  const marks: readonly (readonly [name: string, meaning: string, isThere: boolean])[] = [
    ['reserved', 'reserved for the system', true],
    ['free', 'room', true],
    ['stranded', 'stranded: no task fits', true],
    ['draining', 'draining: takes no new tasks', drains],
    ['booting', 'booting', boots],
    ['gpu', 'row below a box: its GPUs', hasGpus],
  ];
  return (
    <ul class="legend key-row">
      <li>
        <label>
          tasks by{' '}
          <select value={colourBy} onChange={(event) => onColourBy(event.currentTarget.value as ColourBy)}>
            <option value="group">service, job, trace</option>
            <option value="size">CPU they ask for</option>
          </select>
        </label>
      </li>
      {tones.legend.map(({ label, tone }) => (
        <li key={label}>
          <span class={`dot ${tone < 0 ? 'neutral' : `s${tone}`}`} aria-hidden="true" />
          {label}
        </li>
      ))}
      {marks
        .filter(([, , isThere]) => isThere)
        .map(([name, meaning]) => (
          <li key={name}>
            <span class={`dot ${name}`} aria-hidden="true" />
            {meaning}
          </li>
        ))}
    </ul>
  );
}
