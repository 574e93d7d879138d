import type { Diagnostic } from '../../errors.ts';
import { stripControl } from '../terminal-text.ts';
import { sortDiagnostics } from './locate.ts';

/** More findings than this are counted, not shown. */
export const MAX_SHOWN = 50;
/** Widest excerpt, in code points; longer lines are cut around the position. */
const EXCERPT_WIDTH = 100;

/**
 * Findings for people (`text`, after rustc), for annotations of GitHub Actions (`github`), or for programs (`json`,
 * one document). Sorted by position; of more than 50, errors are shown first and the rest is counted. Text of foreign
 * origin cannot reach the terminal's controls. Ends with a line break unless there is nothing to say.
 */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  form: 'text' | 'github' | 'json',
): string {
  const { shown, hidden } = selected(diagnostics);
  switch (form) {
    case 'text':
      return shown.map(asText).join('\n') + (hidden > 0 ? `\nand ${hidden} more\n` : '');
    case 'github':
      return (
        shown.map(asGithub).join('') + (hidden > 0 ? `::notice title=stowage::and ${hidden} more\n` : '')
      );
    case 'json':
      return `${JSON.stringify({ ...countDiagnostics(diagnostics), diagnostics: sortDiagnostics(diagnostics).map(asRecord) })}\n`;
  }
}

/** Number of errors and of warnings. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): { errors: number; warnings: number } {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return { errors, warnings: diagnostics.length - errors };
}

/** `2 errors, 1 warning in 1 file`: the last line of a validation. */
export function summariseDiagnostics(diagnostics: readonly Diagnostic[], files: number): string {
  const { errors, warnings } = countDiagnostics(diagnostics);
  return `${plural(errors, 'error')}, ${plural(warnings, 'warning')} in ${plural(files, 'file')}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Warnings never hide errors. */
function selected(diagnostics: readonly Diagnostic[]): { shown: Diagnostic[]; hidden: number } {
  const sorted = sortDiagnostics(diagnostics);
  if (sorted.length <= MAX_SHOWN) return { shown: sorted, hidden: 0 };
  const errors = sorted.filter(({ severity }) => severity === 'error');
  const warnings = sorted.filter(({ severity }) => severity === 'warning');
  const shown = sortDiagnostics([...errors, ...warnings].slice(0, MAX_SHOWN));
  return { shown, hidden: sorted.length - MAX_SHOWN };
}

function asText({ severity, code, message, position, excerpt, hint }: Diagnostic): string {
  const lines = [`${severity}[${code}]: ${stripControl(message)}`];
  const help = `   = help: stowage explain ${code}`;
  const safeHint = hint === undefined ? undefined : stripControl(hint);
  if (position === undefined) {
    if (safeHint !== undefined) lines.push(`   = hint: ${safeHint}`);
    return `${[...lines, help].join('\n')}\n`;
  }
  const { file, line, column, length } = position;
  const gutter = ' '.repeat(String(line).length);
  lines.push(`  --> ${stripControl(file)}:${line}:${column}`);
  if (excerpt !== undefined && visible(excerpt).trim() !== '') {
    const { text, indent, underlined } = cutExcerpt(excerpt, column, length);
    const marks = `${' '.repeat(indent)}${'^'.repeat(underlined)}`;
    lines.push(
      `  ${gutter}|`,
      ` ${line} | ${text}`,
      `  ${gutter}| ${marks}${safeHint === undefined ? '' : ` ${safeHint}`}`,
    );
  } else if (safeHint !== undefined) {
    lines.push(`   = hint: ${safeHint}`);
  }
  return `${[...lines, help].join('\n')}\n`;
}

/** The part of the line around the position, tabs as one blank, what cannot be seen as a replacement character. */
function cutExcerpt(
  excerpt: string,
  column: number,
  length: number,
): { text: string; indent: number; underlined: number } {
  const points = [...excerpt];
  const from = points.length <= EXCERPT_WIDTH ? 0 : Math.max(0, column - 1 - EXCERPT_WIDTH / 2);
  const to = Math.min(points.length, from + EXCERPT_WIDTH);
  const before = from > 0 ? '...' : '';
  const text = before + visible(points.slice(from, to).join('')) + (to < points.length ? '...' : '');
  const indent = before.length + column - 1 - from;
  return { text: text.trimEnd(), indent, underlined: Math.max(1, Math.min(length, to - (column - 1))) };
}

/** As many code points as before, so that the marks below stay in place. */
function visible(text: string): string {
  return [...text]
    .map((point) => (point === '\t' ? ' ' : stripControl(point) === '' ? '\ufffd' : point))
    .join('');
}

/** Source: GitHub Actions documentation, "Workflow commands", and the escapes of actions/toolkit command.ts. */
function asGithub({ severity, code, message, position, hint }: Diagnostic): string {
  const text = stripControl(hint === undefined ? message : `${message}; ${hint}`);
  const properties = [`title=${code}`];
  if (position !== undefined) {
    const { file, line, column, length } = position;
    properties.unshift(
      `file=${escapeProperty(file)}`,
      `line=${line}`,
      `col=${column}`,
      `endColumn=${column + length}`,
    );
  }
  return `::${severity} ${properties.join(',')}::${escapeData(text)}\n`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(stripControl(text)).replace(/:/g, '%3A').replace(/,/g, '%2C');
}

function asRecord({ severity, code, message, path, position, hint }: Diagnostic): object {
  return { severity, code, message, path, ...position, hint };
}
