import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { stripControl } from '../../src/io/terminal-text.ts';
import { renderComparisonHtml, renderRunHtml } from '../../src/report/html.ts';
import { launchBrowser } from '../support/browser.ts';
import {
  ECS_BINPACK,
  HOSTILE_TEXTS,
  sampleComparison,
  sampleRun,
  withHostileNames,
} from '../support/results.ts';

const OPTIONS = { reproduce: 'stowage compare shop.yaml --seed 42', version: '0.1.0' };

let browser: Browser;
let folder: string;
/** One load of the sample, for everything that only looks at it. */
let shared: Opened;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'html-report-'));
  browser = await launchBrowser();
  shared = await open(renderComparisonHtml(sampleComparison(), OPTIONS));
});
beforeEach(async () => {
  await shared.page.setViewportSize({ width: 1280, height: 900 });
  await shared.page.mouse.move(2, 2);
  await shared.page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo({ top: 0, behavior: 'instant' });
  });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  /** Console messages, script errors, policy violations, and requests for anything but the file. */
  readonly complaints: string[];
}

async function open(html: string): Promise<Opened> {
  const path = join(folder, 'report.html');
  writeFileSync(path, html);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, offline: true });
  const complaints: string[] = [];
  const url = pathToFileURL(path).href;
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    if (request.url() !== url) complaints.push(`request: ${request.url()}`);
  });
  await page.addInitScript({
    content: `document.addEventListener('securitypolicyviolation', (event) => console.error('policy ' + event.violatedDirective));`,
  });
  await page.goto(url);
  await page.waitForSelector('html[data-ready]');
  return { page, complaints };
}

test('the report opens from disk without errors, violations or requests, and shows the headline numbers', async () => {
  const { page, complaints } = shared;
  const text = await page.locator('.page').textContent();
  for (const shown of ['$1,345.15', '$1,443.03', '$1,264.08', '−6.0%', 'kubernetes', OPTIONS.reproduce]) {
    expect(text).toContain(shown);
  }
  expect(complaints).toEqual([]);
});

test('the first screen says which platform is cheaper, by how much, why, and how sure that is', async () => {
  const { page } = shared;
  for (const width of [1280, 400]) {
    await page.setViewportSize({ width, height: 900 });
    // All of it above the fold.
    for (const words of [
      'Kubernetes costs $80.55 less than ecs-binpack (−6.0%): it pays for 504 fewer instance-hours',
      'Single run (seed 42), no interval: the differences are of this one seed.',
    ]) {
      const box = await page.getByText(words).first().boundingBox();
      expect(box!.y + box!.height).toBeLessThan(900);
    }
  }
});

test.each([1280, 400])('the report needs no sideways scrolling at %d px', async (width) => {
  const one = await open(renderRunHtml(sampleRun(ECS_BINPACK), OPTIONS));
  for (const { page } of [shared, one]) {
    await page.setViewportSize({ width, height: 900 });
    const [content, window] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).toBe(window);
  }
  await one.page.close();
});

/** What all charts show now: the crosshair's place in each, and the numbers in the legends. */
async function readout(page: Page) {
  return page.evaluate(() => ({
    places: [...document.querySelectorAll('.cross')].map((line) =>
      line.getAttribute('visibility') === 'visible' ? line.getAttribute('x1') : null,
    ),
    numbers: [...document.querySelectorAll('output')].map((output) => output.textContent),
    time: document.querySelector('.when:not([hidden])')?.textContent ?? null,
  }));
}

test('the crosshair follows the pointer on all charts at once, and goes when it leaves', async () => {
  const { page } = shared;
  const before = await readout(page);
  expect(new Set(before.places)).toEqual(new Set([null]));
  const plot = page.locator('.plot').first();
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  // 168 stretches of an hour: half way is hour 84, the middle of day 4; its centre stands at 84.5/168 = 50.3 %.
  await page.mouse.move(box.x + box.width * 0.5 + 1, box.y + 40);
  const at = await readout(page);
  expect(at.places).toHaveLength(9);
  expect(new Set(at.places.map((place) => Number.parseFloat(place!).toFixed(1)))).toEqual(new Set(['50.3']));
  expect(at.time).toBe('day 4 12:00');
  expect(at.numbers).not.toEqual(before.numbers);
  const { mean } = sampleRun(ECS_BINPACK).series.rows[84]!.instances;
  expect(at.numbers[0]).toBe(mean.toFixed(1));
  await page.mouse.move(2, 2);
  expect(await readout(page)).toEqual(before);
});

