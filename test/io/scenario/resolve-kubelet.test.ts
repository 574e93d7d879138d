import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { findings, scenarioWith } from '../../support/scenarios.ts';

/** Errors without their positions. */
async function found(template: object, kubelet: object): Promise<string[]> {
  const scenario = {
    ...scenarioWith({}),
    fleet: [{ name: 'general', type: 'm6i.xlarge', size: 3, zones: ['us-east-1a'] }],
    workload: { services: [{ name: 'web', replicas: 1, template: { cpu: 1, memory: '1GiB', ...template } }] },
    platforms: [{ name: 'kube', kind: 'kubernetes', kubelet }],
  };
  const lines = await findings(stringify(scenario));
  return lines.filter((line) => line.startsWith('E')).map((line) => line.replace(/ (\d+:\d+|-) /, ' '));
}

describe('resolveKubelet()', () => {
  test.each([
    [{ evictionSoft: '100MiB' }, ['E1103 a soft threshold below the hard one is never met first']],
    [{ evictionSoft: '200MiB', evictionHard: '100MiB', evictionSoftGracePeriod: '0s' }, []],
    [
      { evictionSoftGracePeriod: '1m', evictionMaxPodGracePeriod: '1m' },
      [
        'E1103 there is no soft threshold that it would be for (evictionSoft)',
        'E1103 there is no soft threshold that it would be for (evictionSoft)',
      ],
    ],
  ])('%j', async (kubelet, errors) => {
    expect(await found({}, kubelet)).toEqual(errors);
  });
});

describe('resolveUsage()', () => {
  test.each([
    [{ memory: '3GiB', memoryLimit: '1GiB' }, []],
    [
      { memoryLimit: '1023MiB' },
      [
        'E1103 template.usage.memoryLimit of service "web": a task may not be allowed less memory than it asks for (memoryLimit: request)',
      ],
    ],
    [
      { memory: { uniform: { min: '2GiB', max: '1GiB' } } },
      ['E1103 template.usage.memory of service "web": the minimum 2GiB is larger than the maximum 1GiB'],
    ],
    [
      { memory: { lognormal: { mean: '1GiB', p95: '1MiB' } } },
      ['E1103 template.usage.memory of service "web": p95 1MiB must be from 1 to 3.868 times the mean 1GiB'],
    ],
  ])('%j', async (usage, errors) => {
    expect(await found({ usage }, {})).toEqual(errors);
  });
});
