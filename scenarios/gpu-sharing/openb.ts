import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import {
  InputError,
  readOpenbNodes,
  readOpenbRequests,
  renderSensitivityMarkdown,
  runInflation,
  sensitivityOf,
  typicalPods,
} from 'stowage';
import { POLICIES, schedulerOf, type Ties } from './policies.ts';

/**
 * The experiment of Weng et al. (USENIX ATC 2023) on the openb trace: how much of the GPUs six policies allocate when
 * pods have asked for 100 % and for 130 % of them. Prints a row per workload and policy: mean and standard deviation
 * over the seeds at 130 %, mean at 100 %.
 */
const USAGE = `usage: npm run openb -- --nodes FILE --pods FILE... [--seeds 42..51] [--policies NAME,...]
                    [--ties fixed-random|first|last|uniform|all] [--csv]

--nodes     a node list of the trace: openb_node_list_gpu_node.csv (gzip is fine)
--pods      pod lists: openb_pod_list_default.csv ...; the workload is called by what follows openb_pod_list_
--ties      which of equally good nodes: the first in an order drawn for each seed (fixed-random, the default),
            the first or the last of the list, or any of them each time (uniform); all: with every
            rule, and how much of the ranking at 130 % is the rule and the seed, as Markdown
--policies  ${POLICIES.map(({ plugin }) => plugin.name).join(',')}`;

const AT_PERCENTS = [100, 130];
const TIES: Readonly<Record<string, { readonly nodeOrder: 'random' | 'given'; readonly ties: Ties }>> = {
  'fixed-random': { nodeOrder: 'random', ties: 'first' },
  first: { nodeOrder: 'given', ties: 'first' },
  last: { nodeOrder: 'given', ties: 'last' },
  uniform: { nodeOrder: 'given', ties: 'random' },
};

/** The rule of the published experiment. */
const PUBLISHED = 'fixed-random';

class UsageError extends Error {}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: spread(args),
    options: {
      nodes: { type: 'string' },
      pods: { type: 'string', multiple: true },
      seeds: { type: 'string', default: '42..51' },
      policies: { type: 'string' },
      ties: { type: 'string', default: 'fixed-random' },
      csv: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  if (values.nodes === undefined || values.pods === undefined)
    throw new UsageError('--nodes and --pods are needed');
  if (values.ties === 'all') return everyTieRule(values.nodes, values.pods, seedsOf(values.seeds), policiesOf(values.policies));
  const rule = Object.hasOwn(TIES, values.ties) ? TIES[values.ties] : undefined;
  if (rule === undefined) throw new UsageError(`--ties ${values.ties}: use ${Object.keys(TIES).join(', ')} or all`);
  const seeds = seedsOf(values.seeds);
  const policies = policiesOf(values.policies);
  const nodes = await readOpenbNodes(values.nodes);
  const print = values.csv ? csvRow : textRow;
  process.stdout.write(print(['workload', 'policy', 'mean_at_130', 'sd_at_130', 'mean_at_100']));
  for (const file of values.pods) {
    const pods = await readOpenbRequests(file);
    const typical = typicalPods(pods);
    for (const policy of policies) {
      const results = seeds.map((seed) => {
        const scheduler = schedulerOf(policy, rule.ties, typical);
        const { nodeOrder } = rule;
        return runInflation({ nodes, pods, scheduler, seed, nodeOrder, atPercents: AT_PERCENTS });
      });
      const at = (index: number) => results.map(({ allocatedPercents }) => allocatedPercents[index]!);
      const row = [mean(at(1)), standardDeviation(at(1)), mean(at(0))].map((value) => value.toFixed(2));
      process.stdout.write(print([workloadOf(file), policy.plugin.name, ...row]));
    }
  }
}

/** `--ties all`: the ranking at 130 % under every rule and seed. */
async function everyTieRule(
  nodeFile: string,
  podFiles: readonly string[],
  seeds: readonly number[],
  policies: typeof POLICIES,
): Promise<void> {
  if (seeds.length < 2) throw new UsageError('--ties all needs two seeds at least');
  const nodes = await readOpenbNodes(nodeFile);
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  for (const file of podFiles) {
    const pods = await readOpenbRequests(file);
    const typical = typicalPods(pods);
    const variants = policies.flatMap((policy) =>
      (policy.ties === undefined ? Object.keys(TIES) : [null]).map((rule) => {
        return { platform: policy.plugin.name, rule, isOwn: rule === null || rule === PUBLISHED, policy };
      }),
    );
    const values = variants.map(({ policy, rule }) => {
      const { nodeOrder, ties } = TIES[rule ?? PUBLISHED]!;
      return seeds.map((seed) => {
        const scheduler = schedulerOf(policy, ties, typical);
        return runInflation({ nodes, pods, scheduler, seed, nodeOrder, atPercents: [130] }).allocatedPercents[0]! / 100;
      });
    });
    const plain = variants.map(({ policy: _, ...variant }) => variant);
    const answer = { scenario: `openb ${workloadOf(file)}`, seeds, ...sensitivityOf(plain, values, 'utilisation.gpu') };
    const reproduce = `npm run openb -- ${process.argv.slice(2).map((word) => (word.includes('/') ? basename(word) : word)).join(' ')}`;
    process.stdout.write(renderSensitivityMarkdown(answer, { reproduce, version }));
  }
}

/** `--pods A B C` means what `--pods A --pods B --pods C` does. */
function spread(args: readonly string[]): string[] {
  let isPods = false;
  return args.flatMap((arg) => {
    if (arg.startsWith('-')) {
      isPods = arg === '--pods';
      return isPods ? [] : [arg];
    }
    return isPods ? ['--pods', arg] : [arg];
  });
}

/** `42..51`, `42`, `1,2,3`. */
function seedsOf(text: string): readonly number[] {
  const range = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text);
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    if (from <= to) return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  }
  if (/^\d{1,9}(?:,\d{1,9})*$/.test(text)) return text.split(',').map(Number);
  throw new UsageError(`--seeds ${text}: write 42..51, or 1,2,3`);
}

function policiesOf(text: string | undefined): typeof POLICIES {
  if (text === undefined) return POLICIES;
  return text.split(',').map((name) => {
    const policy = POLICIES.find(({ plugin }) => plugin.name === name);
    if (policy !== undefined) return policy;
    const names = POLICIES.map(({ plugin }) => plugin.name).join(', ');
    throw new UsageError(`--policies: there is no ${name}; there are ${names}`);
  });
}

function workloadOf(file: string): string {
  return basename(file)
    .replace(/\.gz$/, '')
    .replace(/\.csv$/, '')
    .replace(/^openb_pod_list_/, '');
}

function csvRow(fields: readonly string[]): string {
  return `${fields.join(',')}\n`;
}

function textRow([workload, policy, ...numbers]: readonly string[]): string {
  const cells = numbers.map((number) => number.padStart(12));
  return `${workload!.padEnd(12)} ${policy!.padEnd(14)}${cells.join('')}\n`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the sample; 0 for a single value. */
function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isUsage =
    error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  if (isUsage) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}\n`);
    process.exitCode = 2;
  } else if (error instanceof InputError) {
    for (const { code, message, position } of error.diagnostics) {
      const place = position === undefined ? '' : `${position.file}:${position.line}: `;
      process.stderr.write(`${place}error[${code}]: ${message}\n`);
    }
    process.exitCode = 3;
  } else throw error;
}
