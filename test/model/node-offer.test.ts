import { describe, expect, test } from 'vitest';
import { kubeletSettings } from '../../src/model/kubelet-defaults.ts';
import { nodeOffer } from '../../src/model/node-offer.ts';
import { kubeReservedCpuMilli, kubeReservedMemoryMiB } from '../../src/model/node-overhead.ts';
import type { NodeClassKubelet } from '../../src/model/node-class-kubelet.ts';
import { GIB, MIB } from '../../src/units.ts';
import { instanceType } from '../support/plans.ts';

// m5.large, of which Linux sees 7577 MiB: 255 + 11 * 29 for kubelet and 100 for the threshold leave 6903.
const M5_LARGE = {
  vcpus: 2,
  memoryMiB: 8192,
  linuxMemoryMiB: 7577,
  maxPods: 29,
  eksAllocatable: { cpuMilli: 1930, memoryMiB: 6903 },
};
const SELF_RUN = { kind: 'self-run' } as Parameters<typeof kubeletSettings>[0];

describe('nodeOffer() by the settings of a platform', () => {
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
    const offer = nodeOffer(M5_LARGE, 0, settings);
    expect(offer).toEqual({ cpuMilli: cpu, memoryBytes: memory * MIB, ephemeralBytes: 0, pods });
  });
});

/** 4 vCPU, 16 GiB of which Linux reports 15,800 MiB, 58 pods by its network interfaces. */
const TYPE = instanceType(4, 16, {
  maxPods: 58,
  linuxMemoryMiB: 15_800,
  // 4000 − (60 + 10 + 10) = 3920; 15800 − (11 · 58 + 255) − 100 = 14807
  eksAllocatable: { cpuMilli: 3920, memoryMiB: 14_807 },
});
const EKS = kubeletSettings('eks');
const NOTHING: NodeClassKubelet = { kubeReserved: {}, systemReserved: {} };

describe('nodeOffer() by the kubelet of a node class', () => {
  // 100 GiB: less 10 % less 1 GiB.
  const asEks = { cpuMilli: 3920, memoryBytes: 14_807 * MIB, ephemeralBytes: 89 * GIB, pods: 58 };

  test('is what EKS leaves, where nothing is said', () => {
    expect([kubeReservedCpuMilli(4), kubeReservedMemoryMiB(58)]).toEqual([80, 893]);
    expect(nodeOffer(TYPE, 100 * GIB, EKS)).toEqual(asEks);
    expect(nodeOffer(TYPE, 100 * GIB, EKS, NOTHING)).toEqual(asEks);
  });

  test.each([
    // The reserve stays that of 58 pods.
    { name: 'maxPods', said: { maxPods: 110 }, offer: { pods: 110 } },
    { name: 'podsPerCore: 4 · 5', said: { podsPerCore: 5 }, offer: { pods: 20 } },
    { name: 'the smaller of both', said: { maxPods: 12, podsPerCore: 5 }, offer: { pods: 12 } },
    {
      name: 'what is kept for Kubernetes: 4000 − 200, 15800 − 500 − 100, 90 − 2',
      said: { kubeReserved: { cpuMilli: 200, memoryBytes: 500 * MIB, ephemeralBytes: 2 * GIB } },
      offer: { cpuMilli: 3800, memoryBytes: 15_200 * MIB, ephemeralBytes: 88 * GIB },
    },
    {
      name: 'what is kept for the system, beside: 3920 − 100, 14807 − 200, 89 − 1',
      said: { systemReserved: { cpuMilli: 100, memoryBytes: 200 * MIB, ephemeralBytes: GIB } },
      offer: { cpuMilli: 3820, memoryBytes: 14_607 * MIB, ephemeralBytes: 88 * GIB },
    },
    // 14807 + 100 − 500; 100 − 5 − 1
    {
      name: 'thresholds of eviction',
      said: { memoryAvailable: { bytes: 500 * MIB }, nodefsAvailable: { percent: 5 } },
      offer: { memoryBytes: 14_407 * MIB, ephemeralBytes: 94 * GIB },
    },
    // 5 % of 16384 MiB are 819.2 MiB.
    {
      name: 'a share of the memory',
      said: { memoryAvailable: { percent: 5 } },
      offer: { memoryBytes: Math.floor((14_907 - 819.2) * MIB) },
    },
    {
      name: 'nothing, where more is kept than there is',
      said: { systemReserved: { cpuMilli: 9000, memoryBytes: 99 * GIB, ephemeralBytes: 999 * GIB } },
      offer: { cpuMilli: 0, memoryBytes: 0, ephemeralBytes: 0 },
    },
  ])('follows $name', ({ said, offer }) => {
    expect(nodeOffer(TYPE, 100 * GIB, EKS, { ...NOTHING, ...said })).toEqual({ ...asEks, ...offer });
  });

  test('a node of kops keeps back what its class says, and nothing else', () => {
    // 4000 − 200; 15800 − 100 − 500; 100 − 10
    const said = { kubeReserved: { cpuMilli: 200 }, systemReserved: { memoryBytes: 500 * MIB } };
    const offer = { cpuMilli: 3800, memoryBytes: 15_200 * MIB, ephemeralBytes: 90 * GIB, pods: 110 };
    expect(nodeOffer(TYPE, 100 * GIB, kubeletSettings(SELF_RUN), said)).toEqual(offer);
  });
});
