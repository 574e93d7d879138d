/**
 * The report's only script: one crosshair over all charts of time, by pointer and by keyboard. Without it the page
 * loses nothing but the crosshair. Plain JavaScript in a string, so that no build step can change the bytes whose hash
 * is in the content security policy. It writes text and attributes, never markup.
 */
export const SCRIPT = `'use strict';
(() => {
  const data = JSON.parse(document.getElementById('series').textContent);
  const plots = [...document.querySelectorAll('.plot')].map((element) => ({
    element,
    chart: data.charts[element.dataset.chart],
    cross: element.querySelector('.cross'),
    when: element.querySelector('.when'),
    outputs: [...element.closest('figure').querySelectorAll('output')],
  }));
  if (plots.length === 0) return;
  const last = Math.ceil(data.endMs / data.stepMs) - 1;
  let current = -1;
  const two = (value) => String(value).padStart(2, '0');
  const timeText = (ms) => {
    const minutes = Math.floor(ms / 60000);
    const clock = two(Math.floor(minutes / 60) % 24) + ':' + two(minutes % 60);
    const day = Math.floor(minutes / 1440);
    const seconds = data.stepMs % 60000 === 0 ? '' : ':' + two(Math.floor(ms / 1000) % 60);
    return (data.endMs > 86400000 ? 'day ' + (day + 1) + ' ' : '') + clock + seconds;
  };
  const numberText = (value, unit) => {
    const digits = unit === 'USD/h' ? 2 : value < 100 && value % 1 !== 0 ? 1 : 0;
    const text = value.toFixed(digits).replace(/\\B(?=(?:\\d{3})+(?!\\d))(?<!\\.\\d*)/g, ',');
    return unit === 'USD/h' ? '$' + text : text;
  };
  const valueAt = (line, ms) => line.values[Math.floor(ms / line.bucketMs)];
  const show = (step) => {
    current = step < 0 ? -1 : Math.min(step, last);
    const ms = current * data.stepMs;
    for (const { element, chart, cross, when, outputs } of plots) {
      const place = ((ms + data.stepMs / 2) / data.endMs) * 100;
      const on = current >= 0;
      cross.setAttribute('visibility', on ? 'visible' : 'hidden');
      when.hidden = !on || !element.matches(':hover, :focus');
      const parts = [];
      chart.lines.forEach((line, index) => {
        const value = valueAt(line, ms);
        const text = !on ? line.mean : value === undefined ? '\\u2013' : numberText(value, chart.unit);
        outputs[index].textContent = text;
        parts.push(line.label + ' ' + text);
      });
      if (on) {
        cross.setAttribute('x1', place + '%');
        cross.setAttribute('x2', place + '%');
        when.style.left = Math.min(Math.max(place, 6), 94) + '%';
        when.textContent = timeText(ms);
        element.setAttribute('aria-valuenow', String(current));
        element.setAttribute('aria-valuetext', timeText(ms) + ': ' + parts.join(', '));
      }
    }
    for (const hint of document.querySelectorAll('.at')) {
      hint.textContent = current < 0 ? 'mean' : timeText(ms);
    }
  };
  const stepAt = (element, event) => {
    const box = element.getBoundingClientRect();
    const part = (event.clientX - box.left) / box.width;
    return Math.max(0, Math.min(last, Math.floor((part * data.endMs) / data.stepMs)));
  };
  const jumps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12 };
  for (const { element } of plots) {
    element.setAttribute('role', 'slider');
    element.setAttribute('tabindex', '0');
    element.setAttribute('aria-valuemin', '0');
    element.setAttribute('aria-valuemax', String(last));
    element.setAttribute('aria-valuenow', '0');
    const move = (event) => show(stepAt(element, event));
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerdown', move);
    element.addEventListener('pointerleave', () => show(-1));
    element.addEventListener('blur', () => show(-1));
    element.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const jump = jumps[event.key];
      if (event.key === 'Escape') show(-1);
      else if (event.key === 'Home') show(0);
      else if (event.key === 'End') show(last);
      else if (jump) show(current < 0 ? (jump > 0 ? 0 : last) : Math.max(0, current + jump));
      else return;
      event.preventDefault();
    });
  }
})();
`;
