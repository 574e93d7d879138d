// node scripts/reports.mjs: makes reports/*.md with their pictures, the table in README.md and docs/*.png again, from the
// scenarios named here. Needs the folder of the traces (STOWAGE_TRACES) for the one on a real trace.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { burstReport } from './burst-report.mjs';
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

/** The charts of a report that are committed, and what they are. */
const PICTURES = [
  ['cost', 'Cost by platform'],
  ['instances', 'Instances over time'],
  ['pending', 'Tasks waiting over time'],
  ['waits', 'Share of tasks that had found room, by wait'],
  ['packing', 'The packing at the fullest moment'],
];

/** Pictures in reports/NAME/, and a section of the report that shows them. */
function addPictures(name, results) {
  const folder = join(root, 'reports', name);
  rmSync(folder, { recursive: true, force: true });
  const directories = readdirSync(results).map((platform) =>
    join(results, platform, readdirSync(join(results, platform))[0]),
  );
  // Hundreds of instances make pictures of a megabyte: the page is the place for those.
  const charts = PICTURES.map(([chart]) => chart)
    .filter((chart) => chart !== 'packing' || name === 'shop')
    .join();
  stowage('export', ...directories, '--out', folder, '--charts', charts);
  const files = readdirSync(folder);
  const lines = PICTURES.flatMap(([chart, title]) =>
    files
      .filter((file) => file === `${chart}.svg` || file.startsWith(`${chart}-`))
      .map((file) => `![${title}](${name}/${file})\n`),
  );
  appendFileSync(join(root, 'reports', `${name}.md`), `\n## Pictures\n\n${lines.join('\n')}`);
}

async function picture(page, file, take) {
  const { default: chromium } = await import('@sparticuz/chromium');
  const { chromium: playwright } = await import('playwright-core');
  const browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args,
    headless: true,
  });
  const tab = await browser.newPage({ viewport: { width: 1280, height: 1000 }, colorScheme: 'light' });
  await tab.goto(pathToFileURL(page).href);
  await tab.waitForSelector('html[data-ready]');
  await take(tab, file);
  await browser.close();
}

/** Both autoscalers of Kubernetes on the whole Azure day; the scenario itself takes a fiftieth, for the sake of its test. */
function autoscalersReport() {
  const sets = [
    'workload.distributions[0].scale=1',
    ...[0, 1, 2].map((group) => `fleet[${group}].size.max=2000`),
  ];
  stowage(
    ...['compare', 'scenarios/autoscalers/scenario.yaml', '--platforms', 'cluster-autoscaler,karpenter'],
    ...sets.flatMap((set) => ['--set', set]),
    ...['--markdown', 'reports/autoscalers-azure-day.md', '--force', '--progress', 'none'],
  );
  console.log('reports/autoscalers-azure-day.md');
}

await prepare();
for (const name of REPORTS) {
  const scenario = `scenarios/${name}/scenario.yaml`;
  stowage('compare', scenario, '--markdown', `reports/${name}.md`, '--force', '--progress', 'none');
  // Once more, so that the report's reproduce line names no folder of this machine.
  const results = mkdtempSync(join(tmpdir(), 'stowage-reports-'));
  stowage('compare', scenario, '--out', results, '--progress', 'none');
  addPictures(name, join(results, name));
  rmSync(results, { recursive: true });
  console.log(`reports/${name}.md`);
}
burstReport();
autoscalersReport();
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
const whole = { x: 60, y: 20, width: 1160, height: 1330 };
await picture(join(root, 'out', 'azure-day.html'), join(root, 'docs', 'report.png'), (tab, path) =>
  tab.screenshot({ path, clip: whole, fullPage: true }),
);
stowage(
  'compare',
  'scenarios/shop/scenario.yaml',
  '--report',
  'out/shop.html',
  '--force',
  '--progress',
  'none',
);
await picture(join(root, 'out', 'shop.html'), join(root, 'docs', 'packing.png'), async (tab, path) => {
  await tab
    .locator('#packing canvas')
    .first()
    .click({ position: { x: 60, y: 30 } });
  await tab.locator('#packing').screenshot({ path });
});
console.log('README.md, docs/report.png, docs/packing.png');
