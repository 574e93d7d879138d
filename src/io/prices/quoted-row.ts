import { MAX_COLUMNS, type FieldRow } from '../field-row.ts';

const COMMA = 0x2c;
const QUOTE = 0x22;

/**
 * Fills `row` with the fields between commas of one line, quotes around them taken off; a doubled quote inside stays
 * doubled. False when a quote is not closed, or something stands behind a closing one. Price lists quote every field and
 * never break a line inside one, so that lines can be split by themselves: some ten times as fast as a reader that
 * must allow for it.
 */
export function splitQuotedRow(
  row: FieldRow,
  bytes: Buffer,
  start: number,
  end: number,
  line: number,
): boolean {
  const { starts, ends } = row;
  row.bytes = bytes;
  row.line = line;
  row.start = start;
  row.end = end;
  let count = 0;
  let at = start;
  for (;;) {
    if (at < end && bytes[at] === QUOTE) {
      at += 1;
      starts[count] = at;
      while (at < end && (bytes[at] !== QUOTE || bytes[at + 1] === QUOTE)) at += bytes[at] === QUOTE ? 2 : 1;
      if (at >= end) return false;
      ends[count] = at;
      at += 1;
      if (at < end && bytes[at] !== COMMA) return false;
    } else {
      starts[count] = at;
      while (at < end && bytes[at] !== COMMA) at += 1;
      ends[count] = at;
    }
    if (count < MAX_COLUMNS) count += 1;
    if (at >= end) break;
    at += 1;
  }
  row.count = count;
  return true;
}
