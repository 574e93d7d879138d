import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS, GLOBAL_FLAGS } from '../../src/cli/commands.ts';
import { textAskedFor } from '../../src/cli/help.ts';
import { ROOT } from './process.ts';

const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/** Packages that a source file loads before it does anything, itself and all it imports. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  // Types are erased, and `import()` loads later.
  const statements = /^(?:import|export) (?!type )(?:[^;'"]*? from )?'([^']+)';/gm;
  for (const [, target] of readFileSync(file, 'utf8').matchAll(statements)) {
    if (target!.startsWith('node:')) continue;
    if (!target!.startsWith('.')) packages.add(target!);
    else for (const name of packagesOf(resolve(dirname(file), target!), seen)) packages.add(name);
  }
  return packages;
}

describe('textAskedFor()', () => {
  test.each([['--help'], ['-h'], ['help'], ['--nonsense', '--help']])(
    '%s %s: all commands, what they take, the exit codes',
    (...line) => {
      const text = textAskedFor(line, 100)!;
      for (const { name, summary } of COMMANDS) {
        expect(text).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
        expect(text).toContain(summary.slice(0, 40));
      }
      expect(text).toContain('run <scenario>');
      expect(text).toContain('5 a check failed');
    },
  );

  test.each(COMMANDS.map((command) => ({ ...command })))(
    '$name --help: every flag and operand',
    ({ name, flags, operands }) => {
      const text = textAskedFor([name, '--help'], 100)!;
      expect(text).toBe(textAskedFor(['help', name], 100));
      for (const flag of [...Object.keys(flags), ...Object.keys(GLOBAL_FLAGS)])
        expect(text).toContain(`--${flag}`);
      for (const operand of operands) expect(text).toContain(operand.about);
    },
  );

  test.each([60, 80, 100, 140])('lines stay within %i columns, and within 100', (width) => {
    const texts = [[], ...COMMANDS.map(({ name }) => [name])].map(
      (line) => textAskedFor([...line, '--help'], width)!,
    );
    // Examples are to be pasted: they are not broken.
    const lines = texts.flatMap((text) => text.split('\n')).filter((line) => !line.startsWith('  stowage '));
    expect(lines.filter((line) => line.length > Math.min(width, 100))).toEqual([]);
  });

  test('--version is the version of the package', () => {
    expect(textAskedFor(['--version'], 100)).toBe(PACKAGE.version);
    expect(textAskedFor(['run', '--version'], 100)).toBe(PACKAGE.version);
  });

  test.each([[['run', 'a.yaml']], [['run', '--', '--help']], [[]]])('%j does not ask for help', (line) => {
    expect(textAskedFor(line, 100)).toBeNull();
  });
});

describe('start-up', () => {
  test('help loads no package but the one that draws tables', () => {
    const packages = packagesOf(join(ROOT, 'src/cli.ts'));
    expect([...packages].filter((name) => name !== 'cli-table3')).toEqual([]);
  });

  test('completion and reading a command line load neither zod nor yaml', () => {
    const seen = new Set<string>();
    const files = ['command-line', 'completion', 'schema', 'init'].map((name) =>
      join(ROOT, `src/cli/${name}.ts`),
    );
    const packages = files.flatMap((file) => [...packagesOf(file, seen)]);
    expect(packages).toContain('yargs-parser');
    expect(packages).not.toContain('zod');
    expect(packages).not.toContain('yaml');
    expect([...seen].map((file) => relative(ROOT, file)).filter((file) => /experiment/.test(file))).toEqual(
      [],
    );
  });

  test('run loads reports, result directories and the checker only when it needs them', () => {
    const seen = new Set<string>();
    const packages = packagesOf(join(ROOT, 'src/cli/run.ts'), seen);
    packagesOf(join(ROOT, 'src/cli/compare.ts'), seen);
    for (const name of ['csv-parse', 'csv-stringify', 'cli-table3']) expect(packages).not.toContain(name);
    const files = [...seen].map((file) => relative(ROOT, file));
    expect(files).toContain('src/experiment/run-platform.ts');
    expect(files.filter((file) => /report\/(?:html|markdown)|result-directory|check-log/.test(file))).toEqual(
      [],
    );
  });
});
