import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadKubernetesPlugins, loadPlugin } from '../../src/io/load-plugin.ts';
import { FIRST_FIT, job, plan } from '../support/plans.ts';
import { play, taskLines } from '../support/play.ts';
import { diagnosticsOf } from '../support/trace-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'stowage-plugin-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
  return name;
}

/** A whole definition by hand: the last ready instance, whatever room it has. */
const DEFINITION = `{
  name: 'last',
  summary: 'The last one.',
  complete: () => false,
  readOptions: (raw) => ({ options: raw }),
  create: () => ({
    name: 'last',
    decide: ({ view }) => view.slotCount - 1,
    explain: () => ({ scheduler: 'last', chosen: -1, verdicts: [], tied: [], chain: [], message: 'none' }),
    admits: () => true,
    maxPerInstance: () => Infinity,
    placementsMayHelp: () => false,
  }),
}`;

describe('loadPlugin()', () => {
  test('loads a module of JavaScript, relative to the folder of the scenario', async () => {
    const plugin = await loadPlugin(folder, write('policies/last.mjs', `export default ${DEFINITION};`));
    expect(plugin.name).toBe('last');
    const run = play(plan({ jobs: [job('batch')] }), FIRST_FIT, { scheduler: plugin });
    expect(taskLines(run)).toEqual(['batch/0 i-0000001 0 > 0 > 10 succeeded']);
  });

  test('loads a module of TypeScript, types and all', async () => {
    const text = `interface Named { readonly name: string }
      const definition: Named & Record<string, unknown> = ${DEFINITION.replaceAll(
        '(raw)',
        '(raw: unknown)',
      ).replaceAll('({ view })', '({ view }: { view: { slotCount: number } })')};
      export default definition as Named;`;
    const plugin = await loadPlugin(folder, write('last.ts', text));
    expect(plugin.create(null).maxPerInstance({} as never)).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([
    { name: 'nothing', text: 'export const other = 1;' },
    { name: 'a number', text: 'export default 7;' },
    { name: 'null', text: 'export default null;' },
    { name: 'a function', text: 'export default () => 0;' },
    {
      name: 'an object without create()',
      text: `export default { name: 'x', readOptions() {}, complete() {} };`,
    },
    {
      name: 'an object without readOptions()',
      text: `export default { name: 'x', create() {}, complete() {} };`,
    },
    {
      name: 'an object without complete()',
      text: `export default { name: 'x', create() {}, readOptions() {} };`,
    },
    {
      name: 'an object whose name is no text',
      text: 'export default { name: 7, create() {}, readOptions() {}, complete() {} };',
    },
  ])('refuses a module that exports $name', async ({ name, text }) => {
    const file = write(`${name.replaceAll(/\W/g, '-')}.mjs`, text);
    const [diagnostic, ...more] = await diagnosticsOf(loadPlugin(folder, file));
    expect(more).toEqual([]);
    expect(diagnostic).toMatchObject({
      severity: 'error',
      code: 'E1207',
      position: { file, line: 1, column: 1 },
      message: `Plug-in '${file}' has no scheduler as its default export: use definePolicy of stowage`,
    });
  });

  test.each([
    { name: 'throws', text: `throw new Error('no luck today');`, message: /no luck today/ },
    { name: 'throws something that is no error', text: `throw 'a stone';`, message: /a stone/ },
    {
      name: 'imports what is not there',
      text: `import './nowhere.mjs'; export default 1;`,
      message: /nowhere/,
    },
    { name: 'is no JavaScript', text: 'export default {', message: /Cannot load/ },
  ])('says what is wrong with a module that $name', async ({ name, text, message }) => {
    const file = write(`${name.replaceAll(/\W/g, '-')}.mjs`, text);
    const [diagnostic] = await diagnosticsOf(loadPlugin(folder, file));
    expect(diagnostic).toMatchObject({ code: 'E1207', position: { file } });
    expect(diagnostic!.message).toMatch(message);
  });

  test('says which file is missing', async () => {
    const [diagnostic] = await diagnosticsOf(loadPlugin(folder, './missing.mjs'));
    expect(diagnostic).toMatchObject({ code: 'E1207', position: { file: './missing.mjs' } });
    expect(diagnostic!.message).toMatch(/^Cannot load plug-in '\.\/missing\.mjs': /);
  });
});

describe('loadKubernetesPlugins()', () => {
  const PLUGIN = (name: string) =>
    `{ name: '${name}', kind: 'kubernetes-plugin', create: () => ({ name: '${name}' }) }`;

  test('loads one plugin, or a list of them', async () => {
    const one = await loadKubernetesPlugins(
      folder,
      write('one-plugin.mjs', `export default ${PLUGIN('One')};`),
    );
    expect(one.map(({ name }) => name)).toEqual(['One']);
    const list = write('two-plugins.mjs', `export default [${PLUGIN('One')}, ${PLUGIN('Two')}];`);
    expect((await loadKubernetesPlugins(folder, list)).map(({ name }) => name)).toEqual(['One', 'Two']);
  });

  test.each([
    ['a scheduler', `export default ${DEFINITION};`],
    ['an empty list', 'export default [];'],
    ['a list with something else', `export default [${PLUGIN('One')}, 7];`],
    ['nothing', 'export const other = 1;'],
  ])('refuses a module that exports %s', async (name, text) => {
    const file = write(`kube-${name.replaceAll(/\W/g, '-')}.mjs`, text);
    const [diagnostic, ...more] = await diagnosticsOf(loadKubernetesPlugins(folder, file));
    expect(more).toEqual([]);
    expect(diagnostic).toMatchObject({
      code: 'E1207',
      position: { file },
      message: `Plug-in '${file}' has no scheduler plugin as its default export: use defineKubernetesPlugin of stowage`,
    });
  });
});
