import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { SCHEDULER_NAMES } from '../src/schedulers/registry.ts';

/** Keeps house: reads the tree and names file and line of whatever does not belong there. */
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SRC = join(ROOT, 'src');

interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(ROOT, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function linesOf(file: string): Line[] {
  return readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .map((text, index) => ({ file, number: index + 1, text }));
}

const SOURCES = [...filesBelow(SRC, '.ts'), ...filesBelow(SRC, '.tsx')].sort();
const show = ({ file, number, text }: Line) => `${file}:${number}: ${text.trim()}`;

/** What each folder may import, besides itself and the three at the top that everybody may. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  model: [],
  schedulers: ['model'],
  // Kubernetes' scheduling queue and preemption are decisions; carrying them out is a controller's.
  controllers: [
    'kernel',
    'model',
    'schedulers/scheduler.ts',
    'schedulers/start-task-scheduler.ts',
    'schedulers/kubernetes',
  ],
  billing: ['model'],
  telemetry: ['model', 'kernel/fingerprint.ts', 'statistics'],
  // Kubernetes objects are read where they are understood; io adds files and positions.
  io: [
    'model',
    'schedulers/registry.ts',
    'schedulers/scheduler.ts',
    'schedulers/kubernetes/manifests',
    'schedulers/kubernetes/resource-names.ts',
  ],
  statistics: [],
  experiment: ['kernel', 'model', 'schedulers', 'controllers', 'billing', 'telemetry', 'io', 'statistics'],
  // Types of results, metric names, and how foreign text is made safe for terminals and tables, where the package keeps its files.
  report: [
    'experiment/result.ts',
    'experiment/metric-value.ts',
    'experiment/explanation.ts',
    'experiment/sensitivity-answer.ts',
    'experiment/sweep/answer.ts',
    'experiment/size/size-answer.ts',
    'model/metrics.ts',
    'io/terminal-text.ts',
    'io/csv-write.ts',
    'io/package-file.ts',
    'statistics',
  ],
  cli: ['experiment', 'io', 'report', 'model', 'telemetry', 'schedulers', 'statistics'],
};
const FOR_ALL = ['errors.ts', 'units.ts', 'detmath.ts'];
const TOP = ['cli.ts', 'index.ts', ...FOR_ALL];

function imports(file: string): { line: Line; target: string }[] {
  return linesOf(file).flatMap((line) => {
    const match = /(?:from|import\() ?'(\.[^']+)'/.exec(line.text);
    if (!match) return [];
    return [{ line, target: relative(SRC, resolve(ROOT, dirname(file), match[1]!)) }];
  });
}

describe('imports', () => {
  test('point downwards only, as the table says', () => {
    const wrong = SOURCES.flatMap((file) => {
      const own = relative('src', file).split('/')[0]!;
      if (TOP.includes(own) && own !== 'errors.ts' && own !== 'units.ts' && own !== 'detmath.ts') return [];
      return imports(file).filter(({ target }) => {
        const folder = target.split('/')[0]!;
        if (FOR_ALL.includes(target) || folder === own) return false;
        return !(MAY_IMPORT[own] ?? []).some(
          (allowed) => target === allowed || target.startsWith(`${allowed}/`),
        );
      });
    });
    expect(wrong.map(({ line, target }) => `${show(line)}  (may not import ${target})`)).toEqual([]);
  });

  test('reach every source file from the command line or the library', () => {
    const reached = new Set<string>();
    const visit = (file: string) => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { target } of imports(file)) visit(join('src', target));
    };
    visit('src/cli.ts');
    visit('src/index.ts');
    // What runs in the page of a report: the build puts it into one script.
    visit('src/report/page/main.tsx');
    // Loaded by Node itself, through `register`.
    visit('src/io/typescript-hooks.ts');
    // Written to schema/ when the language changes, by scripts/write-schema.mjs.
    visit('src/io/scenario/json-schema.ts');
    expect(SOURCES.filter((file) => !reached.has(file))).toEqual([]);
  });
});

describe('sources', () => {
  test('read no clock, no randomness and no locale outside the command line', () => {
    const forbidden =
      /Math\.random|Date\.now|new Date\(\)|performance\.now|console\.|localeCompare|toLocale(?:String|UpperCase|LowerCase)|setTimeout|setInterval/;
    const hits = SOURCES.filter((file) => !file.startsWith('src/cli'))
      .flatMap(linesOf)
      .filter(({ text }) => forbidden.test(text) && !/^\s*(?:\*|\/\/)/.test(text));
    expect(hits.map(show)).toEqual([]);
  });

  test('use no transcendental function of the machine', () => {
    const hits = SOURCES.flatMap(linesOf).filter(
      ({ text }) =>
        /Math\.(?:log|log2|log10|log1p|exp|expm1|pow|cbrt|sin|cos|tan|tanh|sinh|cosh|atan|asin|acos|hypot)\b/.test(
          text,
        ) && !/^\s*(?:\*|\/\/)/.test(text),
    );
    expect(hits.map(show)).toEqual([]);
  });

  test('hold no left-over markers and nothing about a machine', () => {
    const files = [
      ...SOURCES,
      ...filesBelow(join(ROOT, 'test'), '.ts'),
      ...filesBelow(join(ROOT, 'scripts'), '.mjs'),
    ];
    const marker = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`);
    const switchedOff = new RegExp(
      `\\b(?:it|test|describe)\\.(?:${['sk' + 'ip', 'on' + 'ly', 'to' + 'do'].join('|')})\\b`,
    );
    const hits = files.flatMap(linesOf).filter(({ text }) => marker.test(text) || switchedOff.test(text));
    expect(hits.map(show)).toEqual([]);
  });

  test('export by name only', () => {
    const hits = SOURCES.flatMap(linesOf).filter(({ text }) => /^export default/.test(text));
    expect(hits.map(show)).toEqual([]);
  });

  test('document what they export', () => {
    const bare = SOURCES.filter((file) => !file.startsWith('src/cli')).flatMap((file) => {
      const lines = linesOf(file);
      return lines.filter(({ text }, index) => {
        if (!/^export (?:async )?(?:function|class) /.test(text)) return false;
        return !/\*\/\s*$/.test(lines[index - 1]?.text ?? '');
      });
    });
    expect(bare.map(show)).toEqual([]);
  });
});

describe('tests', () => {
  test('stand where their source stands', () => {
    // A test of a source mirrors its path; these groups have no single source.
    const free = ['test/properties/', 'test/support/', 'test/conformance/', 'test/cli/', 'test/bench/'];
    const top = [
      'test/tidy.test.ts',
      'test/scenarios.test.ts',
      'test/determinism.test.ts',
      'test/library.test.ts',
    ];
    const lost = filesBelow(join(ROOT, 'test'), '.test.ts').filter((file) => {
      if (top.includes(file) || free.some((folder) => file.startsWith(folder))) return false;
      const source = join('src', relative('test', file).replace(/(?:\.browser)?\.test\.ts$/, '.ts'));
      const folder = source.replace(/\.ts$/, '');
      return (
        !SOURCES.includes(source) &&
        !SOURCES.some((known) => dirname(known) === folder || dirname(known) === dirname(source))
      );
    });
    expect(lost).toEqual([]);
  });

  test('exist for every scheduler rule', () => {
    const rules = SOURCES.filter((file) =>
      /^src\/schedulers\/(?:baselines|ecs\/(?:strategies|constraints)|kubernetes\/(?:plugins|scoring))\//.test(
        file,
      ),
    );
    const tests = new Set(filesBelow(join(ROOT, 'test'), '.test.ts'));
    const shared = readFileSync(join(ROOT, 'test/schedulers/laws.test.ts'), 'utf8');
    expect(shared).toContain('SCHEDULER_NAMES');
    expect(SCHEDULER_NAMES.length).toBeGreaterThan(5);
    const without = rules.filter((file) => {
      const own = file.replace(/^src/, 'test').replace(/\.ts$/, '.test.ts');
      const folder = `${dirname(own)}.test.ts`;
      return (
        !tests.has(own) && !tests.has(folder) && ![...tests].some((name) => dirname(name) === dirname(own))
      );
    });
    expect(without).toEqual([]);
  });
});

describe('documents', () => {
  test('link only to files that exist', () => {
    const broken = ['README.md', 'CHANGELOG.md', ...filesBelow(join(ROOT, 'reports'), '.md')].flatMap(
      (file) =>
        linesOf(file).flatMap((line) =>
          [...line.text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)[^)]*\)/g)]
            .map((match) => match[1]!)
            .filter((target) => {
              try {
                readFileSync(resolve(ROOT, dirname(file), target));
                return false;
              } catch (error) {
                return (error as NodeJS.ErrnoException).code !== 'EISDIR';
              }
            })
            .map((target) => `${file}:${line.number}: ${target}`),
        ),
    );
    expect(broken).toEqual([]);
  });
});
