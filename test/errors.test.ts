import { expect, test } from 'vitest';
import { assert, DIAGNOSTIC_CODES, InputError, InvariantError, unreachable } from '../src/errors.ts';

test('InputError is named after its first diagnostic and keeps them all', () => {
  const diagnostics = [
    { severity: 'error', code: 'E1203', message: 'unknown key "a"' },
    { severity: 'warning', code: 'W2003', message: 'no seed' },
  ] as const;
  const error = new InputError(diagnostics);
  expect(error.message).toBe('E1203: unknown key "a"');
  expect(error.diagnostics).toBe(diagnostics);
  expect(error).toBeInstanceOf(Error);
});

test('assert() throws InvariantError with its message when the condition is false, and only then', () => {
  expect(() => assert(true, 'fine')).not.toThrow();
  expect(() => assert(false, 'broken')).toThrow(new InvariantError('broken'));
});

test('unreachable() throws InvariantError naming the case', () => {
  expect(() => unreachable('other' as never)).toThrow(new InvariantError('unreachable case: other'));
});

test('DIAGNOSTIC_CODES: each code has the form E or W and four digits, and a sentence', () => {
  for (const [code, sentence] of Object.entries(DIAGNOSTIC_CODES)) {
    expect(code).toMatch(/^[EW][1-5]\d{3}$/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
});
