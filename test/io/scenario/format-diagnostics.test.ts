import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/errors.ts';
import { formatDiagnostics, summariseDiagnostics } from '../../../src/io/scenario/format-diagnostics.ts';

const memroy: Diagnostic = {
  severity: 'error',
  code: 'E1203',
  message: 'unknown key "memroy" in service "web"',
  position: { file: 'shop.yaml', line: 7, column: 7, length: 6 },
  path: 'workload.services[0].memroy',
  excerpt: '      memroy: 512',
  hint: 'did you mean "memory"?',
};

function at(
  line: number,
  code: Diagnostic['code'] = 'E1203',
  severity: Diagnostic['severity'] = 'error',
): Diagnostic {
  return { severity, code, message: `message ${line}`, position: { file: 'a', line, column: 1, length: 1 } };
}

describe('formatDiagnostics() as text', () => {
  test('shows code, message, place, excerpt, marks and the way out', () => {
    expect(formatDiagnostics([memroy], 'text')).toBe(`error[E1203]: unknown key "memroy" in service "web"
  --> shop.yaml:7:7
   |
 7 |       memroy: 512
   |       ^^^^^^ did you mean "memory"?
   = help: stowage explain E1203
`);
  });

  test('keeps the marks in place for wide line numbers, tabs, and characters outside the BMP', () => {
    const excerpt = '\t🙂: bad';
    const position = { file: 'a.yaml', line: 1234, column: 5, length: 3 };
    const text = formatDiagnostics([{ ...memroy, excerpt, position, hint: undefined }], 'text');
    expect(text.split('\n').slice(2, 5)).toEqual(['      |', ' 1234 |  🙂: bad', '      |     ^^^']);
  });

  test('cuts long lines around the position', () => {
    const excerpt = `${'x'.repeat(500)}BAD${'y'.repeat(500)}`;
    const text = formatDiagnostics(
      [{ ...memroy, excerpt, position: { file: 'a', line: 1, column: 501, length: 3 } }],
      'text',
    );
    const [source, marks] = text.split('\n').slice(3, 5) as [string, string];
    expect(source).toBe(` 1 | ...${'x'.repeat(50)}BAD${'y'.repeat(47)}...`);
    expect(source.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1)).toBe('BAD');
  });

  test('without a position: hint and help only', () => {
    const { position: _, excerpt: __, ...rest } = memroy;
    expect(formatDiagnostics([rest], 'text')).toBe(`error[E1203]: unknown key "memroy" in service "web"
   = hint: did you mean "memory"?
   = help: stowage explain E1203
`);
  });

  test.each([
    ['ANSI', 'a\u001b[31mred'],
    ['C1', 'a\u009b31m'],
    ['bidi', 'a\u202egnp'],
    ['line break', 'a\nb'],
  ])('lets no %s from names or excerpts reach the terminal', (_, hostile) => {
    const text = formatDiagnostics(
      [{ ...memroy, message: hostile, excerpt: hostile.replace('\n', ''), hint: hostile }],
      'text',
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not appear
    expect(text.replace(/\n/g, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text.split('\n')).toHaveLength(7);
  });

  test('sorts by position, and counts what is beyond 50; warnings never hide errors', () => {
    const warnings = Array.from({ length: 50 }, (_, index) => at(index + 1, 'W2001', 'warning'));
    const text = formatDiagnostics([at(99), ...warnings, at(98)], 'text');
    expect(text.match(/^\w+\[/gm)).toHaveLength(50);
    expect(text.indexOf('message 98')).toBeLessThan(text.indexOf('message 99'));
    expect(text).toMatch(/message 48\n(.|\n)*and 2 more\n$/);
    expect(text).not.toContain('message 49\n');
  });

  test('says nothing about nothing', () => {
    expect(formatDiagnostics([], 'text')).toBe('');
  });
});

test('formatDiagnostics() for GitHub escapes properties and data as the runner reads them', () => {
  const tricky: Diagnostic = {
    ...memroy,
    message: '100%: a,b',
    hint: undefined,
    position: { file: 'a,b:c.yaml', line: 2, column: 3, length: 4 },
  };
  expect(formatDiagnostics([memroy, tricky], 'github')).toBe(
    '::error file=a%2Cb%3Ac.yaml,line=2,col=3,endColumn=7,title=E1203::100%25: a,b\n' +
      '::error file=shop.yaml,line=7,col=7,endColumn=13,title=E1203::unknown key "memroy" in service "web"; did you mean "memory"?\n',
  );
});

test('formatDiagnostics() as JSON is one document with every finding', () => {
  const all = Array.from({ length: 60 }, (_, index) => at(60 - index));
  const parsed = JSON.parse(formatDiagnostics([...all, { ...memroy, severity: 'warning' }], 'json'));
  expect(parsed).toMatchObject({ errors: 60, warnings: 1 });
  expect(parsed.diagnostics).toHaveLength(61);
  expect(parsed.diagnostics[0]).toEqual({
    severity: 'error',
    code: 'E1203',
    message: 'message 1',
    file: 'a',
    line: 1,
    column: 1,
    length: 1,
  });
});

test('summariseDiagnostics() counts', () => {
  expect(summariseDiagnostics([memroy, at(1, 'W2001', 'warning'), at(2)], 1)).toBe(
    '2 errors, 1 warning in 1 file',
  );
});
