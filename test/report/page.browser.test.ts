import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparePlatforms } from '../../src/experiment/compare-platforms.ts';
import type { DecisionSample } from '../../src/experiment/explanation.ts';
import { prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import type { Comparison } from '../../src/experiment/result.ts';
import { sampleDecisions } from '../../src/experiment/sample-decisions.ts';
import { packingBoxes, packingTotals } from '../../src/report/charts/packing.ts';
import { packingLayouts } from '../../src/report/charts/packing-layout.ts';
import { framesOf } from '../../src/report/frames/frames-of.ts';
import { Playback } from '../../src/report/frames/playback.ts';
import { renderComparisonHtml } from '../../src/report/html.ts';
import { formatUsd } from '../../src/report/number-format.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { ROOT } from '../cli/process.ts';
import { launchBrowser } from '../support/browser.ts';
import { HOSTILE_TEXTS } from '../support/results.ts';

/** What the script of the page does, on a real run of a day: the shop on all three platforms. */
const OPTIONS = { reproduce: 'stowage compare shop.yaml', version: '0.1.0' };
/** Roles, names, contrast, focus: what a checker of the accessibility guidelines finds by itself. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let folder: string;
let comparison: Comparison;
let decisions: DecisionSample[];
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-page-'));
  const prepared = await prepareScenario(join(ROOT, 'scenarios/shop/scenario.yaml'), {
    sets: [['horizon', '1d']],
  });
  comparison = await comparePlatforms(prepared);
  const samples = comparison.runs.map(({ summary }) =>
    sampleDecisions(prepared, { platform: summary.platform.name, expected: summary }),
  );
  decisions = (await Promise.all(samples)).filter((sample) => sample !== null);
  url = written('report.html', renderComparisonHtml(comparison, { ...OPTIONS, decisions }));
  browser = await launchBrowser();
}, 120_000);
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, html: string): string {
  const path = join(folder, name);
  writeFileSync(path, html);
  return pathToFileURL(path).href;
}

async function open(address = url, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, offline: true, ...options });
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  await page.waitForSelector('html[data-ready]');
  return page;
}
const complaints: string[] = [];

/** Instances and tasks that each picture shows. */
async function shown(page: Page) {
  return page
    .locator('#packing canvas')
    .evaluateAll((all) => all.map(({ dataset }) => [Number(dataset['instances']), Number(dataset['tasks'])]));
}

/** The same, from the runs themselves. */
function expected(timeMs: number) {
  return comparison.runs.map((run) => {
    const playback = new Playback(framesOf(run));
    const [layout] = packingLayouts([playback.frames], { width: 400, height: 400 });
    const boxes = packingBoxes(playback, playback.at(timeMs), layout!);
    return [boxes.length, packingTotals(playback.frames, boxes).tasks];
  });
}

describe('the packing', () => {
  test('shows the instances and tasks of the run at the time of the slider, on every platform', async () => {
    const page = await open(`${url}#packing;t=${3 * HOUR}`);
    expect(await shown(page)).toEqual(expected(3 * HOUR));
    // 2,000 positions over a day: position 1,000 is noon.
    await page.locator('input[type=range]').fill('1000');
    expect(await page.locator('.now').textContent()).toBe('12:00:00');
    expect(await shown(page)).toEqual(expected(12 * HOUR));
    expect(expected(12 * HOUR)).not.toEqual(expected(3 * HOUR));
    await page.close();
  });

  test('steps placement by placement, forwards and backwards, by key and by button', async () => {
    const page = await open(`${url}#packing;t=${3 * HOUR}`);
    const playback = new Playback(framesOf(comparison.runs[0]!));
    const next = playback.at(3 * HOUR).next;
    const taskOf = (index: number) => `${playback.frames.attempts.names[index]}`;
    await page.keyboard.press('.');
    expect(await page.locator('.task-card h3').first().textContent()).toMatch(
      new RegExp(`/${taskOf(next)}$`),
    );
    await page.getByRole('button', { name: 'Next placement' }).click();
    expect(await page.locator('.task-card h3').first().textContent()).toMatch(
      new RegExp(`/${taskOf(next + 1)}$`),
    );
    await page.keyboard.press(',');
    expect(await page.locator('.task-card h3').first().textContent()).toMatch(
      new RegExp(`/${taskOf(next)}$`),
    );
    await page.close();
  });

  test('plays, and stops', async () => {
    const page = await open(`${url}#packing;t=0`);
    await page.getByRole('button', { name: 'Play' }).click();
    await page.waitForFunction(
      () => Number(document.querySelector<HTMLInputElement>('input[type=range]')!.value) > 20,
    );
    // The space bar plays and stops where the packing has the focus; elsewhere it scrolls.
    await page.locator('#packing canvas').first().focus();
    await page.keyboard.press(' ');
    const stopped = await page.locator('.now').textContent();
    await page.waitForTimeout(200);
    expect(await page.locator('.now').textContent()).toBe(stopped);
    await page.close();
  });

  test('tells of a clicked task where it could have gone, and how to ask why', async () => {
    const page = await open(`${url}#packing;t=${12 * HOUR}`);
    await page
      .locator('#packing canvas')
      .first()
      .click({ position: { x: 12, y: 50 } });
    const card = page.locator('.inspector');
    await card.waitFor();
    const attempt = card.locator('.task-list button').first();
    if ((await attempt.count()) > 0) await attempt.click();
    expect(await card.textContent()).toMatch(/\d+ of \d+ ready instances had the CPU and memory for it/);
    expect(await card.locator('tr.total').first().textContent()).toContain('← here');
    const title = (await card.locator('.task-card h3').textContent())!;
    expect(await card.locator('.task-card').textContent()).toContain(`task/${title}`);
    await page.close();
  });

  test('leads from an explained decision to the task in the picture, and tells why it went there', async () => {
    const page = await open();
    const decision = decisions[0]!.sampled.find(({ chosen }) => chosen !== null)!;
    const row = page.locator('.decisions tbody tr', { hasText: decision.task }).first();
    await row.locator('button').click();
    const text = await page.locator('.decisions .task-card').textContent();
    expect(text).toContain(
      `${decision.feasible} of ${decision.instancesReady} ready instances passed every rule`,
    );
    for (const { name } of decision.candidates) expect(text).toContain(name);
    await page.getByRole('button', { name: 'Show it in the packing' }).click();
    expect(await page.locator('.inspector .task-card h3').textContent()).toContain(decision.task);
    expect(await page.locator('.inspector .why').textContent()).toContain(`decision ${decision.number}`);
    await page.close();
  });

  test('is found again by its address', async () => {
    const page = await open(`${url}#packing;t=${12 * HOUR}`);
    await page.keyboard.press('.');
    await page.waitForFunction(() => location.hash.includes('at='));
    const address = page.url();
    const before = await page.locator('.inspector').textContent();
    const again = await open(address);
    expect(await again.locator('.inspector').textContent()).toBe(before);
    await page.close();
    await again.close();
  });
});

test('the picture of the packing is the committed one, but for a few points', async () => {
  const page = await open(`${url}#packing;t=${12 * HOUR}`, { deviceScaleFactor: 1 });
  const file = join(ROOT, 'test/report/golden/packing.png');
  const drawn = await page
    .locator('#packing canvas')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL('image/png').split(',')[1]!);
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, Buffer.from(drawn, 'base64'));
  const different = await page.evaluate(differentPoints, [
    drawn,
    readFileSync(file).toString('base64'),
  ] as const);
  expect(different).toBeLessThan(0.005);
  await page.close();
});

