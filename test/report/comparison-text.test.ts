import { expect, test } from 'vitest';
import { renderComparisonText } from '../../src/report/comparison-text.ts';
import {
  ASCII_ONLY,
  CONTROL_CHARACTERS,
  ECS_BINPACK,
  ECS_SPREAD,
  HOSTILE_TEXTS,
  KUBERNETES,
  sampleComparison,
  sampleReplications,
  withHostileNames,
} from '../support/results.ts';

const OPTIONS = { reproduce: 'stowage compare shop.yaml --seed 42' };

test('renderComparisonText() prints three platforms in a hundred columns', async () => {
  const text = renderComparisonText(sampleComparison(), OPTIONS);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  await expect(text).toMatchFileSnapshot('golden/comparison.txt');
});

test('renderComparisonText() prints intervals over several seeds', async () => {
  const text = renderComparisonText(sampleReplications([1, 2, 3, 4]), OPTIONS);
  await expect(text).toMatchFileSnapshot('golden/comparison-seeds.txt');
});

test('renderComparisonText() calls one seed a single run, and several seeds by their number', () => {
  expect(renderComparisonText(sampleComparison(), OPTIONS)).toContain('Single run (seed 42), no interval');
  const several = renderComparisonText(sampleReplications([1, 2, 3]), OPTIONS);
  expect(several).toContain('Means over 3 seeds');
  expect(several).not.toContain('Single run');
});

test('renderComparisonText() repeats the baseline when platforms do not fit beside each other', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const samples = [ECS_BINPACK, ...names.map((name) => ({ ...ECS_SPREAD, name: `platform-${name}` }))];
  for (const width of [80, 100, 160]) {
    const lines = renderComparisonText(sampleComparison(samples), { ...OPTIONS, width }).split('\n');
    const totals = lines.filter((line) => line.startsWith('  total '));
    const perLine = totals.map((line) => line.match(/\$[\d,.]+/g)!.length);
    // The baseline is counted in each block, every other platform once.
    expect(perLine.reduce((sum, count) => sum + count - 1, 0)).toBe(5);
    for (const line of totals) expect(line.length).toBeLessThanOrEqual(width);
  }
});

test('renderComparisonText() of a single platform has no differences', () => {
  const text = renderComparisonText(sampleComparison([ECS_BINPACK]), OPTIONS);
  expect(text).not.toContain('Δ');
  expect(text).toContain('$1,345.15');
});

test('renderComparisonText() marks differences by sign and word, not by colour alone', () => {
  const text = renderComparisonText(sampleComparison(), OPTIONS);
  expect(text).toMatch(/total .*\+7\.3% \+ worse .*−6\.0% - better/);
  expect(text).toMatch(/unplaced .*\+7 ! unplaced/);
});

test('renderComparisonText() keeps columns in line with colour', () => {
  const paint = (_role: string, text: string) => `\u001b[31m${text}\u001b[39m`;
  const coloured = renderComparisonText(sampleComparison(), { ...OPTIONS, paint });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the painter's own sequences
  expect(coloured.replace(/\u001b\[\d+m/g, '').replace(/ +$/gm, '')).toBe(
    renderComparisonText(sampleComparison(), OPTIONS),
  );
});

test('renderComparisonText() keeps columns in line with wide characters', () => {
  const samples = [ECS_BINPACK, { ...KUBERNETES, name: '调度器' }];
  const lines = renderComparisonText(sampleComparison(samples), OPTIONS).split('\n');
  const head = lines.find((line) => line.includes('调度器') && line.includes('Δ'))!;
  const total = lines.find((line) => line.startsWith('  total '))!;
  // Three characters, six columns: the name ends where the dollars end.
  expect(head.indexOf('调度器') + 6).toBe(total.indexOf('$1,264.08') + '$1,264.08'.length);
});

test('renderComparisonText() in ASCII is ASCII and has the same columns', () => {
  const unicode = renderComparisonText(sampleComparison(), OPTIONS).split('\n');
  const ascii = renderComparisonText(sampleComparison(), { ...OPTIONS, ascii: true });
  expect(ascii).toMatch(ASCII_ONLY);
  expect(ascii.split('\n').map((line) => line.length)).toEqual(unicode.map((line) => line.length));
});

test.each(HOSTILE_TEXTS)('renderComparisonText() prints no control character of %j', (text) => {
  const lines = renderComparisonText(withHostileNames(sampleComparison(), text), OPTIONS).split('\n');
  for (const line of lines) expect(line).not.toMatch(CONTROL_CHARACTERS);
});
