// node scripts/burst-report.mjs: makes reports/burst.md from scenarios/burst: how close each curve comes to what was published.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { prepare, root } from './prepare.mjs';

const TASKS = 3500;

/** Vlad Ionescu, "Scaling containers on AWS in 2022": seconds after the request, and containers a minute in between. */
const PUBLISHED = {
  // 3,500 containers in the 7.5 minutes, and in the four minutes, between the first and the last.
  EC2: { firstS: 150, lastS: 600, perMinute: 467 },
  Fargate: { firstS: 30, lastS: 270, perMinute: 875 },
};

/** What the platforms of the scenario are variants of. */
const KIND_OF = (platform) => (platform.startsWith('fargate') ? 'Fargate' : 'EC2');

/** Seconds at which tasks began to run, in order. */
function runningTimes(folder) {
  const [header, ...rows] = gunzipSync(readFileSync(join(folder, 'tasks.csv.gz')))
    .toString()
    .trim()
    .split('\n');
  const column = header.split(',').indexOf('running_s');
  const texts = rows.map((row) => row.split(',')[column]).filter((text) => text !== '');
  return texts.map(Number).sort((a, b) => a - b);
}

/** When the first task ran, half of them and all of them, and how many a minute from the first to the last; null: not all. */
function curveOf(times) {
  const [firstS] = times;
  const lastS = times[TASKS - 1] ?? null;
  const perMinute = lastS === null ? null : (60 * TASKS) / (lastS - firstS);
  return {
    tasks: Math.min(TASKS, times.length),
    firstS,
    halfS: times[TASKS / 2 - 1] ?? null,
    lastS,
    perMinute,
  };
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
const shown = (value, show) => (value === null ? 'not in 20 min' : show(value));
const percent = (value, of) =>
  `${value >= of ? '+' : '−'}${Math.abs(Math.round((100 * (value - of)) / of))} %`;

function rowOf(platform, curve) {
  const { firstS, lastS, perMinute } = PUBLISHED[KIND_OF(platform)];
  return [
    platform,
    `${clock(curve.firstS)} (${percent(curve.firstS, firstS)})`,
    shown(curve.halfS, clock),
    shown(curve.lastS, (value) => `${clock(value)} (${percent(value, lastS)})`),
    shown(curve.perMinute, (value) => `${Math.round(value)} (${percent(value, perMinute)})`),
  ];
}

const line = (cells) => `| ${cells.join(' | ')} |`;

/** Mean of the three deviations, without their signs. */
function distance(platform, curve) {
  const published = PUBLISHED[KIND_OF(platform)];
  const parts = ['firstS', 'lastS', 'perMinute'].map((key) => Math.abs(curve[key] / published[key] - 1));
  return parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

function section(kind, curves) {
  const { firstS, lastS, perMinute } = PUBLISHED[kind];
  const own = curves.filter(([platform]) => KIND_OF(platform) === kind);
  const whole = own.filter(([, curve]) => curve.lastS !== null);
  const closest = whole.reduce((best, one) => (distance(...one) < distance(...best) ? one : best));
  return [
    `## ${kind}`,
    '',
    line(['', 'first runs', 'half run', 'all run', 'a minute, first to last']),
    line(['---', '---:', '---:', '---:', '---:']),
    line(['published', clock(firstS), '', clock(lastS), String(perMinute)]),
    ...own.map(([platform, curve]) => line(rowOf(platform, curve))),
    '',
    `\`${closest[0]}\` comes closest: its three numbers are ${Math.round(100 * distance(...closest))} % off on average.`,
    '',
  ];
}

/** Runs scenarios/burst and writes the report. */
export function burstReport() {
  const out = mkdtempSync(join(tmpdir(), 'stowage-burst-'));
  const args = ['compare', 'scenarios/burst/scenario.yaml', '--out', out, '--progress', 'none'];
  const { status, stderr } = spawnSync(process.execPath, [join('dist', 'cli.js'), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`stowage ${args.join(' ')}: ${stderr}`);
  const curves = readdirSync(join(out, 'burst')).map((platform) => {
    const folder = join(out, 'burst', platform);
    return [platform, curveOf(runningTimes(join(folder, readdirSync(folder)[0])))];
  });
  rmSync(out, { recursive: true });
  const text = [
    '# From nothing to 3,500 tasks: the curves beside the published ones',
    '',
    'Vlad Ionescu measured how fast Amazon ECS starts 3,500 containers of one service ("Scaling containers on AWS in 2022"). He',
    'published when the first and the last one ran, and how many a minute in between. `scenarios/burst` plays the same load; times',
    'are minutes and seconds after the request, deviations are from the measurement. Which settings the measurement had is not published, so',
    'there are variants. Nothing was fitted but the provisioning of Fargate, whose default was chosen for its first task.',
    '',
    ...section('EC2', curves),
    'The first task is right in every variant. With the defaults of managed scaling the warm-up of five minutes between two steps',
    'decides, and the run of twenty minutes is over before the last task; without it the steps from nothing (two instances, then what',
    '500 waiting tasks fill) still take longer than they did in the measurement. With large steps the shape is that of the measurement: bounded by the quota of',
    '500 launches a minute and service, which also bounded the measurement.',
    '',
    ...section('Fargate', curves),
    'One service launches 500 tasks a minute by its quota, several services 1,200 by that of the account. The measurement lies between',
    'the two: its quota is not published.',
    '',
    'Tasks that ran within the twenty minutes:',
    curves.map(([platform, { tasks }]) => `\`${platform}\` ${tasks.toLocaleString('en-US')}`).join(', ') +
      '.',
    '',
    'The curve of EC2 is a minute early where Auto Scaling and boots are a little faster here than they were; that of Fargate misses the',
    'measurement by the quota that is not published, in both directions.',
    '',
    'Made by `node scripts/burst-report.mjs`.',
    '',
  ];
  writeFileSync(join(root, 'reports', 'burst.md'), text.join('\n'));
  console.log('reports/burst.md');
}

if (process.argv[1]?.endsWith('burst-report.mjs')) {
  await prepare();
  burstReport();
}
