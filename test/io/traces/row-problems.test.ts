import { describe, expect, test } from 'vitest';
import { FieldRow } from '../../../src/io/field-row.ts';
import { MAX_ROW_PROBLEMS, RowProblems } from '../../../src/io/traces/row-problems.ts';
import { diagnosticsOf } from '../../support/trace-files.ts';

const thrown = (problems: RowProblems) => diagnosticsOf(Promise.resolve().then(() => problems.throwAny()));

function row(text: string, line = 1): FieldRow {
  const made = new FieldRow();
  const bytes = Buffer.from(text);
  made.splitLine(bytes, 0, line);
  return made;
}

describe('RowProblems', () => {
  test('throws nothing when nothing was found', () => {
    expect(() => new RowProblems('file').throwAny()).not.toThrow();
  });

  test('counts columns and lengths in code points', async () => {
    const problems = new RowProblems('file');
    problems.field(row('𝄞,äö', 7), 1, 'cpu', 'a number');
    expect((await thrown(problems))[0]).toEqual({
      severity: 'error',
      code: 'E3001',
      message: "Cannot read cpu 'äö': expected a number",
      position: { file: 'file', line: 7, column: 3, length: 2 },
      excerpt: '𝄞,äö',
    });
  });

  test('tells fifty problems and counts the rest', async () => {
    const problems = new RowProblems('file');
    for (let line = 1; line <= 73; line++) problems.row(row('x', line), 'wrong');
    const diagnostics = await thrown(problems);
    expect(diagnostics).toHaveLength(MAX_ROW_PROBLEMS + 1);
    expect(diagnostics.at(-1)!.message).toBe('and 23 more rows of the same file cannot be read');
  });

  test('tells exactly fifty without a word about more', async () => {
    const problems = new RowProblems('file');
    for (let line = 1; line <= 50; line++) problems.row(row('x', line), 'wrong');
    expect(await thrown(problems)).toHaveLength(50);
  });

  test('cuts long values and excerpts', async () => {
    const problems = new RowProblems('file');
    problems.field(row(`${'ä'.repeat(500)},1`), 0, 'cpu', 'a number');
    const [problem] = await thrown(problems);
    expect([...problem!.excerpt!]).toHaveLength(200);
    expect(problem!.message.length).toBeLessThan(100);
  });
});
