// node scripts/reports.mjs: makes reports/*.md, the table in README.md and docs/report.png again, from the scenarios
// named here. Needs the folder of the traces (STOWAGE_TRACES) for the one on a real trace.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './prepare.mjs';

const REPORTS = ['azure-day', 'shop', 'azure-real-day'];

function stowage(...args) {
  const cli = join('dist', 'cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`stowage ${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function picture(page, file) {
  const { default: chromium } = await import('@sparticuz/chromium');
  const { chromium: playwright } = await import('playwright-core');
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args,
    headless: true,
  });
  const tab = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
  await tab.goto(pathToFileURL(page).href);
  await tab.screenshot({ path: file, clip: { x: 60, y: 20, width: 1160, height: 1330 }, fullPage: true });
  await browser.close();
}

await prepare();
for (const name of REPORTS) {
  const scenario = `scenarios/${name}/scenario.yaml`;
  stowage('compare', scenario, '--markdown', `reports/${name}.md`, '--force', '--progress', 'none');
  console.log(`reports/${name}.md`);
}
const main = ['compare', 'scenarios/azure-day/scenario.yaml', '--progress', 'none'];
const text = stowage(...main, '--report', 'out/azure-day.html', '--force');
const table = text.slice(0, text.indexOf('\nNotes\n')).trimEnd();
const readme = join(root, 'README.md');
const marked = /<!-- table:azure-day -->[\s\S]*<!-- \/table -->/;
writeFileSync(
  readme,
  readFileSync(readme, 'utf8').replace(
    marked,
    () => `<!-- table:azure-day -->\n\`\`\`text\n${table}\n\`\`\`\n<!-- /table -->`,
  ),
);
await picture(join(root, 'out', 'azure-day.html'), join(root, 'docs', 'report.png'));
console.log('README.md, docs/report.png');
