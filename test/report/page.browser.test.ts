import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparePlatforms } from '../../src/experiment/compare-platforms.ts';
import { explainRun } from '../../src/experiment/explain-run.ts';
import type { DecisionSample } from '../../src/experiment/explanation.ts';
import { type PreparedScenario, prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import type { Comparison } from '../../src/experiment/result.ts';
import { runPlatform } from '../../src/experiment/run-platform.ts';
import { sampleDecisions } from '../../src/experiment/sample-decisions.ts';
import { packingBoxes, packingTotals } from '../../src/report/charts/packing.ts';
import { packingLayouts } from '../../src/report/charts/packing-layout.ts';
import { taskTitle } from '../../src/report/frames/frames.ts';
import { framesOf } from '../../src/report/frames/frames-of.ts';
import { Playback } from '../../src/report/frames/playback.ts';
import { windowFacts } from '../../src/report/frames/window-facts.ts';
import { renderComparisonHtml, renderRunHtml } from '../../src/report/html.ts';
import { formatUsd } from '../../src/report/number-format.ts';
import { clock } from '../../src/report/page/words.ts';
import { DAY, HOUR, parseDurationMs } from '../../src/units.ts';
import { ROOT } from '../cli/process.ts';
import { launchBrowser } from '../support/browser.ts';
import { HOSTILE_TEXTS } from '../support/results.ts';

/** What the script of the page does, on a real run of a day: the shop on all three platforms. */
const OPTIONS = { reproduce: 'stowage compare shop.yaml', version: '0.1.0' };
/** Roles, names, contrast, focus: what a checker of the accessibility guidelines finds by itself. */
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let folder: string;
let prepared: PreparedScenario;
let comparison: Comparison;
let decisions: DecisionSample[];
let url: string;
/** One load of the shop, for everything that can be undone. */
let page: Page;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'report-page-'));
  prepared = await prepareScenario(join(ROOT, 'scenarios/shop/scenario.yaml'), {
    sets: [['horizon', '1d']],
  });
  comparison = await comparePlatforms(prepared);
  const samples = comparison.runs.map(({ summary }) =>
    sampleDecisions(prepared, { platform: summary.platform.name, expected: summary }),
  );
  decisions = (await Promise.all(samples)).filter((sample) => sample !== null);
  const directories = new Map(comparison.runs.map(({ summary }) => [summary.platform.name, 'my results']));
  url = written('report.html', renderComparisonHtml(comparison, { ...OPTIONS, decisions, directories }));
  browser = await launchBrowser();
  page = await open();
});
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
  const opened = await browser.newPage({
    ...{ viewport: { width: 1440, height: 900 }, offline: true },
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  opened.on('console', (message) => complaints.push(`console: ${message.text()}`));
  opened.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  opened.on('request', (request) => {
    if (!request.url().startsWith('file:')) complaints.push(`request: ${request.url()}`);
  });
  await opened.goto(address);
  await opened.waitForSelector('html[data-ready]');
  return opened;
}
const complaints: string[] = [];

/** The shared page at a view, nothing left of the one before. Followed and drawn when the answer comes. */
async function at(hash: string): Promise<void> {
  await page.evaluate(async (wanted) => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    (document.activeElement as HTMLElement | null)?.blur();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await drawn();
    if (location.hash !== wanted) {
      // The page asked to be told first.
      const followed = new Promise((done) => addEventListener('hashchange', done, { once: true }));
      location.hash = wanted;
      await followed;
    }
    await drawn();
  }, hash);
}

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
    await at(`#packing;t=${3 * HOUR}`);
    expect(await shown(page)).toEqual(expected(3 * HOUR));
    // 2,000 positions over a day: position 1,000 is noon.
    await page.locator('input[type=range]').fill('1000');
    expect(await page.locator('.now').textContent()).toBe('12:00:00');
    expect(await shown(page)).toEqual(expected(12 * HOUR));
    expect(expected(12 * HOUR)).not.toEqual(expected(3 * HOUR));
  });

  test('steps placement by placement, forwards and backwards, by key and by button', async () => {
    await at(`#packing;t=${3 * HOUR}`);
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
  });

  test('plays, and stops', async () => {
    await at('#packing;t=0');
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
  });

  test('tells of a clicked task where it could have gone, and gives the command that explains it', async () => {
    // Not among the few decisions that the page explains itself.
    const [run] = comparison.runs;
    const { frames, placements } = new Playback(framesOf(run!));
    const sampled = new Set(decisions[0]!.sampled.map(({ task }) => task));
    const attempt = frames.attempts.names.findIndex((_, index) => {
      return index > placements / 2 && !sampled.has(taskTitle(frames, index));
    });
    const placedMs = frames.attempts.placedMs[attempt]!;
    const instance = frames.attempts.instance[attempt]!;
    await at(`#packing;t=${placedMs};at=0/${instance}/${attempt}`);
    const card = page.locator('.inspector');
    expect(await card.textContent()).toMatch(/\d+ of \d+ ready instances had the CPU and memory for it/);
    expect(await card.locator('tr.total').first().textContent()).toContain('← here');
    await card.getByRole('button', { name: /^Copy the command/ }).click();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const [, task, moment] = /^stowage explain task\/(\S+) --result 'my results' --at (\S+)$/.exec(command)!;
    expect(task).toBe(taskTitle(frames, attempt));
    // The decision that it tells of is the one that was clicked.
    const told = await explainRun(
      prepared,
      { kind: 'task', name: task!, atMs: parseDurationMs(moment!)! },
      { platform: run!.summary.platform.name, expected: run!.summary },
    );
    if (told.kind !== 'task') throw new Error('another answer');
    expect(told.decision!.policy.chosen).toBe(frames.instances.names[instance]);
    expect(told.decision!.timeMs).toBe(placedMs);
  });

  test('goes from box to box by the arrow keys, and plays by the space bar', async () => {
    await at(`#packing;t=${12 * HOUR}`);
    const canvas = page.locator('#packing canvas').first();
    await canvas.focus();
    await page.keyboard.press('ArrowRight');
    const first = await page.locator('.inspector h3').first().textContent();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.inspector h3').first().textContent()).not.toBe(first);
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('.inspector h3').first().textContent()).toBe(first);
    await canvas.click({ position: { x: 30, y: 110 } });
    await page.locator('.inspector').waitFor();
  });

  test('leads from an explained decision to the task in the picture, and tells why it went there', async () => {
    await at('#packing;t=0');
    const decision = decisions[0]!.sampled.find(({ chosen }) => chosen !== null)!;
    const row = page.locator('.decisions tbody tr', { hasText: decision.task }).first();
    await row.locator('button').click();
    const text = await page.locator('.decisions .task-card').textContent();
    expect(text).toContain(
      `${decision.feasible} of ${decision.instancesReady} ready instances passed every rule`,
    );
    for (const { name } of decision.candidates) expect(text).toContain(name);
    expect(text).toContain(`stowage explain decision/${decision.number} --result 'my results'`);
    await page.getByRole('button', { name: 'Show it in the packing' }).click();
    expect(await page.locator('.inspector .task-card h3').textContent()).toContain(decision.task);
    expect(await page.locator('.inspector .why').textContent()).toContain(`decision ${decision.number}`);
  });

  test('is found again by its address', async () => {
    await at(`#packing;t=${12 * HOUR}`);
    await page.keyboard.press('.');
    await page.waitForFunction(() => location.hash.includes('at='));
    const address = page.url();
    const before = await page.locator('.inspector').textContent();
    const again = await open(address);
    expect(await again.locator('.inspector').textContent()).toBe(before);
    await again.close();
  });
});

