import { describe, expect, test } from 'vitest';
import { shardOf } from '../../../src/cli/sweep/shard.ts';

describe('shardOf()', () => {
  test.each([
    { args: {}, env: {}, shard: { index: 0, count: 1 } },
    { args: { shard: '3/16' }, env: { JOB_COMPLETION_INDEX: '9' }, shard: { index: 3, count: 16 } },
    // sbatch --array=1-16: tasks count from SLURM_ARRAY_TASK_MIN.
    {
      args: {},
      env: { SLURM_ARRAY_TASK_ID: '16', SLURM_ARRAY_TASK_COUNT: '16', SLURM_ARRAY_TASK_MIN: '1' },
      shard: { index: 15, count: 16 },
    },
    {
      args: {},
      env: { AWS_BATCH_JOB_ARRAY_INDEX: '2', AWS_BATCH_JOB_ARRAY_SIZE: '5' },
      shard: { index: 2, count: 5 },
    },
    { args: { shards: 8 }, env: { JOB_COMPLETION_INDEX: '7' }, shard: { index: 7, count: 8 } },
    // GitLab counts from 1.
    { args: {}, env: { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '4' }, shard: { index: 0, count: 4 } },
  ])('$args, $env: $shard.index of $shard.count', ({ args, env, shard }) => {
    expect(shardOf(args, env)).toEqual(shard);
  });

  test.each([
    { args: { shard: '16/16' }, env: {}, reason: /i from 0 to n-1|cannot use --shard/ },
    { args: { shard: '1/2', shards: 2 }, env: {}, reason: /together/ },
    { args: { shards: 4 }, env: {}, reason: /which one this is/ },
    { args: {}, env: { JOB_COMPLETION_INDEX: '7' }, reason: /how many parts/ },
    { args: { shards: 4 }, env: { JOB_COMPLETION_INDEX: '4' }, reason: /no part of 4/ },
    { args: {}, env: { CI_NODE_INDEX: 'x', CI_NODE_TOTAL: '4' }, reason: /CI_NODE_INDEX=x/ },
  ])('refuses $args, $env', ({ args, env, reason }) => {
    expect(() => shardOf(args, env)).toThrow(reason);
  });
});
