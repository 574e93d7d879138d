import { describe, expect, test } from 'vitest';
import { kubeletSettings } from '../../src/model/kubelet-defaults.ts';
import { nodeOffer } from '../../src/model/node-offer.ts';
import { MIB } from '../../src/units.ts';

// m5.large, of which Linux sees 7577 MiB: 255 + 11 * 29 for kubelet and 100 for the threshold leave 6903.
const TYPE = {
  vcpus: 2,
  linuxMemoryMiB: 7577,
  maxPods: 29,
  eksAllocatable: { cpuMilli: 1930, memoryMiB: 6903 },
};
const SELF_RUN = { kind: 'self-run' } as Parameters<typeof kubeletSettings>[0];

describe('nodeOffer()', () => {
  test.each([
    { name: 'an EKS node', settings: kubeletSettings('eks'), cpu: 1930, memory: 6903, pods: 29 },
    // 6903 + 100 - 500
    {
      name: 'one with a higher threshold',
      settings: kubeletSettings('eks', { evictionHardBytes: 500 * MIB }),
      cpu: 1930,
      memory: 6503,
      pods: 29,
    },
    // 7577 - 100
    { name: 'a node of kops', settings: kubeletSettings(SELF_RUN), cpu: 2000, memory: 7477, pods: 110 },
    {
      name: 'one that keeps back what EKS does',
      settings: kubeletSettings(SELF_RUN, { kubeReserved: 'eks', maxPods: 'interfaces' }),
      cpu: 1930,
      memory: 6903,
      pods: 29,
    },
    {
      name: 'one that keeps back more than there is',
      settings: kubeletSettings('none', { evictionHardBytes: 8000 * MIB }),
      cpu: 1930,
      memory: 0,
      pods: 29,
    },
  ])('$name', ({ settings, cpu, memory, pods }) => {
    expect(nodeOffer(TYPE, settings)).toEqual({ cpuMilli: cpu, memoryBytes: memory * MIB, pods });
  });
});
