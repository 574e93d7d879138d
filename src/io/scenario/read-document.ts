import { type Document, parseAllDocuments, parseDocument } from 'yaml';
import { InputError } from '../../errors.ts';
import { buildValues } from './build-values.ts';
import { decodeText } from './decode-text.ts';
import { type Locate, sortDiagnostics } from './locate.ts';
import { findDeepNesting, MAX_NESTING, MAX_SOURCE_NODES } from './scan-nesting.ts';
import { SourceText } from './source-text.ts';

/** A document that is safe to look at: plain values, every one of which can be found in the source again. */
export interface CheckedDocument {
  /** null, booleans, finite safe numbers, strings, arrays and objects without reserved keys. Shared where aliased. */
  readonly value: unknown;
  readonly locate: Locate;
}

/**
 * A file's bytes as a checked YAML 1.2 document (JSON is YAML). Errors: E1001-E1007, E1105, E1106 and E1102-E1104
 * for keys and numbers that JavaScript would silently change; all findings of a stage are reported together.
 */
export function readDocument(file: string, bytes: Uint8Array): CheckedDocument {
  const document = readYaml(decodeText(file, bytes));
  const { value } = document;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return document;
  const empty = value === null;
  throw new InputError([
    {
      severity: 'error',
      code: empty ? 'E1001' : 'E1007',
      message: empty ? 'the document is empty' : 'the document is not a mapping of keys to values',
      ...document.locate([]),
      hint: 'a scenario begins with "version: 1"',
    },
  ]);
}

/** The same for a piece of text, of any shape: the value of a `--set` is one. */
export function readYamlText(file: string, text: string): CheckedDocument {
  return readYaml(new SourceText(file, text));
}

/**
 * Every document of a stream, as `---` parts them; empty ones are left out. Odd numbers become text: files that others
 * made are full of them where nobody looks. Errors as those of `readDocument`, but for numbers.
 */
export function readYamlStream(source: SourceText): CheckedDocument[] {
  rejectDeepNesting(source);
  const documents = parseAllDocuments(source.text, { uniqueKeys: false, prettyErrors: false });
  if (!Array.isArray(documents)) return [];
  const parsed: Document.Parsed[] = documents;
  rejectSyntaxErrors(source, parsed);
  return parsed
    .filter(({ contents }) => contents !== null)
    .map((document) => buildValues(source, document, 'as-text'))
    .filter(({ value }) => value !== null);
}

function readYaml(source: SourceText): CheckedDocument {
  rejectDeepNesting(source);
  // Duplicate keys are found while building the values: the parser's own check is quadratic.
  const document = parseDocument(source.text, { uniqueKeys: false, prettyErrors: false });
  rejectSyntaxErrors(source, [document]);
  return buildValues(source, document);
}

function rejectDeepNesting(source: SourceText): void {
  const deep = findDeepNesting(source.text);
  if (deep !== undefined) {
    const nesting = deep.kind === 'nesting';
    throw new InputError([
      {
        severity: 'error',
        code: nesting ? 'E1004' : 'E1002',
        message: nesting
          ? `the document is nested deeper than ${MAX_NESTING} levels here`
          : `the document has more than ${MAX_SOURCE_NODES} values, counted up to here`,
        ...source.locate(deep.offset, deep.offset + 1),
      },
    ]);
  }
}

function rejectSyntaxErrors(source: SourceText, documents: readonly Document.Parsed[]): void {
  // Warnings are unknown tags and directives: the text would mean something else than it says.
  const found = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  if (found.length === 0) return;
  throw new InputError(
    sortDiagnostics(
      found.slice(0, 1000).map((problem) => ({
        severity: 'error',
        code: 'E1005',
        message: `the YAML cannot be parsed: ${problem.message.split('\n')[0]!}`,
        ...source.locate(problem.pos[0], Math.max(problem.pos[1], problem.pos[0] + 1)),
        ...(problem.code === 'MULTIPLE_DOCS' && {
          hint: 'a scenario file holds one document: remove the ---',
        }),
        ...(problem.code === 'TAB_AS_INDENT' && { hint: 'indent with spaces' }),
      })),
    ),
  );
}
