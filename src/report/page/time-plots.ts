import { formatTimeTick, timeTicks } from '../charts/ticks.ts';
import { type SeriesData, seriesData } from './series-data.ts';
import { changeView, currentView, onView, type View } from './view-state.ts';
import { clock } from './words.ts';

type Line = SeriesData['charts'][number]['lines'][number];

interface Plot {
  readonly element: HTMLElement;
  readonly chart: SeriesData['charts'][number];
  readonly cross: Element;
  readonly moment: Element;
  readonly brush: Element;
  readonly when: HTMLElement;
  readonly axes: Element;
  readonly data: Element;
  readonly outputs: readonly HTMLOutputElement[];
  readonly isSmall: boolean;
}

/** Units of the stretched data layer, as `time-section` draws it. */
const LAYER_WIDTH = 2000;
const LAYER_HEIGHT = 500;
/** A drag of fewer points is a click. */
const DRAG_FROM = 5;

/**
 * Brings the static charts to life: one crosshair in all of them, by pointer and by keyboard; a drag chooses the stretch
 * of time that every panel shows; a click moves the packing to that moment. Without it the page loses nothing else.
 */
export function animatePlots(): void {
  const series = seriesData();
  const plots = [...document.querySelectorAll<HTMLElement>('.plot')].map((element): Plot => {
    const part = (selector: string) => element.querySelector(selector)!;
    return {
      element,
      chart: series.charts[Number(element.dataset['chart'])]!,
      ...{ cross: part('.cross'), moment: part('.moment'), brush: part('.brush') },
      ...{ when: part('.when') as HTMLElement, axes: part('.axes'), data: part('.data') },
      outputs: [...element.closest('figure')!.querySelectorAll('output')],
      isSmall: element.classList.contains('low'),
    };
  });
  if (plots.length > 0) new TimePlots(series, plots);
}

const JUMPS: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12 },
};

class TimePlots {
  readonly #series: SeriesData;
  readonly #plots: readonly Plot[];
  readonly #last: number;
  /** Stretch under the crosshair; -1: none. */
  #current = -1;
  /** Where a choice of a stretch by keyboard began; null: none is under way. */
  #anchor: number | null = null;
  #window: View['window'] = null;

  constructor(series: SeriesData, plots: readonly Plot[]) {
    this.#series = series;
    this.#plots = plots;
    this.#last = Math.ceil(series.endMs / series.stepMs) - 1;
    for (const plot of plots) this.#listen(plot);
    onView((view) => this.#follow(view));
    this.#follow(currentView());
  }

  get #range(): readonly [number, number] {
    return this.#window ?? [0, this.#series.endMs];
  }

