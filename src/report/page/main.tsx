import { render } from 'preact';
import { addCopyButtons } from './copy-buttons.ts';
import { DecisionsView } from './decisions-view.tsx';
import { GanttView } from './gantt-view.tsx';
import { HeatView } from './heat-view.tsx';
import { PackingView } from './packing-view.tsx';
import { isKnown, loadReplay, type Replay } from './replay.ts';
import { animatePlots } from './time-plots.ts';
import { changeView, currentView, hashToView, insideRun, onView, viewToHash } from './view-state.ts';
import { followWindow } from './window-filter.tsx';

/** The busiest moment of the first platform: most tasks hold room. A picture to begin with. */
function busiest({ platforms }: Replay): number {
  const { frames, playback } = platforms[0]!;
  let [most, bestMs] = [-1, 0];
  for (let part = 0; part <= 200; part++) {
    const timeMs = Math.round((frames.endMs * part) / 200);
    const held = playback.holders(playback.at(timeMs)).length;
    if (held > most) [most, bestMs] = [held, timeMs];
  }
  return bestMs;
}

/** At once: what is smooth would still be under way when the panels above grow. */
function goTo(section: string): void {
  document.getElementById(section)?.scrollIntoView({ behavior: 'instant' });
}

/** The address follows the view, the view follows the address: a link leads to a moment, a stretch and a task. */
function followAddress(replay: Replay): void {
  // The address as the view last knew it. Another one that the reader asked for, and whose event is still to come,
  // must not be written over by a view of before.
  let known = location.hash;
  // Links within the page name a section alone: the view stays as it is.
  const read = () => {
    known = location.hash;
    if (!location.hash.includes(';')) return;
    const { section, change } = hashToView(location.hash);
    const { selection, ...times } = change;
    const chosen = isKnown(replay, selection) ? { selection: selection! } : {};
    changeView({ ...insideRun(times, replay.endMs), ...chosen });
    goTo(section);
  };
  let timer = 0;
  onView(() => {
    cancelAnimationFrame(timer);
    timer = requestAnimationFrame(() => {
      if (currentView().isPlaying || location.hash !== known) return;
      const { section } = hashToView(location.hash);
      history.replaceState(null, '', `#${section || 'packing'};${viewToHash(currentView())}`);
      known = location.hash;
    });
  });
  window.addEventListener('hashchange', read);
  read();
}

async function main(): Promise<void> {
  animatePlots();
  addCopyButtons();
  if (document.getElementById('packing-view') === null) return;
  const replay = await loadReplay();
  if (replay.platforms.length === 0) return;
  changeView({ timeMs: busiest(replay) });
  followAddress(replay);
  followWindow(replay);
  for (const [id, view] of [
    ['packing-view', <PackingView replay={replay} />],
    ['heat-view', <HeatView replay={replay} />],
    ['gantt-view', <GanttView replay={replay} />],
    ['decisions-view', <DecisionsView replay={replay} />],
  ] as const) {
    const panel = document.getElementById(id);
    panel?.replaceChildren();
    if (panel !== null) render(view, panel);
  }
  addCopyButtons();
  // Some figures are drawn only when they come near.
  const late = new MutationObserver(() => addCopyButtons());
  for (const id of ['heat-view', 'gantt-view']) {
    const panel = document.getElementById(id);
    if (panel !== null) late.observe(panel, { childList: true, subtree: true });
  }
  if (location.hash.includes(';')) goTo(hashToView(location.hash).section);
  document.documentElement.dataset['ready'] = 'yes';
  performance.mark('ready');
}

void main();
