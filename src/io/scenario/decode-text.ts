import { isUtf8 } from 'node:buffer';
import { InputError } from '../../errors.ts';
import { MIB } from '../../units.ts';
import { SourceText } from './source-text.ts';

/** Limit of a scenario file. */
export const MAX_SCENARIO_BYTES: number = 10 * MIB;

/**
 * Bytes to text, before any parser sees them: size, UTF-8, NUL, emptiness. A byte order mark is dropped.
 * Errors: E1001, E1002, E1003, with the position of the first offending byte.
 */
export function decodeText(file: string, bytes: Uint8Array): SourceText {
  if (bytes.length > MAX_SCENARIO_BYTES) throw tooLarge(file, bytes.length);
  const source = decodeCharacters(file, bytes);
  if (/^\s*$/.test(source.text)) {
    throw textError(source, 'E1001', 0, 'the file is empty', 'stowage init writes a scenario to start from');
  }
  return source;
}

/** The same for files of other kinds, which may be empty and of any size. Errors: E1003. */
export function decodeCharacters(file: string, bytes: Uint8Array): SourceText {
  const source = new SourceText(file, new TextDecoder('utf-8').decode(bytes));
  if (!isUtf8(bytes)) {
    const offset = firstInvalid(source.text, bytes);
    throw textError(source, 'E1003', offset, 'the file is not valid UTF-8 here', 'save the file as UTF-8');
  }
  const nul = source.text.indexOf('\0');
  if (nul >= 0) {
    throw textError(source, 'E1003', nul, 'the file contains a NUL character here', 'is this a binary file?');
  }
  return source;
}

/** E1002 for a file of `size` bytes, which need not have been read. */
export function tooLarge(file: string, size: number): InputError {
  const message = `the file has ${size} bytes; a scenario has at most ${MAX_SCENARIO_BYTES}`;
  return new InputError([
    {
      severity: 'error',
      code: 'E1002',
      message,
      position: { file, line: 1, column: 1, length: 1 },
      hint: 'bulk data belongs into trace files',
    },
  ]);
}

function textError(
  source: SourceText,
  code: 'E1001' | 'E1003',
  offset: number,
  message: string,
  hint: string,
): InputError {
  return new InputError([{ severity: 'error', code, message, ...source.locate(offset, offset + 1), hint }]);
}

/** Offset in the decoded text of the first replacement character that the bytes do not contain. */
function firstInvalid(text: string, bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.codePointAt(offset)!;
    if (code === 0xfffd && !(bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd))
      return offset;
    at += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (code >= 0x10000) offset += 1;
  }
  return 0;
}
