import { stripVTControlCharacters } from 'node:util';

const PRINTABLE_ASCII = /^[ -~]*$/;

/** White space that would break a line or a column. */
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/**
 * C0, DEL and C1 controls, and everything that changes direction or takes no room: Arabic letter mark, zero-width
 * characters and marks, embeddings, overrides, isolates, byte order mark, interlinear annotation.
 */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this pattern is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/**
 * Text of foreign origin (names in scenarios and traces), safe to print on a terminal: no ANSI sequence, no control
 * character, nothing that reorders or hides its neighbours. Line breaks and tabs become one space. Idempotent.
 */
export function stripControl(text: string): string {
  // Most names, by far: nothing of the above is among these characters.
  if (PRINTABLE_ASCII.test(text)) return text;
  return stripVTControlCharacters(text).replace(LINE_BREAKS, ' ').replace(INVISIBLE, '');
}
