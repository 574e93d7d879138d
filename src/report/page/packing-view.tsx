import { useMemo, useState } from 'preact/hooks';
import { packingLayouts } from '../charts/packing-layout.ts';
import { stackHeight } from '../charts/waiting-stack.ts';
import { Inspector } from './inspector.tsx';
import { PackingBoard } from './packing-board.tsx';
import { PackingKey } from './packing-key.tsx';
import type { Replay } from './replay.ts';
import { useWidth } from './surroundings.ts';
import { TimeControls } from './time-controls.tsx';
import { type ColourBy, tonesBy } from './tones.ts';
import { useView } from './view-state.ts';

/** Height that the boxes of a picture may take. */
const TALLEST = 480;
const GAP = 24;
/** Narrower pictures stand below each other. */
const NARROWEST = 270;

/** The packing of all platforms at one moment, with what moves the moment and tells about what was clicked. */
export function PackingView({ replay }: { readonly replay: Replay }) {
  const view = useView();
  const [frame, width] = useWidth();
  const [colourBy, setColourBy] = useState<ColourBy>(replay.groups.length > 1 ? 'group' : 'size');
  const tones = useMemo(() => tonesBy(colourBy, replay), [colourBy]);
  const columns = Math.max(
    1,
    Math.min(replay.platforms.length, Math.floor((width + GAP) / (NARROWEST + GAP))),
  );
  const each = Math.max(120, Math.floor((width - GAP * (columns - 1)) / columns));
  const layouts = useMemo(
    () =>
      packingLayouts(
        replay.platforms.map(({ frames }) => frames),
        { width: each - 4, height: TALLEST },
      ),
    [each],
  );
  // At one height on all platforms, so that their boxes begin at one height.
  const highestStack = useMemo(() => {
    const heights = replay.platforms.map(({ playback, frames }, index) =>
      // Some of those that wait went to instances that a thinned page leaves out.
      frames.thinning.keptEvery > 1 ? 0 : stackHeight(playback, layouts[index]!),
    );
    return Math.max(...heights);
  }, [layouts]);
  return (
    <div ref={frame}>
      <TimeControls replay={replay} />
      <PackingKey replay={replay} tones={tones} colourBy={colourBy} onColourBy={setColourBy} />
      <div class={`boards c${columns}`}>
        {replay.platforms.map((platform, index) => (
          <PackingBoard
            key={platform.name}
            replay={replay}
            platform={platform}
            layout={layouts[index]!}
            stackHeight={highestStack}
            tones={tones}
            view={view}
          />
        ))}
      </div>
      <Inspector replay={replay} tones={tones} />
    </div>
  );
}
