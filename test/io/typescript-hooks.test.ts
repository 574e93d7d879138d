import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { LoadFnOutput, LoadHookContext } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { load } from '../../src/io/typescript-hooks.ts';

const folder = mkdtempSync(join(tmpdir(), 'stowage-hooks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONTEXT: LoadHookContext = {
  conditions: [],
  format: undefined,
  importAttributes: {},
  importAssertions: {},
};
const ELSEWHERE: LoadFnOutput = { format: 'module', source: 'left alone' };

async function loaded(name: string, source: string): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, source);
  const result = await load(pathToFileURL(path).href, CONTEXT, () => ELSEWHERE);
  return String(result.source);
}

test('load() strips the types of a TypeScript file and leaves lines and columns where they were', async () => {
  const source = await loaded('policy.ts', 'const n: number = 1;\nexport default n satisfies number;\n');
  expect(source).toBe('const n         = 1;\nexport default n                 ;\n');
});

test('load() leaves every other file to Node', async () => {
  expect(await loaded('policy.mjs', 'export default 1;')).toBe('left alone');
  const builtin = await load('node:fs', CONTEXT, () => ELSEWHERE);
  expect(builtin).toBe(ELSEWHERE);
});

test('load() refuses syntax that cannot be stripped', async () => {
  await expect(loaded('enum.ts', 'export enum Colour { red }')).rejects.toThrow();
});
