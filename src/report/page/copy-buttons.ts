import { copyText } from './clipboard.ts';

/**
 * Two small buttons on every figure: its numbers as CSV, from the table behind it, and its drawing as SVG. A canvas has
 * no SVG: `stowage export` writes that.
 */
export function addCopyButtons(root: ParentNode = document): void {
  for (const figure of root.querySelectorAll('figure')) {
    if (figure.querySelector(':scope > .copies') !== null) continue;
    const place = document.createElement('p');
    // Beside the title of the table behind the figure, or below what is there.
    place.className = figure.lastElementChild?.tagName === 'DETAILS' ? 'copies' : 'copies below';
    const name = figure.querySelector('h3')?.textContent?.trim() ?? 'figure';
    if (figure.querySelector('details, table') !== null) {
      place.append(button('CSV', `Copy ${name} as CSV`, () => csvOf(figure)));
    }
    if (figure.querySelector('svg:not([aria-hidden])') !== null || figure.querySelector('.plot') !== null) {
      place.append(button('SVG', `Copy ${name} as SVG`, () => svgOf(figure)));
    }
    if (place.childElementCount > 0) figure.append(place);
  }
}

function button(text: string, label: string, make: () => string): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = text;
  element.setAttribute('aria-label', label);
  element.addEventListener('click', async () => {
    await copyText(make());
    element.textContent = 'copied';
    element.addEventListener('blur', () => (element.textContent = text), { once: true });
  });
  return element;
}

/** The table of a figure. One that is made only when it is opened is opened. */
function csvOf(figure: Element): string {
  const details = figure.querySelector('details');
  if (details !== null && figure.querySelector('table') === null) details.open = true;
  const rows = [...(figure.querySelector('table')?.rows ?? [])];
  const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${rows.map((row) => [...row.cells].map((cell) => quoted(cell.textContent ?? '')).join(',')).join('\n')}\n`;
}

/** What a drawing looks like without the style sheet of the page. */
const LOOKS = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'font',
  'opacity',
];

/** The drawings of a figure in one file, with the looks that they have on the page now. */
function svgOf(figure: Element): string {
  const drawings = [...figure.querySelectorAll<SVGSVGElement>('.plot svg, .bar svg, svg[role=img]')];
  const boxes = drawings.map((drawing) => drawing.getBoundingClientRect());
  const left = Math.min(...boxes.map((box) => box.left)) - 60;
  const top = Math.min(...boxes.map((box) => box.top)) - 12;
  const right = Math.max(...boxes.map((box) => box.right)) + 20;
  const bottom = Math.max(...boxes.map((box) => box.bottom)) + 30;
  const all = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  all.setAttribute('viewBox', `0 0 ${Math.round(right - left)} ${Math.round(bottom - top)}`);
  drawings.forEach((drawing, index) => {
    const own = drawing.cloneNode(true) as SVGSVGElement;
    const [shown, copied] = [drawing, own].map((root) => [root, ...root.querySelectorAll('*')]);
    shown!.forEach((element, at) => {
      const style = getComputedStyle(element);
      const target = copied![at]!;
      for (const look of LOOKS) {
        const value = style.getPropertyValue(look);
        if (value !== '')
          target.setAttribute(look === 'font' ? 'style' : look, look === 'font' ? `font:${value}` : value);
      }
      target.removeAttribute('class');
    });
    const box = boxes[index]!;
    own.setAttribute('x', String(Math.round(box.left - left)));
    own.setAttribute('y', String(Math.round(box.top - top)));
    own.setAttribute('width', String(box.width));
    own.setAttribute('height', String(box.height));
    all.append(own);
  });
  return new XMLSerializer().serializeToString(all);
}