test('the crosshair moves by keyboard and tells a screen reader where it is', async () => {
  const { page } = shared;
  const plot = page.locator('.plot').first();
  expect(await plot.getAttribute('role')).toBe('slider');
  await plot.focus();
  for (const key of ['Home', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  expect((await readout(page)).time).toBe('day 1 02:00');
  expect(await plot.getAttribute('aria-valuenow')).toBe('2');
  expect(await plot.getAttribute('aria-valuetext')).toMatch(/^day 1 02:00: ecs-binpack \d/);
  await page.keyboard.press('End');
  expect((await readout(page)).time).toBe('day 7 23:00');
  await page.keyboard.press('ArrowRight');
  expect((await readout(page)).time).toBe('day 7 23:00');
  await page.keyboard.press('Escape');
  expect((await readout(page)).time).toBeNull();
});

test('everything that can be operated can be reached by the tab key', async () => {
  const { page } = shared;
  // Panels that wait until they come near would change the order under way.
  await page.locator('#lifetimes').scrollIntoViewIfNeeded();
  await page.locator('#gantt-view canvas').waitFor();
  await page.locator('#heat-view .copies').first().waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  const all = 'a, button, input, select, canvas, summary, .plot, .scroll';
  const wanted = await page
    .locator(all)
    .evaluateAll((elements) => elements.filter((element) => element.checkVisibility()).length);
  const reached = new Set<number>();
  for (let presses = 0; presses < wanted + 5; presses++) {
    await page.keyboard.press('Tab');
    const index = await page.evaluate(
      (selector) => [...document.querySelectorAll(selector)].indexOf(document.activeElement!),
      all,
    );
    if (index >= 0) reached.add(index);
  }
  expect(reached.size).toBe(wanted);
});

test('the numbers behind a chart open without a script', async () => {
  const { page } = shared;
  const details = page.locator('#time details').first();
  expect(await details.locator('table').isVisible()).toBe(false);
  await details.locator('summary').click();
  // 168 hours in at most 48 rows: four hours each, 42 rows.
  expect(await details.locator('tbody tr').count()).toBe(42);
  expect(await details.locator('table').isVisible()).toBe(true);
});

test('the report follows the colour scheme of the system', async () => {
  const { page } = shared;
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await background()).toBe('rgb(246, 246, 243)');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await background()).toBe('rgb(18, 20, 23)');
  await page.emulateMedia({ colorScheme: 'light' });
});

/**
 * What a document is made of, parsed but not run: a name that breaks out of its place makes an element or an attribute
 * more.
 */
async function anatomy(page: Page, html: string) {
  return page.evaluate((text) => {
    const all = [...new DOMParser().parseFromString(text, 'text/html').querySelectorAll('*')];
    const attributes = all.flatMap((element) => element.getAttributeNames());
    return {
      elements: all.length,
      attributes: attributes.length,
      handlers: attributes.filter((name) => name.startsWith('on')),
    };
  }, html);
}

test('thirty hostile names stay text in every sink', async () => {
  // Without the script, which is one for all.
  const htmlWith = (mark: string) => {
    const options = { ...OPTIONS, reproduce: mark };
    const html = renderComparisonHtml(withHostileNames(sampleComparison(), mark), options);
    return html.slice(0, html.lastIndexOf('<script>'));
  };
  const harmless = await anatomy(shared.page, htmlWith('x'));
  expect(HOSTILE_TEXTS).toHaveLength(30);
  for (const text of HOSTILE_TEXTS) {
    expect({ text, ...(await anatomy(shared.page, htmlWith(text))) }).toEqual({ text, ...harmless });
  }
});

test('nothing that a name contains is run, asked for or refused by the policy', async () => {
  const mark = HOSTILE_TEXTS.join('');
  const { page, complaints } = await open(
    renderComparisonHtml(withHostileNames(sampleComparison(), mark), { ...OPTIONS, reproduce: mark }),
  );
  expect(await page.locator('.card h3').first().textContent()).toBe(stripControl(`ecs-binpack${mark}`));
  expect(await page.locator('pre').textContent()).toBe(stripControl(mark));
  // The crosshair writes labels from the embedded data; the chosen stretch draws panels anew.
  const elements = await page.locator('*').count();
  await page.locator('.plot').first().focus();
  for (const key of ['Home', 'Shift+ArrowRight']) await page.keyboard.press(key);
  expect(await page.locator('*').count()).toBe(elements);
  await page.keyboard.press('Enter');
  await page.locator('.chip p').waitFor();
  expect(await page.locator('#waits .name').first().textContent()).toBe(stripControl(`ecs-binpack${mark}`));
  expect(complaints).toEqual([]);
  await page.close();
});