test('an address that is asked for is followed, though the view before it was still to be written down', async () => {
  await at(`#packing;t=${3 * HOUR}`);
  const hash = `#packing;t=${12 * HOUR};w=${8 * HOUR}-${14 * HOUR}`;
  await page.evaluate(async (wanted) => {
    const followed = new Promise((done) => addEventListener('hashchange', done, { once: true }));
    // The step is written down with the next picture: after the link of that picture, before the link's event.
    requestAnimationFrame(() => {
      location.hash = wanted;
    });
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '.', bubbles: true }));
    await followed;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }, hash);
  expect(await page.locator('.now').textContent()).toBe('12:00:00');
  expect(await page.locator('.chip b').textContent()).toBe('08:00–14:00');
  expect(new URL(page.url()).hash).toContain(`t=${12 * HOUR};w=${8 * HOUR}-${14 * HOUR}`);
});

test('the picture of the packing is the committed one, but for a few points', async () => {
  await at(`#packing;t=${12 * HOUR}`);
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
  await at('#time;t=0');
  await page.getByRole('button', { name: 'Copy Instances running as CSV' }).click();
  const csv = await page.evaluate(() => navigator.clipboard.readText());
  expect(csv.split('\n')[0]).toBe('from,ecs-binpack,ecs-spread,kubernetes');
  expect(csv.split('\n').length).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'Copy Instances running as SVG' }).click();
  const svg = await page.evaluate(() => navigator.clipboard.readText());
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 \d+ \d+">/);
  expect(svg).toContain('stroke="rgb(0, 114, 178)"');
});