/** Share of points of two pictures that differ by more than an eighth in any channel; 1 for other sizes. In the page. */
async function differentPoints([a, b]: readonly [string, string]): Promise<number> {
  const pixels = async (base64: string) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(picture, 0, 0);
    return context.getImageData(0, 0, picture.width, picture.height);
  };
  const [one, other] = [await pixels(a), await pixels(b)];
  if (one.width !== other.width || one.height !== other.height) return 1;
  let different = 0;
  for (let at = 0; at < one.data.length; at += 4) {
    const isOff = [0, 1, 2, 3].some(
      (channel) => Math.abs(one.data[at + channel]! - other.data[at + channel]!) > 32,
    );
    if (isOff) different += 1;
  }
  return different / (one.data.length / 4);
}

test('every figure gives its numbers as CSV and its drawing as SVG', async () => {
  const page = await open(url, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('button', { name: 'Copy Instances running as CSV' }).click();
  const csv = await page.evaluate(() => navigator.clipboard.readText());
  expect(csv.split('\n')[0]).toBe('from,ecs-binpack,ecs-spread,kubernetes');
  expect(csv.split('\n').length).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'Copy Instances running as SVG' }).click();
  const svg = await page.evaluate(() => navigator.clipboard.readText());
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+">/);
  expect(svg).toContain('stroke="rgb(0, 114, 178)"');
  await page.close();
});