  #listen(plot: Plot): void {
    const { element } = plot;
    element.setAttribute('role', 'slider');
    element.setAttribute('tabindex', '0');
    element.setAttribute('aria-valuemin', '0');
    element.setAttribute('aria-valuemax', String(this.#last));
    element.setAttribute('aria-valuenow', '0');
    let draggedFrom: number | null = null;
    element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      draggedFrom = event.clientX;
      element.setPointerCapture(event.pointerId);
      this.#show(this.#stepAt(element, event.clientX));
    });
    element.addEventListener('pointermove', (event) => {
      this.#show(this.#stepAt(element, event.clientX));
      const isDrag = draggedFrom !== null && Math.abs(event.clientX - draggedFrom) >= DRAG_FROM;
      this.#showBrush(
        isDrag ? [this.#msAt(element, draggedFrom!), this.#msAt(element, event.clientX)] : null,
      );
    });
    element.addEventListener('pointerup', (event) => {
      if (draggedFrom === null) return;
      const [a, b] = [this.#msAt(element, draggedFrom), this.#msAt(element, event.clientX)];
      const isDrag = Math.abs(event.clientX - draggedFrom) >= DRAG_FROM;
      draggedFrom = null;
      this.#showBrush(null);
      if (!isDrag) changeView({ timeMs: a, step: null, isPlaying: false });
      else this.#narrow(Math.min(a, b), Math.max(a, b));
    });
    element.addEventListener('pointercancel', () => {
      draggedFrom = null;
      this.#showBrush(null);
    });
    element.addEventListener('dblclick', () => changeView({ window: null }));
    element.addEventListener('pointerleave', () => this.#leave());
    element.addEventListener('blur', () => this.#leave());
    element.addEventListener('keydown', (event) => this.#press(event));
  }

  /** All panels show this stretch, which holds at least two steps, and the moment moves into it. */
  #narrow(fromMs: number, toMs: number): void {
    const { stepMs, endMs } = this.#series;
    const from = Math.max(0, Math.min(Math.floor(fromMs / stepMs) * stepMs, endMs - 2 * stepMs));
    const to = Math.min(endMs, Math.max(Math.ceil(toMs / stepMs) * stepMs, from + 2 * stepMs));
    const timeMs = Math.min(Math.max(currentView().timeMs, from), to);
    changeView({ window: [from, to], timeMs, step: null });
  }

  #press(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const jump = JUMPS[event.key];
    const [first, last] = this.#range.map((ms) => Math.min(this.#last, Math.floor(ms / this.#series.stepMs)));
    if (event.key === 'Escape' && this.#current >= 0) this.#leave();
    else if (event.key === 'Enter' && this.#current >= 0) this.#enter();
    else {
      let next: number;
      if (event.key === 'Home') next = first!;
      else if (event.key === 'End') next = last!;
      else if (!jump) return;
      else if (this.#current < 0) next = jump > 0 ? first! : last!;
      else next = Math.min(last!, Math.max(first!, this.#current + jump));
      this.#go(next, event.shiftKey);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves the crosshair; with the shift key held down a stretch is chosen, from where that began to here. */
  #go(step: number, isChoosing: boolean): void {
    if (!isChoosing) this.#anchor = null;
    else this.#anchor ??= this.#current < 0 ? step : this.#current;
    this.#show(step);
    this.#showBrush(this.#anchor === null ? null : this.#between(this.#anchor, step));
    if (this.#anchor === null) return;
    const [from, to] = this.#between(this.#anchor, step).map((ms) => clock(ms, this.#series.endMs));
    for (const { element } of this.#plots) {
      element.setAttribute('aria-valuetext', `${from} to ${to}: Enter shows this stretch everywhere`);
    }
  }

  /** A chosen stretch becomes what all panels show; without one, the packing goes to the crosshair. */
  #enter(): void {
    if (this.#anchor === null) {
      changeView({ timeMs: this.#current * this.#series.stepMs, step: null, isPlaying: false });
      return;
    }
    const [fromMs, toMs] = this.#between(this.#anchor, this.#current);
    this.#leave();
    this.#narrow(fromMs, toMs);
  }

  #leave(): void {
    if (this.#anchor !== null) this.#showBrush(null);
    this.#anchor = null;
    this.#show(-1);
  }

  /** Two steps and all between them, in milliseconds. */
  #between(one: number, other: number): [fromMs: number, toMs: number] {
    const { stepMs, endMs } = this.#series;
    return [Math.min(one, other) * stepMs, Math.min(endMs, (Math.max(one, other) + 1) * stepMs)];
  }

  #msAt(element: HTMLElement, clientX: number): number {
    const { left, width } = element.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (clientX - left) / width));
    const [fromMs, toMs] = this.#range;
    return Math.round(fromMs + part * (toMs - fromMs));
  }

  #stepAt(element: HTMLElement, clientX: number): number {
    return Math.min(this.#last, Math.floor(this.#msAt(element, clientX) / this.#series.stepMs));
  }

  /** The place of a time in the plots, in percent. */
  #place(timeMs: number): number {
    const [fromMs, toMs] = this.#range;
    return ((timeMs - fromMs) / (toMs - fromMs)) * 100;
  }

  #show(step: number): void {
    const { stepMs, endMs } = this.#series;
    this.#current = step < 0 ? -1 : Math.min(step, this.#last);
    const isOn = this.#current >= 0;
    const ms = this.#current * stepMs;
    const place = this.#place(ms + stepMs / 2);
    const time = stepMs % 60_000 === 0 ? clock(ms, endMs).replace(/:00$/, '') : clock(ms, endMs);
    for (const { element, chart, cross, when, outputs } of this.#plots) {
      cross.setAttribute('visibility', isOn ? 'visible' : 'hidden');
      when.hidden = !isOn || !element.matches(':hover, :focus');
      const parts = chart.lines.map((line, index) => {
        const text = isOn
          ? numberText(line.values[Math.floor(ms / line.bucketMs)], chart.unit)
          : this.#mean(line, chart.unit);
        outputs[index]!.textContent = text;
        return `${line.label} ${text}`;
      });
      if (!isOn) continue;
      cross.setAttribute('x1', `${place}%`);
      cross.setAttribute('x2', `${place}%`);
      when.style.left = `${Math.min(Math.max(place, 6), 94)}%`;
      when.textContent = time;
      element.setAttribute('aria-valuenow', String(this.#current));
      element.setAttribute('aria-valuetext', `${time}: ${parts.join(', ')}`);
    }
    for (const hint of document.querySelectorAll('.at')) hint.textContent = isOn ? time : 'mean';
  }

  /** Over what the plots show. */
  #mean({ mean, values, bucketMs }: Line, unit: string): string {
    if (this.#window === null) return mean;
    const [fromMs, toMs] = this.#window;
    const own = values.slice(Math.floor(fromMs / bucketMs), Math.ceil(toMs / bucketMs));
    return numberText(own.reduce((sum, value) => sum + value, 0) / own.length, unit);
  }

  #showBrush(range: readonly [number, number] | null): void {
    for (const { brush } of this.#plots) {
      brush.setAttribute('visibility', range === null ? 'hidden' : 'visible');
      if (range === null) continue;
      const [a, b] = range.map((ms) => this.#place(ms));
      brush.setAttribute('x', `${Math.min(a!, b!)}%`);
      brush.setAttribute('width', `${Math.abs(a! - b!)}%`);
    }
  }

  #follow({ window: range, timeMs }: View): void {
    const isNew = range?.[0] !== this.#window?.[0] || range?.[1] !== this.#window?.[1];
    this.#window = range;
    if (isNew) this.#show(this.#current);
    const place = this.#place(timeMs);
    for (const plot of this.#plots) {
      plot.moment.setAttribute('visibility', place < 0 || place > 100 ? 'hidden' : 'visible');
      plot.moment.setAttribute('x1', `${place}%`);
      plot.moment.setAttribute('x2', `${place}%`);
      if (isNew) this.#stretch(plot);
    }
  }

  /** The data layer is stretched to its box: another part of it is another window. Ticks of time are made anew. */
  #stretch({ data, axes, isSmall }: Plot): void {
    const [fromMs, toMs] = this.#range;
    const { endMs } = this.#series;
    const from = (fromMs / endMs) * LAYER_WIDTH;
    const width = ((toMs - fromMs) / endMs) * LAYER_WIDTH;
    data.setAttribute('viewBox', `${from} 0 ${width} ${LAYER_HEIGHT}`);
    for (const tick of [...axes.querySelectorAll('.major, .minor')]) tick.remove();
    const [, stepMs = endMs] = timeTicks(toMs - fromMs, isSmall ? 4 : 8);
    for (let tick = Math.ceil(fromMs / stepMs) * stepMs, index = 0; tick <= toMs; tick += stepMs, index++) {
      const text = document.createElementNS('http://www.w3.org/2000/svg', 'text');
      const place = this.#place(tick);
      text.setAttribute('class', !isSmall && index % 2 === 1 ? 'minor' : 'major');
      text.setAttribute('x', `${place}%`);
      text.setAttribute('y', '100%');
      text.setAttribute('dy', '18');
      text.setAttribute('text-anchor', place < 1 ? 'start' : place > 99 ? 'end' : 'middle');
      text.textContent = formatTimeTick(tick);
      axes.append(text);
    }
  }
}

/** As the labels of the static charts. */
function numberText(value: number | undefined, unit: string): string {
  if (value === undefined) return '–';
  const digits = unit === 'USD/h' ? 2 : value < 100 && value % 1 !== 0 ? 1 : 0;
  const text = value.toFixed(digits).replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ',');
  return unit === 'USD/h' ? `$${text}` : text;
}
