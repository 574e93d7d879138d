import type { DiagnosticCode } from '../../errors.ts';

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Digits that any double needs to be written exactly enough to be read back. */
const MAX_DIGITS = 17;

/** Why a number cannot be used, and what to write instead. */
export interface NumberProblem {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
}

/**
 * Why the number written as `source` must not be used as `value`: it would be read as another one than a person
 * reads (017, 0x1F), is not finite, or is not exactly what is written. Undefined when it is fine. Only numbers as
 * JSON spells them are.
 */
export function numberProblem(source: string, value: number): NumberProblem | undefined {
  if (Object.is(value, -0))
    return { code: 'E1103', message: `${source} is a negative zero`, hint: 'write 0' };
  if (!Number.isFinite(value)) {
    return {
      code: 'E1103',
      message: `${cut(source)} is not a finite number`,
      hint: 'write a number below 1e15',
    };
  }
  if (!JSON_NUMBER.test(source)) {
    const hint = `write ${value}, or "${cut(source)}" in quotes for text`;
    return { code: 'E1104', message: `the number ${cut(source)} can be read in more than one way`, hint };
  }
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    const message = `${cut(source)} is too large: whole numbers are exact up to ${Number.MAX_SAFE_INTEGER}`;
    return { code: 'E1103', message, hint: 'use a larger unit' };
  }
  const digits = source
    .replace(/[eE].*$/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '');
  if (digits.length > MAX_DIGITS) {
    const message = `${cut(source)} has ${digits.length} digits: numbers keep ${MAX_DIGITS}`;
    return { code: 'E1103', message, hint: `write ${value}` };
  }
  return undefined;
}

function cut(source: string): string {
  return source.length <= 40 ? source : `${source.slice(0, 40)}...`;
}
