import { render } from 'preact';
import { addCopyButtons } from './copy-buttons.ts';
import { type FilteredPanel, filteredPanels } from './filtered-panels.ts';
import type { Replay } from './replay.ts';
import { changeView, currentView, onView, useView, type View } from './view-state.ts';
import { clock } from './words.ts';

/** Sections whose panels show the stretch of time that was chosen; the others are of the whole run. */
const FOLLOWING: ReadonlySet<string> = new Set([
  ...['time', 'packing', 'lifetimes', 'waits', 'workload', 'decisions', 'instances'],
]);

/** Makes all panels follow the stretch of time that was chosen, and says which one it is. */
export function followWindow(replay: Replay): void {
  const panels = [...document.querySelectorAll<HTMLElement>('[data-filtered]')].map((element) => {
    return { element, whole: [...element.childNodes], isHidden: element.hidden };
  });
  let shown: View['window'] = null;
  const follow = ({ window: range }: View) => {
    if (range?.[0] === shown?.[0] && range?.[1] === shown?.[1]) return;
    shown = range;
    const filtered = range === null ? null : filteredPanels(replay, range);
    for (const { element, whole, isHidden } of panels) {
      element.hidden = isHidden && filtered === null;
      if (filtered === null) element.replaceChildren(...whole);
      // Markup escapes every name that it is given.
      else element.innerHTML = filtered[element.dataset['filtered'] as FilteredPanel].text;
    }
    labelSections(range === null ? null : stretchText(range, replay.endMs));
    addCopyButtons();
  };
  onView(follow);
  follow(currentView());
  const place = document.createElement('div');
  document.querySelector('.page')!.append(place);
  render(<FilterChip endMs={replay.endMs} />, place);
}

/** Beside each heading: what its panels are of. */
function labelSections(stretch: string | null): void {
  for (const section of document.querySelectorAll('main > section')) {
    const heading = section.querySelector('h2');
    heading?.querySelector('.scope')?.remove();
    if (stretch === null || heading === null) continue;
    const label = document.createElement('span');
    label.className = 'scope';
    label.textContent = FOLLOWING.has(section.id) ? ` ${stretch}` : ' whole run';
    heading.append(label);
  }
}

/** `day 1 08:00–11:20`. */
function stretchText([fromMs, toMs]: readonly [number, number], endMs: number): string {
  const short = (timeMs: number) => clock(timeMs, endMs).replace(/:00$/, '');
  const [from, to] = [short(fromMs), short(toMs)];
  const day = /^day \d+ /.exec(from)?.[0];
  return day !== undefined && to.startsWith(day) ? `${from}–${to.slice(day.length)}` : `${from}–${to}`;
}

/** Stays in sight wherever the reader is, and leads back. */
function FilterChip({ endMs }: { readonly endMs: number }) {
  const { window: range } = useView();
  return (
    <div class="chip" role="status">
      {range === null ? null : (
        <p>
          Filtered to <b>{stretchText(range, endMs)}</b>
          <button type="button" onClick={() => changeView({ window: null })}>
            clear <kbd>esc</kbd>
          </button>
        </p>
      )}
    </div>
  );
}
