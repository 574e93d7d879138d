import { expect, test } from 'vitest';
import { renderRunText } from '../../src/report/run-text.ts';
import {
  ASCII_ONLY,
  CONTROL_CHARACTERS,
  ECS_BINPACK,
  HOSTILE_TEXTS,
  KUBERNETES,
  sampleComparison,
  sampleRun,
  withHostileNames,
} from '../support/results.ts';

const OPTIONS = { reproduce: 'stowage run shop.yaml --seed 42 --platform kubernetes' };

test('renderRunText() prints the whole run', async () => {
  await expect(renderRunText(sampleRun(KUBERNETES), OPTIONS)).toMatchFileSnapshot('golden/run.txt');
});

test('renderRunText() prints checks before numbers and the command last', () => {
  const lines = renderRunText(sampleRun(KUBERNETES), OPTIONS).split('\n');
  expect(lines.indexOf('Checks')).toBeGreaterThan(0);
  expect(lines.indexOf('Checks')).toBeLessThan(lines.indexOf('Cost'));
  expect(lines.slice(-2)).toEqual([`reproduce: ${OPTIONS.reproduce}`, '']);
});

test('renderRunText() says when a run is incomplete, and shows no number it does not have', () => {
  const run = sampleRun(ECS_BINPACK);
  const summary = {
    ...run.summary,
    complete: false,
    endedMs: 90_000,
    metrics: { ...run.summary.metrics, 'wait.p95': null },
  };
  const text = renderRunText({ ...run, summary }, OPTIONS);
  expect(text).toContain('incomplete: stopped at 1m30s');
  expect(text).not.toContain('wait.p95..');
});

test('renderRunText() leaves out what is empty', () => {
  const run = sampleRun(ECS_BINPACK);
  const text = renderRunText({ ...run, summary: { ...run.summary, checks: [], notes: [] } }, OPTIONS);
  for (const heading of ['Checks', 'Notes', 'Why tasks found no room']) expect(text).not.toContain(heading);
});

test('renderRunText() hands roles, not colours, to the painter', () => {
  const roles = new Set<string>();
  renderRunText(sampleRun(KUBERNETES), {
    ...OPTIONS,
    paint: (role, text) => {
      roles.add(role);
      return text;
    },
  });
  expect([...roles].sort()).toEqual(['bad', 'dim', 'good', 'heading', 'warning']);
});

test('renderRunText() in ASCII is ASCII and has the same columns', () => {
  const unicode = renderRunText(sampleRun(KUBERNETES), OPTIONS).split('\n');
  const ascii = renderRunText(sampleRun(KUBERNETES), { ...OPTIONS, ascii: true });
  expect(ascii).toMatch(ASCII_ONLY);
  expect(ascii.split('\n').map((line) => line.length)).toEqual(unicode.map((line) => line.length));
});

test.each(HOSTILE_TEXTS)('renderRunText() prints no control character of %j, and no line more', (text) => {
  const linesOf = (mark: string) => {
    const [run] = withHostileNames(sampleComparison([KUBERNETES]), mark).runs;
    // Wide enough that no note is broken.
    return renderRunText(run!, { ...OPTIONS, width: 1000 }).split('\n');
  };
  for (const line of linesOf(text)) expect(line).not.toMatch(CONTROL_CHARACTERS);
  expect(linesOf(text)).toHaveLength(linesOf('x').length);
});
