import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** The Chromium that npm brought, headless. Nothing is fetched; tests that use it open files only. */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // The sandbox needs rights that containers do not give; the pages are ours.
    args: ['--no-sandbox', '--hide-scrollbars', '--font-render-hinting=none'],
    headless: true,
  });
}