describe('a stretch of time', () => {
  const viewBox = () => page.locator('.plot .data').first().getAttribute('viewBox');
  const headings = () => page.locator('h2 .scope').allTextContents();
  /** What the panels say of a stretch, from the runs. */
  const factsOf = (fromMs: number, toMs: number) =>
    comparison.runs.map((run) => windowFacts(framesOf(run), fromMs, toMs));
  const tableOf = (selector: string) =>
    page
      .locator(`${selector} tbody tr`)
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll('td, th')].map((cell) => cell.textContent ?? '')),
      );

  test('that is dragged over a chart filters every panel, until it is cleared', async () => {
    await at('#time;t=0');
    const whole = await page.locator('#waits').textContent();
    const plot = page.locator('.plot').first();
    const box = (await plot.boundingBox())!;
    expect(await viewBox()).toBe('0 0 2000 500');
    await page.mouse.move(box.x + box.width * 0.25, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40, { steps: 4 });
    await page.mouse.up();
    // From a quarter to a half of the day: 6 to 12 o'clock, widened to whole stretches.
    const [from, , width] = (await viewBox())!.split(' ').map(Number);
    expect(from).toBeGreaterThan(480);
    expect(from).toBeLessThanOrEqual(500);
    expect(width).toBeGreaterThanOrEqual(500);
    expect(width).toBeLessThan(530);
    expect(await page.locator('.chip').textContent()).toMatch(/^Filtered to 0[56]:\d\d–12:\d\dclear/);
    await page.locator('input[type=range]').fill('2000');
    expect(await page.locator('.now').textContent()).toMatch(/^12:/);
    expect(await page.locator('#waits').textContent()).not.toBe(whole);
    await page.locator('#lifetimes').scrollIntoViewIfNeeded();
    await page.locator('#heat-view canvas').first().waitFor();
    expect(await page.locator('#heat-view canvas').first().getAttribute('aria-label')).toContain('to 12:');
    await page.getByRole('button', { name: 'clear' }).click();
    expect(await viewBox()).toBe('0 0 2000 500');
    expect(await page.locator('.chip').textContent()).toBe('');
    expect(await page.locator('#waits').textContent()).toBe(whole);
    expect(await headings()).toEqual([]);
  });

  test('is part of the address, and every panel shows the numbers of the run in it', async () => {
    const [fromMs, toMs] = [8 * HOUR, 11 * HOUR];
    await at(`#waits;t=0;w=${fromMs}-${toMs}`);
    expect(await page.locator('.chip b').textContent()).toBe('08:00–11:00');
    // The moment moves into it.
    expect(await page.locator('.now').textContent()).toBe('08:00:00');
    const facts = factsOf(fromMs, toMs);
    const ranges = await tableOf('#waits figure:first-child details');
    expect(ranges.map((row) => row.slice(1).map((text) => Number(text.replaceAll(',', ''))))).toEqual(
      facts.map((own) => own.waits.counts),
    );
    const workload = (await tableOf('#workload')).map((cells) =>
      cells.slice(2, 5).map((text) => Number(text.replaceAll(',', ''))),
    );
    const names = [...new Set(facts.flatMap(({ groups }) => groups.map(({ name }) => name)))];
    expect(workload).toEqual(
      names.flatMap((name) =>
        facts.flatMap(({ groups }) =>
          groups
            .filter((group) => group.name === name)
            .map((group) => [group.submitted, group.placed, group.succeeded]),
        ),
      ),
    );
    const launched = (await tableOf('#instances')).map((cells) => Number(cells[3]));
    expect(launched).toEqual(facts.flatMap(({ types }) => types.map((type) => type.launched)));
    // What is of the whole run says so: the bill, the checks, the table of numbers, the assumptions.
    expect((await headings()).filter((text) => text === ' whole run')).toHaveLength(4);
    expect((await headings()).filter((text) => text === ' 08:00–11:00')).toHaveLength(7);
    const inside = decisions
      .flatMap(({ sampled }) => sampled)
      .filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
    expect(await page.locator('#decisions .list tbody tr').count()).toBe(inside.length);
    const spent = (await tableOf('#cost [data-filtered]')).map(([, cost]) => Number(cost!.replace('$', '')));
    comparison.runs.forEach(({ series }, index) => {
      const hours = series.bucketMs / HOUR;
      const own = series.rows.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
      expect(spent[index]).toBeCloseTo(
        own.reduce((sum, { usdPerHour }) => sum + usdPerHour * hours, 0),
        1,
      );
    });
  });

  test('is chosen by keyboard: shift and arrows, enter; escape leads back', async () => {
    await at('#time;t=0');
    await page.locator('.plot').first().focus();
    await page.keyboard.press('Home');
    for (let press = 0; press < 12; press++) await page.keyboard.press('ArrowRight');
    for (let press = 0; press < 5; press++) await page.keyboard.press('Shift+ArrowRight');
    const told = await page.locator('.plot').first().getAttribute('aria-valuetext');
    await page.keyboard.press('Enter');
    const { bucketMs } = comparison.runs[0]!.series;
    const [fromMs, toMs] = [12 * bucketMs, 18 * bucketMs];
    const short = (timeMs: number) => `${clock(timeMs, DAY)}`;
    expect(told).toBe(`${short(fromMs)} to ${short(toMs)}: Enter shows this stretch everywhere`);
    expect(await page.evaluate(() => document.querySelector('.chip b')!.textContent)).toBe(
      `${short(fromMs)}–${short(toMs)}`.replaceAll(/(\d\d:\d\d):00/g, '$1'),
    );
    await page.locator('.plot').first().press('Escape');
    expect(await page.locator('.chip').textContent()).toBe('');
  });
});

