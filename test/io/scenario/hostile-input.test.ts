import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { InputError } from '../../../src/errors.ts';
import { readDocument } from '../../../src/io/scenario/read-document.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { arbitraryScenario, findings, scenarioWith, testContext } from '../../support/scenarios.ts';

afterEach(() => {
  expect(({} as { x?: unknown }).x).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});

/** In a process of its own: where the parser would abort, no test could catch it. */
const PROBE = `
  import { readDocument } from './src/io/scenario/read-document.ts';
  const repeat = (text, times) => new TextEncoder().encode(text.repeat(times));
  const inputs = {
    flow: repeat('[', 1000), maps: repeat('{a: ', 1000), block: repeat('- ', 1000), keys: repeat('? ', 1000),
    documents: repeat('a: ' + '['.repeat(1000) + '\\n---\\n', 50), closed: repeat('[', 100000), quoted: repeat("it's [[[\\n- ", 5000),
    mixed: repeat('- [', 700), multiline: repeat('[\\n', 5000), after: new TextEncoder().encode('a: "]]]]"\\nb: ' + '["]", '.repeat(2000)),
    bomb: new TextEncoder().encode(Array.from({ length: 10 }, (_, i) => 'a' + i + ': &a' + i + ' [' + Array(9).fill(i ? '*a' + (i - 1) : 1) + ']').join('\\n')),
    anchors: new TextEncoder().encode(Array.from({ length: 5000 }, (_, i) => 'a' + i + ': &a' + i + ' ' + (i ? '*a' + (i - 1) : 1)).join('\\n')),
  };
  for (const [name, bytes] of Object.entries(inputs)) {
    for (let round = 0; round < 5; round++) {
      try { readDocument('x', bytes); console.log(name, 'read'); }
      catch (error) { if (round === 4) console.log(name, error.diagnostics?.[0].code ?? error); }
    }
  }
`;

test('deep nesting and alias bombs are refused before they can abort the process, five times in a row', () => {
  const output = execFileSync(
    process.execPath,
    ['--import', './scripts/typescript.mjs', '--input-type=module', '-e', PROBE],
    { encoding: 'utf8', timeout: 60_000 },
  );
  expect(output.trim().split('\n')).toEqual([
    'flow E1004',
    'maps E1004',
    'block E1004',
    'keys E1004',
    'documents E1004',
    'closed E1004',
    // plain text and not nested: only the list at the top is wrong
    'quoted E1007',
    'mixed E1004',
    'multiline E1004',
    'after E1004',
    'bomb E1006',
    // "&a *b" is no YAML: an alias cannot have an anchor
    'anchors E1005',
  ]);
});

/** Every path of a document that leads to a mapping. */
function mappingPaths(
  value: unknown,
  path: readonly (string | number)[] = [],
): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([key, entry]) =>
    mappingPaths(entry, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return Array.isArray(value) ? below : [path, ...below];
}

/** JSON of `value` with a key put in front of the mapping at `path`; JSON.stringify would lose `__proto__`. */
function withKey(value: unknown, path: readonly (string | number)[], key: string): string {
  if (path.length === 0)
    return JSON.stringify(value)
      .replace('{', `{${JSON.stringify(key)}: {"x": 1}, `)
      .replace(', }', '}');
  const [first, ...rest] = path;
  const parts = Object.entries(value as object).map(([name, entry]) => {
    const text = name === String(first) ? withKey(entry, rest, key) : JSON.stringify(entry);
    return Array.isArray(value) ? text : `${JSON.stringify(name)}: ${text}`;
  });
  return Array.isArray(value) ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}

describe('keys that JavaScript reserves', () => {
  const scenario = scenarioWith({
    types: [{ name: 'own', vcpus: 1, memory: '1GiB', price: 1, gpu: { count: 1, model: 'T4' } }],
    templates: {
      web: {
        cpu: 1,
        memory: '1GiB',
        labels: { a: 'b' },
        image: { name: 'web', size: 1 },
        startup: { uniform: { min: '1s', max: '2s' } },
      },
    },
    workload: {
      services: [{ name: 'web', template: 'web', replicas: { count: 1 }, loadBalancer: { kind: 'network' } }],
    },
    platforms: [
      { name: 'k', kind: 'kubernetes', config: { profiles: [{ plugins: {} }] }, daemons: {} },
      { name: 'b', kind: 'bare', scheduler: { name: 'first-fit' } },
    ],
  });
  const paths = mappingPaths(scenario);

  test('the scenario of this test has mappings of every kind', () => {
    expect(paths.length).toBeGreaterThan(18);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('%s is refused in every mapping', async (key) => {
    for (const path of paths) {
      const text = withKey(scenario, path, key);
      const [finding, ...others] = await findings(text);
      expect(finding).toMatch(/^E1106 1:\d+ the key "\w+" is reserved/);
      expect(others).toEqual([]);
    }
  });

  test.each(['__proto__.x', 'constructor.prototype.x', 'workload["__proto__"].x', 'templates.constructor.x'])(
    '--set %s is refused',
    async (path) => {
      const found = await findings(stringify(scenario), { sets: [[path, '1']] });
      expect(found[0]).toMatch(/^(E5001|E1203) /);
    },
  );

  test('--set values are checked like files', async () => {
    expect(await findings(stringify(scenario), { sets: [['templates.web', '{__proto__: {x: 1}}']] })).toEqual(
      ['E1106 1:16 the key "__proto__" is reserved and cannot be used'],
    );
  });
});

test('an alias bomb costs little: nothing is expanded', () => {
  const lines = Array.from(
    { length: 30 },
    (_, i) => `a${i}: &a${i} [${Array(9).fill(i > 0 ? `*a${i - 1}` : '1')}]`,
  );
  expect(() => readDocument('x', new TextEncoder().encode(lines.join('\n')))).toThrow(InputError);
});

test('mutated scenarios end in a plan or in an InputError with positions: 500 of them', async () => {
  const mutations = fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.integer({ min: 0, max: 6 }),
      put: fc.constantFrom(
        '',
        '[',
        '{',
        ']',
        ':',
        '\n',
        '- ',
        '"',
        "'",
        '&a ',
        '*a',
        '#',
        '\t',
        '1e999',
        '!!set ',
        '\u0000',
        '\uD800',
        '<<: ',
        '|',
        'null',
        '-1',
        '~',
      ),
    }),
    { minLength: 1, maxLength: 4 },
  );
  await fc.assert(
    fc.asyncProperty(arbitraryScenario, mutations, async (scenario, changes) => {
      let text = stringify(scenario);
      for (const { at, cut, put } of changes) {
        const offset = Math.floor(at * text.length);
        text = text.slice(0, offset) + put + text.slice(offset + cut);
      }
      try {
        await resolveScenario({ file: 'x', bytes: new TextEncoder().encode(text) }, testContext);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        expect(error.diagnostics.every(({ position }) => position !== undefined && position.line >= 1)).toBe(
          true,
        );
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});
