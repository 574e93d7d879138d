import { stripControl } from '../io/terminal-text.ts';

/** Text that is HTML or SVG already. Made by `html`, which escapes everything else. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Interpolation = string | number | Markup | readonly Markup[] | null;

/**
 * Template tag for HTML and SVG: text is escaped for element content and for quoted attributes alike, markup passes,
 * lists are joined, null is nothing. There is no other way from a string into a document, so that a name can't be
 * forgotten (S-7).
 */
export function html(strings: TemplateStringsArray, ...values: readonly Interpolation[]): Markup {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    text += interpolated(value) + (strings[index + 1] ?? '');
  });
  return new Markup(text);
}

function interpolated(value: Interpolation): string {
  if (value === null) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map((item) => item.text).join('');
  return escapeText(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes for element content and quoted attributes; control and direction characters are dropped. */
export function escapeText(text: string): string {
  return stripControl(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/**
 * JSON for a `<script type="application/json">`: no `<` that could end the element, no U+2028 or U+2029, which old
 * engines took for line ends. `JSON.parse` reads the same value.
 */
export function embeddedJson(value: unknown): Markup {
  const text = JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return new Markup(text);
}
