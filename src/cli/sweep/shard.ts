import type { Shard } from '../../experiment/sweep/index-ranges.ts';
import type { Arguments } from '../commands.ts';
import { usage } from '../usage.ts';

/** More parts than any scheduler starts. */
const MOST_SHARDS = 1_000_000;

/** Variables of one kind of array job. Numbers as their documentation defines them. */
interface ArrayJob {
  readonly name: string;
  readonly index: string;
  /** Where there is none, `--shards` says it. */
  readonly count?: string;
  /** Number of the first job, or the variable that says it. */
  readonly first: number | string;
}

/**
 * Sources: Slurm sbatch, "Job arrays"; AWS Batch user guide, "Array jobs"; Kubernetes "Indexed Job"; GitLab CI
 * predefined variables (CI_NODE_INDEX counts from 1).
 */
const ARRAY_JOBS: readonly ArrayJob[] = [
  {
    name: 'Slurm',
    index: 'SLURM_ARRAY_TASK_ID',
    count: 'SLURM_ARRAY_TASK_COUNT',
    first: 'SLURM_ARRAY_TASK_MIN',
  },
  { name: 'AWS Batch', index: 'AWS_BATCH_JOB_ARRAY_INDEX', count: 'AWS_BATCH_JOB_ARRAY_SIZE', first: 0 },
  { name: 'Kubernetes', index: 'JOB_COMPLETION_INDEX', first: 0 },
  { name: 'CI', index: 'CI_NODE_INDEX', count: 'CI_NODE_TOTAL', first: 1 },
];

/**
 * The part that this process is to do: `--shard i/n`, counted from 0; else as the array job says that it runs in, with
 * `--shards` where that does not know how many there are; else everything. Errors: E5001.
 */
export function shardOf(args: Arguments, environment: Readonly<Record<string, string | undefined>>): Shard {
  const text = args['shard'] as string | undefined;
  const shards = args['shards'] as number | undefined;
  if (shards !== undefined && !isCount(shards))
    throw usage(`cannot use --shards ${shards}`, 'a whole number from 1');
  if (text !== undefined) {
    if (shards !== undefined) throw usage('cannot use --shard and --shards together');
    const match = /^(\d{1,7})\/(\d{1,7})$/.exec(text);
    const [index, count] = match === null ? [0, 0] : [Number(match[1]), Number(match[2])];
    if (!isCount(count) || index >= count)
      throw usage(`cannot use --shard '${text}'`, 'write i/n, i from 0 to n-1: 0/16 to 15/16');
    return { index, count };
  }
  const job = ARRAY_JOBS.find(({ index }) => (environment[index] ?? '') !== '');
  if (job === undefined) {
    if (shards !== undefined)
      throw usage('--shards says how many parts there are, but not which one this is', 'use --shard i/n');
    return { index: 0, count: 1 };
  }
  const numberOf = (name: string): number | undefined => {
    const value = environment[name] ?? '';
    if (value === '') return undefined;
    if (!/^\d{1,9}$/.test(value))
      throw usage(`cannot use ${name}=${value}`, 'name the part with --shard i/n');
    return Number(value);
  };
  const first = typeof job.first === 'number' ? job.first : (numberOf(job.first) ?? 0);
  const index = numberOf(job.index)! - first;
  const count = shards ?? (job.count === undefined ? undefined : numberOf(job.count));
  if (count === undefined) throw usage(`${job.name} does not say how many parts there are`, 'add --shards N');
  if (!isCount(count) || index < 0 || index >= count)
    throw usage(`cannot use ${job.index}: it is no part of ${count}`, 'name the part with --shard i/n');
  return { index, count };
}

function isCount(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= MOST_SHARDS;
}