test('every headline number is the one of summary.json', async () => {
  await at('#packing;t=0');
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
});

test.each(['light', 'dark'] as const)(
  'axe-core finds nothing serious in %s colours',
  async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await at(`#packing;t=${12 * HOUR};w=${8 * HOUR}-${14 * HOUR}`);
    await page.keyboard.press('.');
    await page.locator('#lifetimes').scrollIntoViewIfNeeded();
    await page.locator('#gantt-view canvas').waitFor();
    // In the dark other colours are all that differs.
    expect(await seriousProblems(page, colorScheme === 'dark' ? ['color-contrast'] : null)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  },
  60_000,
);

/** What a checker finds; null: by all of its rules. */
async function seriousProblems(shown: Page, rules: readonly string[] | null): Promise<string[]> {
  await shown.evaluate(AXE);
  return shown.evaluate(async (only) => {
    interface Violation {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly { readonly html: string }[];
    }
    const { axe } = globalThis as unknown as {
      axe: { run: (options: object) => Promise<{ violations: Violation[] }> };
    };
    const { violations } = await axe.run(only === null ? {} : { runOnly: only });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
  }, rules);
}

test('where motion is to be reduced, playing moves in steps of a second', async () => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await at('#packing;t=0');
  await page.getByRole('button', { name: 'Play' }).click();
  const times = new Set<string>();
  const began = performance.now();
  for (let look = 0; look < 8; look++) {
    times.add((await page.locator('.now').textContent())!);
    await page.waitForTimeout(50);
  }
  // Eight looks take half a second, or more where others use the machine.
  expect(times.size).toBeLessThanOrEqual(2 + Math.floor((performance.now() - began) / 1000));
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.emulateMedia({ reducedMotion: 'no-preference' });
});

/** Three nodes of four GPUs and too many tasks for them; one drains at two o'clock, its tasks have minutes to leave. */
const GPU_WORLD = {
  ...{ version: 1, name: 'gpus', seed: 7, horizon: '3h', region: 'us-east-1' },
  fleet: [{ name: 'gpu', type: 'p3.8xlarge', zones: ['us-east-1a'], size: { min: 3, max: 3 } }],
  workload: {
    jobs: [
      job('train', { cpu: 4, memory: '30GiB', gpu: 2 }, '18/h', '25m'),
      job('infer', { cpu: 1, memory: '4GiB', gpu: { share: 0.5 } }, '20/h', '20m'),
    ],
  },
  events: [{ at: '2h', kind: 'drain', group: 'gpu', count: 1 }],
  platforms: [{ name: 'kubernetes', kind: 'kubernetes' }],
};

function job(name: string, template: object, rate: string, runtime: string) {
  return { name, template, arrivals: { poisson: rate }, runtime };
}

