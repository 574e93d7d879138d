import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { renderComparisonHtml, renderRunHtml } from '../../src/report/html.ts';
import {
  ECS_BINPACK,
  KUBERNETES,
  sampleComparison,
  sampleReplications,
  sampleRun,
} from '../support/results.ts';

const OPTIONS = { reproduce: 'stowage compare shop.yaml --seed 42', version: '0.1.0' };
const PAGE = renderComparisonHtml(sampleComparison(), OPTIONS);

test('renderComparisonHtml() gives the same bytes for the same input', () => {
  expect(renderComparisonHtml(sampleComparison(), OPTIONS)).toBe(PAGE);
});

test('renderComparisonHtml() allows exactly its own style and script', () => {
  const hashOf = (tag: string) => {
    const content = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(PAGE)![1]!;
    return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  };
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(PAGE)![1]!;
  expect(policy).toBe(
    `default-src 'none'; style-src ${hashOf('style')}; script-src ${hashOf('script')}; base-uri 'none'; form-action 'none'`,
  );
});

test('renderComparisonHtml() refers to nothing outside and sets no inline style or handler', () => {
  // The script names the namespaces of SVG and the like, which are no addresses.
  expect(
    PAGE.replaceAll(/http:\/\/www\.w3\.org\/(?:2000\/svg|1999\/xhtml|1998\/Math\/MathML)/g, ''),
  ).not.toMatch(/https?:\/\//);
  expect(PAGE.slice(0, PAGE.lastIndexOf('<script>'))).not.toMatch(/\s(?:src|style|on\w+)=/);
});

test('renderComparisonHtml() gives every drawing a label and every chart a table', () => {
  const body = PAGE.slice(0, PAGE.lastIndexOf('<script>'));
  const drawings = body.match(/<svg[^>]*>/g)!;
  for (const drawing of drawings) expect(drawing).toMatch(/aria-label="[^"]+"|aria-hidden="true"/);
  const charts = body.match(/<figure>/g)!.length;
  const tables = body
    .split('<figure>')
    .slice(1)
    .filter((figure) => figure.split('</figure>')[0]!.includes('<table>'));
  expect(tables).toHaveLength(charts);
});

test('renderComparisonHtml() leads each link of its navigation to a section', () => {
  const targets = [...PAGE.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]!);
  expect(targets.length).toBeGreaterThan(7);
  for (const target of targets) expect(PAGE).toContain(`id="${target}"`);
});

test('renderComparisonHtml() tells the month of the prices, at the top and among the inputs', () => {
  const prices = 'on-demand prices of 2026-07 (catalogue aws-us-east-1)';
  expect(PAGE).toContain(`<span>${prices}</span>`);
  expect(PAGE).toContain(`${prices}; volumes, control planes and load balancers at list prices of 2022-09`);
});

test('renderComparisonHtml() names whom it is for, when told', () => {
  expect(renderComparisonHtml(sampleComparison(), { ...OPTIONS, generatedFor: 'the <board>' })).toContain(
    'for the &lt;board&gt;',
  );
});

test('renderComparisonHtml() shows intervals over several seeds', () => {
  expect(renderComparisonHtml(sampleReplications([1, 2, 3]), OPTIONS)).toMatch(/−\d+\.\d% ±\d+\.\d%/);
});

test('renderComparisonHtml() says which seed its bills and charts are of, when there are several', () => {
  expect(renderComparisonHtml(sampleReplications([7, 8]), OPTIONS)).toContain('are those of seed 7');
  expect(PAGE).not.toContain('are those of seed');
});

test('renderComparisonHtml() leaves out sections without content', () => {
  const comparison = sampleComparison([ECS_BINPACK]);
  const runs = comparison.runs.map((run) => ({
    ...run,
    series: { bucketMs: 1000, rows: [] },
    summary: { ...run.summary, checks: [], groups: [], instances: [] },
  }));
  const page = renderComparisonHtml({ ...comparison, runs }, OPTIONS);
  for (const id of ['checks', 'time', 'workload', 'instances']) expect(page).not.toContain(`id="${id}"`);
  expect(page).toContain('id="cost"');
});

test('renderRunHtml() says in a sentence what one run came to', () => {
  // 21,250 - 7 of 21,340 tasks; 38 · 168 h · (0.192 + 20 · 0.08 / 730) + 7.56 + 16.80 = 1264.08 USD.
  expect(renderRunHtml(sampleRun(KUBERNETES), OPTIONS)).toContain(
    'On kubernetes 21,243 of 21,340 tasks succeeded and the bill is $1,264.08.',
  );
});

test('renderComparisonHtml() says at the top how sure it is', () => {
  const top = PAGE.slice(0, PAGE.indexOf('<main'));
  expect(top).toContain('Single run (seed 42), no interval: the differences are of this one seed.');
});
