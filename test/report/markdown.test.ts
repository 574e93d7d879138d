import { expect, test } from 'vitest';
import { renderComparisonMarkdown } from '../../src/report/markdown.ts';
import { ECS_BINPACK, HOSTILE_TEXTS, sampleComparison, withHostileNames } from '../support/results.ts';

const OPTIONS = { reproduce: 'stowage compare shop.yaml --seed 42', version: '0.1.0' };

test('renderComparisonMarkdown() writes the whole document', async () => {
  await expect(renderComparisonMarkdown(sampleComparison(), OPTIONS)).toMatchFileSnapshot(
    'golden/comparison.md',
  );
});

test('renderComparisonMarkdown() links charts in place of the bars of text', () => {
  const charts = [{ title: 'Cost by platform', file: 'shop cost.svg' }];
  const text = renderComparisonMarkdown(sampleComparison(), { ...OPTIONS, charts });
  expect(text).toContain('![Cost by platform](<shop cost.svg>)');
  expect(text).not.toContain('####');
});

test('renderComparisonMarkdown() names every input a reader needs to repeat it', () => {
  const text = renderComparisonMarkdown(sampleComparison(), OPTIONS);
  const { summary } = sampleComparison().runs[0]!;
  for (const fact of [
    summary.planHash,
    'seed 42',
    'us-east-1',
    'on-demand prices of 2026-07 (catalogue aws-us-east-1)',
    '0.1.0',
    OPTIONS.reproduce,
  ]) {
    expect(text).toContain(fact);
  }
});

test('renderComparisonMarkdown() has as many cells in every row as in its head', () => {
  const lines = renderComparisonMarkdown(sampleComparison(), OPTIONS).split('\n');
  let width: number | undefined;
  for (const line of lines) {
    const cells = line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : undefined;
    if (cells !== undefined && width !== undefined) expect(cells).toBe(width);
    width = cells;
  }
});

/** The document without code blocks and code spans: what Markdown reads as markup. */
function outsideCode(text: string): string {
  return text.replace(/^(`{3,}).*?^\1$/gms, '');
}

test.each(HOSTILE_TEXTS)('renderComparisonMarkdown() leaves %j as text', (text) => {
  const document = outsideCode(
    renderComparisonMarkdown(withHostileNames(sampleComparison([ECS_BINPACK]), text), OPTIONS),
  );
  const harmless = outsideCode(
    renderComparisonMarkdown(withHostileNames(sampleComparison([ECS_BINPACK]), 'x'), OPTIONS),
  );
  // Unescaped marks of HTML, links, tables, headings and code: no more than without the hostile text.
  for (const mark of [/(?<!\\)</g, /(?<!\\)\[/g, /(?<!\\)\|/g, /^#/gm, /(?<!\\)`/g]) {
    expect(document.match(mark)?.length ?? 0).toBe(harmless.match(mark)?.length ?? 0);
  }
});
