import type { Diagnostic, DiagnosticCode, SourcePosition } from '../../errors.ts';

/** Keys and list indexes from the root of a document: `['workload', 'services', 0, 'template']`. */
export type Path = readonly (string | number)[];

/** Where something stands in the source, as far as known. */
export interface Located {
  readonly position?: SourcePosition;
  /** The line of source that holds the position. */
  readonly excerpt?: string;
}

/**
 * The place of the value (or the key) at `path`; the nearest ancestor when the path itself is not in the document,
 * as for a missing key.
 */
export type Locate = (path: Path, part?: 'key' | 'value') => Located;

/** For scenarios that were never text. */
export const locateNothing: Locate = () => ({});

/** `workload.services[0].labels["a.b"]`: the way paths are written in messages and in `--set`. */
export function formatPath(path: Path): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (!/^[A-Za-z_][\w-]*$/.test(segment)) text += `[${JSON.stringify(segment)}]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}

/** Far more than anyone reads; keeps hostile files from costing time and memory. */
const MAX_DIAGNOSTICS = 1000;

/** What else is known about a finding. */
export interface ProblemDetails {
  readonly hint?: string | undefined;
  /** Underline the key instead of the value. */
  readonly part?: 'key' | 'value';
}

/** Collects findings about one document, with their positions. */
export class Problems {
  /** Of the document. */
  readonly locate: Locate;
  readonly #found: Diagnostic[] = [];

  constructor(locate: Locate) {
    this.locate = locate;
  }

  get list(): readonly Diagnostic[] {
    return this.#found;
  }

  get hasErrors(): boolean {
    return this.#found.some((diagnostic) => diagnostic.severity === 'error');
  }

  error(code: DiagnosticCode, path: Path, message: string, details: ProblemDetails = {}): void {
    this.#add('error', code, path, message, details);
  }

  warning(code: DiagnosticCode, path: Path, message: string, details: ProblemDetails = {}): void {
    this.#add('warning', code, path, message, details);
  }

  /** Takes over findings that have their positions already. */
  adopt(diagnostics: readonly Diagnostic[]): void {
    this.#found.push(...diagnostics.slice(0, Math.max(0, MAX_DIAGNOSTICS - this.#found.length)));
  }

  #add(
    severity: 'error' | 'warning',
    code: DiagnosticCode,
    path: Path,
    message: string,
    details: ProblemDetails,
  ): void {
    if (this.#found.length >= MAX_DIAGNOSTICS) return;
    const { hint, part } = details;
    this.#found.push({
      severity,
      code,
      message,
      ...this.locate(path, part),
      ...(path.length > 0 && { path: formatPath(path) }),
      ...(hint !== undefined && { hint }),
    });
  }
}

/** By file, line, column, then code and message; findings without a position come last. Equal ones are kept once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const sorted = [...diagnostics].sort(compareDiagnostics);
  return sorted.filter(
    (diagnostic, index) => index === 0 || compareDiagnostics(sorted[index - 1]!, diagnostic) !== 0,
  );
}

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  if (a.position === undefined || b.position === undefined) {
    if (a.position !== b.position) return a.position === undefined ? 1 : -1;
  } else {
    const byPlace =
      compareText(a.position.file, b.position.file) ||
      a.position.line - b.position.line ||
      a.position.column - b.position.column;
    if (byPlace !== 0) return byPlace;
  }
  return (
    compareText(a.code, b.code) ||
    compareText(a.message, b.message) ||
    compareText(a.path ?? '', b.path ?? '')
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