test('GPUs, draining instances and what waits are in the picture, and tell of themselves', async () => {
  const world = await prepareScenario('gpus.yaml', { scenario: GPU_WORLD, folder });
  const run = await runPlatform(world);
  const playback = new Playback(framesOf(run));
  const drainingMs = run.instances.find((row) => row.drainingMs !== null)!.drainingMs!;
  const timeMs = drainingMs + 5000;
  const waiting = playback.waiting.at(playback.at(timeMs));
  const gpuPage = await open(
    `${written('gpus.html', renderRunHtml(run, OPTIONS))}#packing;t=${timeMs};at=0/-/${waiting[0]!}`,
  );
  const canvas = gpuPage.locator('#packing canvas').first();
  const counts = await canvas.evaluate(({ dataset }: HTMLElement) => ({ ...dataset }));
  expect(waiting.length).toBeGreaterThan(3);
  expect(counts).toMatchObject({ waiting: String(waiting.length), draining: '1' });
  expect(await gpuPage.locator('#packing .key-row').textContent()).toMatch(/draining.*its GPUs/);
  expect(await gpuPage.locator('.numbers').textContent()).toContain('of 12');
  const card = gpuPage.locator('.task-card');
  const title = taskTitle(playback.frames, waiting[0]!);
  expect(await card.locator('h3').textContent()).toBe(title);
  expect(await card.textContent()).toMatch(/0 of \d ready instances have the CPU, memory and GPUs for it/);
  expect(await card.textContent()).toContain(`stowage explain task/${title} --result DIR --at `);
  await gpuPage.keyboard.press('Escape');
  await canvas.focus();
  await gpuPage.keyboard.press('ArrowLeft');
  // Backwards from the first box is the last of those that wait.
  const last = waiting.at(-1)!;
  expect(await card.locator('h3').textContent()).toBe(taskTitle(playback.frames, last));
  expect(
    await seriousProblems(gpuPage, ['color-contrast', 'aria-allowed-attr', 'nested-interactive']),
  ).toEqual([]);
  await gpuPage.close();
});

test('thirty names that want to be more stay text in everything that the script draws', async () => {
  const harmless = await scriptDrawn(() => 'x');
  const hostile = await scriptDrawn((index) => HOSTILE_TEXTS[index % HOSTILE_TEXTS.length]!);
  expect(hostile).toEqual(harmless);
});

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

test('a week of 500 instances stays under ten megabytes, is painted before it is unpacked, and follows the slider', async () => {
  const [base] = comparison.runs;
  const [row] = base!.tasks();
  const [instance] = base!.instances;
  const weekMs = 7 * DAY;
  // Scattered by a multiplicative hash, so that nothing packs well: an attempt takes twelve bytes, and its name eight.
  const scattered = (index: number, below: number) => (Math.imul(index, 0x9e3779b1) >>> 0) % below;
  const instances = Array.from({ length: 500 }, (_, index) => {
    return { ...instance!, instance: `i-${index}`, requestedMs: 0, readyMs: 60_000, endMs: null };
  });
  const tasks = Array.from({ length: 250_000 }, (_, index) => {
    const submitMs = scattered(index, weekMs - 4_000_000);
    const placedMs = submitMs + scattered(index * 3 + 1, 300_007);
    const runningMs = placedMs + scattered(index * 5 + 2, 60_013);
    const endMs = runningMs + scattered(index * 7 + 3, 900_001);
    const task = `pod-${scattered(index, 2 ** 32).toString(36)}`;
    const times = { submitMs, placedMs, runningMs, endMs };
    return { ...row!, task, attempt: 0, ...times, instance: `i-${scattered(index, 500)}` };
  });
  const summary = { ...base!.summary, horizonMs: weekMs, endedMs: weekMs };
  const html = renderComparisonHtml(
    { ...comparison, runs: [{ ...base!, summary, instances, tasks: () => tasks }] },
    OPTIONS,
  );
  expect(html).not.toContain('to stay small');
  expect(html.length).toBeGreaterThan(4_700_000);
  expect(html.length).toBeLessThan(10_000_000);
  const week = await open(written('week.html', html));
  const times = await week.evaluate(() => ({
    painted: performance.getEntriesByName('first-contentful-paint')[0]!.startTime,
    ready: performance.getEntriesByName('ready')[0]!.startTime,
  }));
  // A fifth of a second where nothing else runs; what waits for the script would come after it.
  expect(times.painted).toBeLessThan(Math.max(1000, times.ready / 2));
  const before = await shown(week);
  await week.locator('input[type=range]').fill('300');
  expect(await shown(week)).not.toEqual(before);
  await week.close();
});

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
