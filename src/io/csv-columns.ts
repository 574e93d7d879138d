import { Readable } from 'node:stream';
import { type DiagnosticCode, InputError } from '../errors.ts';
import { countLines, type LineBlock, lineBlocks, lineTooLong, MAX_LINE_BYTES } from './byte-lines.ts';
import { FieldRow, MAX_COLUMNS } from './field-row.ts';
import { nearestNames, suggest } from './scenario/did-you-mean.ts';

const QUOTE = 0x22;

export interface CsvVisitor {
  /** The names of the first row, without the blanks around them. Called once, before any row. */
  header(names: readonly string[]): void;
  /** Every further row that is not blank. The same object each time, valid during the call. */
  row(row: FieldRow): void;
}

/**
 * Reads a comma-separated file with a header line, packed with gzip or not, in flat memory. Rows are split by bytes
 * up to the first quote of the file; from its row on csv-parse takes over (RFC 4180 quoting, line breaks inside
 * quotes). Both ways give the same fields. Errors: those of `lineBlocks`; E3001 for quotes that do not match;
 * E3002 for a header of more than `MAX_COLUMNS` names.
 */
export async function readCsv(file: string, visitor: CsvVisitor): Promise<void> {
  const row = new FieldRow();
  let hasHeader = false;
  const take = (): void => {
    if (row.count === 1 && row.isEmpty(0)) return;
    if (hasHeader) {
      visitor.row(row);
      return;
    }
    if (row.count > MAX_COLUMNS) {
      throw csvError('E3002', file, row.line, `The header has more than ${MAX_COLUMNS} columns`);
    }
    hasHeader = true;
    visitor.header(row.texts());
  };
  const blocks = lineBlocks(file);
  for await (const block of blocks) {
    const quote = block.bytes.indexOf(QUOTE);
    const limit = quote < 0 ? Number.POSITIVE_INFINITY : quote;
    const visited = forEachRow(file, block, limit, row, take);
    if (quote < 0) continue;
    const firstLine = block.firstLine + countLines(block.bytes, visited);
    await readQuoted(file, { bytes: block.bytes.subarray(visited), firstLine }, blocks, (fields, line) => {
      row.fill(fields, line);
      take();
    });
    break;
  }
  if (!hasHeader) throw csvError('E1001', file, 1, 'The file has no header line');
}

/** Splits each line into the row and calls `take`; stops before the line with byte `limit`, and answers where it begins. */
function forEachRow(file: string, block: LineBlock, limit: number, row: FieldRow, take: () => void): number {
  const { bytes, firstLine } = block;
  let line = firstLine;
  let start = 0;
  while (start < bytes.length) {
    const next = row.splitLine(bytes, start, line);
    if (next >= limit) return start;
    if (next - start > MAX_LINE_BYTES) throw lineTooLong(file, line);
    take();
    start = next + 1;
    line += 1;
  }
  block.lineCount = line - firstLine;
  return bytes.length;
}

async function readQuoted(
  file: string,
  first: LineBlock,
  following: AsyncIterable<LineBlock>,
  visit: (fields: readonly string[], line: number) => void,
): Promise<void> {
  // Few files have a quote, and every start of the command line would wait for the package.
  const { CsvError, parse } = await import('csv-parse');
  const parser = parse({
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_LINE_BYTES,
    record_delimiter: ['\r\n', '\n'],
  });
  async function* chunks(): AsyncGenerator<Buffer> {
    yield first.bytes;
    for await (const block of following) yield block.bytes;
  }
  const source = Readable.from(chunks());
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let line = first.firstLine;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      const breaks = record.reduce((sum, field) => sum + field.split('\n').length - 1, 0);
      line = first.firstLine + info.lines - breaks - 1;
      visit(record, line);
      line += breaks + 1;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const isTooLong = error.code === 'CSV_MAX_RECORD_SIZE';
    throw isTooLong
      ? csvError('E3005', file, line, `The row is longer than ${MAX_LINE_BYTES} characters`)
      : csvError(
          'E3001',
          file,
          line,
          'Cannot read the row: its quotes do not match',
          'write " inside quotes as ""',
        );
  } finally {
    source.destroy();
  }
}

function csvError(
  code: DiagnosticCode,
  file: string,
  line: number,
  message: string,
  hint?: string,
): InputError {
  return new InputError([
    { severity: 'error', code, message, position: { file, line, column: 1, length: 1 }, hint },
  ]);
}

/**
 * Indexes of the named columns in a header (of line 1 if not said); -1 for optional ones that are not there. Errors, all of them collected:
 * E3002 (missing, with the nearest name), E1205 (a wanted name twice).
 */
export function findColumns<Name extends string, Optional extends string = never>(
  file: string,
  header: readonly string[],
  required: readonly Name[],
  optional: readonly Optional[] = [],
  line = 1,
): Record<Name | Optional, number> {
  const problems: {
    readonly code: DiagnosticCode;
    readonly message: string;
    readonly hint?: string | undefined;
  }[] = [];
  const indexes = new Map<string, number>();
  for (const name of [...required, ...optional]) {
    const index = header.indexOf(name);
    indexes.set(name, index);
    if (index >= 0 && header.lastIndexOf(name) !== index) {
      problems.push({ code: 'E1205', message: `The column '${name}' appears twice in the header` });
    }
    if (index < 0 && (required as readonly string[]).includes(name)) {
      const names = header.slice(0, 20).map((one) => one.slice(0, 40));
      const message = `There is no column '${name}'; the header has ${names.join(', ')}`;
      const nearest = nearestNames(name, header);
      problems.push({ code: 'E3002', message, hint: nearest.length > 0 ? suggest(nearest) : undefined });
    }
  }
  if (problems.length > 0) {
    const position = { file, line, column: 1, length: 1 };
    throw new InputError(problems.map((problem) => ({ severity: 'error', ...problem, position })));
  }
  return Object.fromEntries(indexes) as Record<Name | Optional, number>;
}