test('a drag over a chart narrows all panels to that stretch of time, a double click widens them again', async () => {
  const page = await open();
  const plot = page.locator('.plot').first();
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  const widthOf = () => page.locator('.plot .data').first().getAttribute('viewBox');
  expect(await widthOf()).toBe('0 0 2000 500');
  await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 4 });
  await page.mouse.up();
  // From a quarter to a half of the day: 6 to 12 o'clock, widened to whole stretches.
  const [from, , width] = (await widthOf())!.split(' ').map(Number);
  expect(from).toBeGreaterThan(480);
  expect(from).toBeLessThanOrEqual(500);
  expect(width).toBeGreaterThanOrEqual(500);
  expect(width).toBeLessThan(530);
  await page.locator('input[type=range]').fill('2000');
  expect(await page.locator('.now').textContent()).toMatch(/^12:/);
  await page.locator('#lifetimes').scrollIntoViewIfNeeded();
  await page.locator('#heat-view canvas').first().waitFor();
  expect(await page.locator('#heat-view canvas').first().getAttribute('aria-label')).toContain('to 12:');
  await plot.dblclick({ position: { x: 100, y: 40 } });
  expect(await widthOf()).toBe('0 0 2000 500');
  await page.close();
});

test('every headline number is the one of summary.json', async () => {
  const page = await open();
  const text = (await page.locator('.page').textContent())!;
  for (const { summary } of comparison.runs) {
    expect(text).toContain(formatUsd(summary.metrics['cost.total']!));
    expect(text).toContain(summary.fingerprint.events);
    for (const { name } of summary.groups) expect(text).toContain(name);
    const sample = decisions.find(({ platform }) => platform === summary.platform.name)!;
    expect(text).toContain(
      `${summary.platform.name}: ${sample.decisions.toString().replace(/\B(?=(\d{3})+$)/g, ',')} decisions`,
    );
  }
  await page.close();
});

test.each(['light', 'dark'] as const)(
  'axe-core finds nothing serious in %s colours',
  async (colorScheme) => {
    const page = await open(`${url}#packing;t=${12 * HOUR}`, { colorScheme });
    await page.keyboard.press('.');
    await page.locator('#lifetimes').scrollIntoViewIfNeeded();
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: {
          run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
        };
      };
      const { violations } = await axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
    });
    expect(found).toEqual([]);
    await page.close();
  },
  120_000,
);

test('where motion is to be reduced, playing moves in steps of a second', async () => {
  const page = await open(`${url}#packing;t=0`, { reducedMotion: 'reduce' });
  await page.getByRole('button', { name: 'Play' }).click();
  const times = new Set<string>();
  for (let look = 0; look < 8; look++) {
    times.add((await page.locator('.now').textContent())!);
    await page.waitForTimeout(50);
  }
  expect(times.size).toBeLessThanOrEqual(2);
  await page.close();
});

test('thirty names that want to be more stay text in everything that the script draws', async () => {
  const harmless = await scriptDrawn(() => 'x');
  const hostile = await scriptDrawn((index) => HOSTILE_TEXTS[index % HOSTILE_TEXTS.length]!);
  expect(hostile).toEqual(harmless);
}, 120_000);

