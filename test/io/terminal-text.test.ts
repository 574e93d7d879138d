import { expect, test } from 'vitest';
import { stripControl } from '../../src/io/terminal-text.ts';

test.each([
  { name: 'plain text', given: 'web-17 (größer) 中文', plain: 'web-17 (größer) 中文' },
  { name: 'colour', given: '\u001b[31mred\u001b[0m', plain: 'red' },
  { name: 'cursor movement', given: 'a\u001b[2J\u001b[1;1Hb', plain: 'ab' },
  { name: 'a terminal link', given: '\u001b]8;;http://evil\u0007text\u001b]8;;\u0007', plain: 'text' },
  { name: 'a one-byte CSI', given: 'a\u009b31mb', plain: 'ab' },
  { name: 'a lone escape', given: 'a\u001bZb', plain: 'ab' },
  { name: 'NUL and bell', given: 'a\u0000b\u0007c', plain: 'abc' },
  { name: 'backspace', given: 'ab\b\bcd', plain: 'abcd' },
  { name: 'DEL and C1', given: 'a\u007fb\u0080c', plain: 'abc' },
  { name: 'a line feed, which becomes a blank', given: 'a\r\nb', plain: 'a b' },
  { name: 'a tab', given: 'a\tb', plain: 'a b' },
  { name: 'line separators', given: 'a\u2028b\u2029c\u0085d', plain: 'a b c d' },
  { name: 'a right-to-left override', given: 'gpj\u202eexe.', plain: 'gpjexe.' },
  { name: 'isolates', given: '\u2066a\u2069\u2067b\u2069', plain: 'ab' },
  { name: 'marks of direction', given: 'a\u200eb\u200fc\u061cd', plain: 'abcd' },
  { name: 'zero-width characters', given: 'a\u200bb\u200cc\ufeffd\u2060e', plain: 'abcde' },
])('stripControl() leaves the text of $name', ({ given, plain }) => {
  expect(stripControl(given)).toBe(plain);
});

test('stripControl() leaves nothing to strip a second time, for every character below U+3000', () => {
  const wrong: number[] = [];
  for (let code = 0; code < 0x3000; code++) {
    const once = stripControl(`x${String.fromCharCode(code)}[31my`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the promise is about control characters
    if (stripControl(once) !== once || /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(once)) {
      wrong.push(code);
    }
  }
  expect(wrong).toEqual([]);
});
