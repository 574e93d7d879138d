// node scripts/measure-pairing.mjs > reports/common-random-numbers.md: how many replications common random numbers save, on
// pairs of platforms of the scenarios in this repository.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

const SEEDS = '1..30';
const PAIRS = [
  { scenario: 'services', args: [] },
  { scenario: 'spot-mix', args: [] },
  { scenario: 'grading', args: ['--allow-plugins'] },
  { scenario: 'shop', args: ['--set', 'horizon=1d'] },
];
const METRICS = ['cost.total', 'cost.perTask', 'wait.mean', 'response.mean'];

await prepare();
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const commands = [];
const rows = PAIRS.flatMap(({ scenario, args }) => {
  const words = ['compare', `scenarios/${scenario}/scenario.yaml`, ...args, '--seeds', SEEDS];
  commands.push(`stowage ${words.join(' ')} -o json`);
  const quiet = ['--fail-on', 'never', '--progress', 'none', '-o', 'json'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join('dist', 'cli.js'), ...words, ...quiet],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  );
  if (status !== 0) throw new Error(stderr);
  const { table, baseline } = JSON.parse(stdout);
  const others = [...new Set(table.map(({ platform }) => platform))].filter((name) => name !== baseline);
  return others.map((platform) => {
    const gains = METRICS.map((metric) => {
      const cell = table.find((one) => one.metric === metric && one.platform === platform);
      const gain = cell?.difference?.pairingGain ?? null;
      return gain === null ? '–' : gain >= 100 ? String(Math.round(gain)) : gain.toFixed(1);
    });
    return `| ${[scenario, `${platform} against ${baseline}`, ...gains].join(' | ')} |`;
  });
});

process.stdout.write(`# What common random numbers save

Platforms that are compared see the same arrivals, runtimes and boot times, seed by seed. How many times as many replications
would the same precision take if either side had seeds of its own? The sum of the variances of both sides over the variance of
their differences, over 30 seeds (\`pairing_gain\` of \`compare -o csv\`, \`pairingGain\` in JSON). 1: nothing is saved; below
1 pairing would cost; –: a side does not vary, or has no such number.

| scenario | platforms | ${METRICS.join(' | ')} |
| --- | --- | ${METRICS.map(() => '---:').join(' | ')} |
${rows.join('\n')}

The more of a number the workload makes and the less the policy, the more is saved: response times are nearly all runtime, and
their differences need hundreds of times fewer seeds; what a fleet costs that grows and shrinks by itself is mostly the history
of its own decisions, and pairing saves little there. The textbook pair, one server against one that is 5 % faster at 80 % load,
is in \`test/experiment/common-random-numbers.test.ts\`: more than five times fewer.

stowage ${version}; made with \`node scripts/measure-pairing.mjs\`, which runs

\`\`\`sh
${commands.join('\n')}
\`\`\`
`);