/** Elements of the panels when every name ends in a mark of its own, everything open that opens. */
async function scriptDrawn(mark: (index: number) => string): Promise<number> {
  const [base] = comparison.runs;
  const markOf = new Map(base!.instances.map(({ instance }, index) => [instance, instance + mark(index)]));
  const groups = new Map(base!.summary.groups.map(({ name }, index) => [name, name + mark(index + 7)]));
  const run = {
    ...base!,
    summary: { ...base!.summary, platform: { ...base!.summary.platform, name: `ecs${mark(0)}` } },
    instances: base!.instances.map((row) => {
      return {
        ...row,
        instance: markOf.get(row.instance)!,
        type: row.type + mark(3),
        zone: row.zone + mark(4),
      };
    }),
    tasks: () =>
      [...base!.tasks()].slice(0, 400).map((row, index) => ({
        ...row,
        group: groups.get(row.group)!,
        task: `pod-${index}${mark(index)}`,
        instance: markOf.get(row.instance) ?? '',
      })),
  };
  const [sample] = decisions;
  const sampled = sample!.sampled.map((decision, index) => ({
    ...decision,
    task: decision.task + mark(index),
    message: decision.message + mark(index + 1),
    refusals: [{ rule: `r${mark(index + 2)}`, reason: `s${mark(index + 3)}`, instances: 1 }],
  }));
  const html = renderComparisonHtml(
    { ...comparison, runs: [run] },
    { ...OPTIONS, decisions: [{ ...sample!, platform: run.summary.platform.name, sampled }] },
  );
  const page = await open(`${written('hostile.html', html)}#packing;t=${HOUR}`);
  await page.keyboard.press(',');
  await page.locator('.inspector .task-card').waitFor();
  for (const summary of await page.locator('#packing summary').all()) await summary.click();
  for (const button of (await page.locator('.decisions tbody button').all()).slice(0, 6))
    await button.click();
  await page.locator('.decisions .task-card').waitFor();
  const elements = await page.locator('#packing *, #decisions *').count();
  await page.close();
  return elements;
}

test('a page of five megabytes paints in a second, and its picture follows the slider', async () => {
  const base = comparison.runs[0]!;
  const [row] = base.tasks();
  const { endedMs } = base.summary;
  // Scattered by a multiplicative hash, so that nothing packs well: twelve bytes an attempt.
  const scattered = (index: number, below: number) => (Math.imul(index, 0x9e3779b1) >>> 0) % below;
  const many = Array.from({ length: 400_000 }, (_, index) => {
    const submitMs = scattered(index, endedMs - 4_000_000);
    const placedMs = submitMs + scattered(index * 3 + 1, 300_007);
    const runningMs = placedMs + scattered(index * 5 + 2, 60_013);
    const endMs = runningMs + scattered(index * 7 + 3, 900_001);
    const instance = base.instances[scattered(index, base.instances.length)]!.instance;
    return {
      ...row!,
      task: `${row!.group}/${scattered(index, 99_999_989)}`,
      submitMs,
      placedMs,
      runningMs,
      endMs,
      instance,
    };
  });
  const html = renderComparisonHtml({ ...comparison, runs: [{ ...base, tasks: () => many }] }, OPTIONS);
  expect(html.length).toBeGreaterThan(4_700_000);
  expect(html.length).toBeLessThan(10_000_000);
  const page = await open(written('large.html', html));
  const paintedMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
  );
  expect(paintedMs).toBeLessThan(1000);
  const before = await shown(page);
  await page.locator('input[type=range]').fill('300');
  expect(await shown(page)).not.toEqual(before);
  await page.close();
}, 120_000);

test('a page that must stay small shows some of the instances, and says so', async () => {
  const html = renderComparisonHtml(comparison, { ...OPTIONS, maxBytes: 330_000 });
  expect(html.length).toBeLessThan(330_000);
  const page = await open(written('small.html', html));
  expect(await page.locator('#packing .notes').textContent()).toMatch(
    /the page shows \d+ of \d+ instances, each with all its tasks/,
  );
  await page.close();
});

test('nothing was said on the console, and nothing asked of the network', () => {
  expect(complaints).toEqual([]);
  expect(comparison.runs[0]!.summary.horizonMs).toBe(DAY);
});
