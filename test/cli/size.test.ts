import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshFolder, stowage, TINY } from './process.ts';

describe('stowage size', () => {
  test('the smallest fleet of each platform, with its evidence', () => {
    // tiny: three tasks of 1 vCPU, then one. On ECS an m5.large takes two: with one instance the third task waits for the
    // first ones to end, 29 s. EKS leaves room for one pod on a node: with one the third waits 58 s, with two 29 s.
    const cwd = freshFolder();
    const flags = ['--seeds', '1..5', '--share', '0.5', '--jobs', '2', '--check', 'wait.max <= 29s'];
    const { code, stdout } = stowage(['size', TINY, ...flags, '-o', 'json', '--markdown', 'size.md'], {
      cwd,
    });
    expect(code).toBe(0);
    const { searches } = JSON.parse(stdout);
    const found = searches.map((one: { platform: string; smallest: { size: number } }) => [
      one.platform,
      one.smallest.size,
    ]);
    expect(found).toEqual([
      ['ecs-binpack', 1],
      ['kubernetes', 2],
    ]);
    const failed = searches[1].trials.find(({ size }: { size: number }) => size === 1);
    expect(failed).toMatchObject({
      meets: false,
      passed: 0,
      failures: expect.arrayContaining([
        expect.objectContaining({ check: 'wait.max <= 29s', seeds: 5, worst: 58 }),
      ]),
    });
    expect(readFileSync(join(cwd, 'size.md'), 'utf8')).toContain('- kubernetes: 2 instances, ');
  });

  test('exit code 5 when no size meets the checks, 2 when the seeds cannot show it', () => {
    const none = [
      'size',
      TINY,
      '--platforms',
      'kubernetes',
      '--max',
      '1',
      '--seeds',
      '1..5',
      '--share',
      '0.5',
    ];
    expect(stowage(none)).toMatchObject({
      code: 5,
      stdout: expect.stringContaining('no size up to 1 meets the checks'),
    });
    expect(stowage(['size', TINY, '--seeds', '1..5'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('use --seeds 1..29 or more'),
    });
    expect(stowage(['size', TINY, '--group', 'pol']).stderr).toContain('did you mean "pool"?');
  });
});

describe('stowage sensitivity', () => {
  test('every tie rule of every platform, and what the order owes to them', () => {
    const { code, stdout } = stowage(['sensitivity', TINY, '--seeds', '1..2', '--jobs', '2']);
    expect(code).toBe(0);
    for (const rule of ['lowestId *', 'kube *', 'first', 'last', 'random', 'shuffled'])
      expect(stdout).toContain(rule);
    // Two rules of ECS, five of Kubernetes.
    expect(stdout.replace(/\s+/g, ' ')).toContain('surely in all 10 pairs of rules');
    expect(stowage(['sensitivity', TINY, '--metric', 'cost.totl']).code).toBe(2);
  });
});
