import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DEFAULT_MAX_PODS,
  ECS_CPU_UNITS_PER_VCPU,
  ecsRegisteredMemoryMiB,
  eksAllocatable,
  estimatedLinuxMemoryMiB,
  kubeReservedCpuMilli,
  kubeReservedMemoryMiB,
  maxPodsOf,
  plainAwsvpcTasks,
} from '../../src/model/node-overhead.ts';

test.each([
  // Registrations published for the Xen generations: type, advertised MiB, vCPUs, registered MiB
  { type: 't2.micro', memoryMiB: 1024, vcpus: 1, registered: 993 },
  { type: 't2.small', memoryMiB: 2048, vcpus: 1, registered: 2001 },
  { type: 't2.medium', memoryMiB: 4096, vcpus: 2, registered: 3952 },
  { type: 'm4.large', memoryMiB: 8192, vcpus: 2, registered: 7984 },
  { type: 'm4.xlarge', memoryMiB: 16_384, vcpus: 4, registered: 16_048 },
  { type: 'm4.2xlarge', memoryMiB: 32_768, vcpus: 8, registered: 32_176 },
  { type: 'm4.4xlarge', memoryMiB: 65_536, vcpus: 16, registered: 64_417 },
  { type: 'm4.10xlarge', memoryMiB: 163_840, vcpus: 40, registered: 161_185 },
  { type: 'm4.16xlarge', memoryMiB: 262_144, vcpus: 64, registered: 257_953 },
  { type: 'c4.large', memoryMiB: 3840, vcpus: 2, registered: 3765 },
  { type: 'c4.xlarge', memoryMiB: 7680, vcpus: 4, registered: 7480 },
  { type: 'c4.2xlarge', memoryMiB: 15_360, vcpus: 8, registered: 15_040 },
  { type: 'c4.4xlarge', memoryMiB: 30_720, vcpus: 16, registered: 30_145 },
  { type: 'c4.8xlarge', memoryMiB: 61_440, vcpus: 36, registered: 60_385 },
  { type: 'r4.large', memoryMiB: 15_616, vcpus: 2, registered: 15_292 },
  { type: 'r4.xlarge', memoryMiB: 31_232, vcpus: 4, registered: 30_664 },
  { type: 'r4.4xlarge', memoryMiB: 124_928, vcpus: 16, registered: 122_881 },
  { type: 'r4.16xlarge', memoryMiB: 499_712, vcpus: 64, registered: 491_809 },
])('estimatedLinuxMemoryMiB() is what $type registered', ({ memoryMiB, vcpus, registered }) => {
  expect(estimatedLinuxMemoryMiB({ memoryMiB, vcpus, isXen: true })).toBe(registered);
});

test.each([
  // floor(0.966 A - 128)
  { memoryMiB: 1024, linux: 861 },
  { memoryMiB: 2048, linux: 1850 },
  { memoryMiB: 4096, linux: 3828 },
  { memoryMiB: 8192, linux: 7785 },
  { memoryMiB: 16_384, linux: 15_698 },
  { memoryMiB: 32_768, linux: 31_525 },
  { memoryMiB: 65_536, linux: 63_179 },
  { memoryMiB: 131_072, linux: 126_487 },
  // never below 1
  { memoryMiB: 64, linux: 1 },
])('estimatedLinuxMemoryMiB() of a Nitro type with $memoryMiB MiB is $linux', ({ memoryMiB, linux }) => {
  expect(estimatedLinuxMemoryMiB({ memoryMiB, vcpus: 2, isXen: false })).toBe(linux);
});

test('ecsRegisteredMemoryMiB() takes the reserve off, down to 0, and fails beyond', () => {
  expect(ecsRegisteredMemoryMiB(7984, 256)).toBe(7728);
  expect(ecsRegisteredMemoryMiB(7984, 7984)).toBe(0);
  expect(ecsRegisteredMemoryMiB(7984, 7985)).toBeNull();
});

test('an m5.large fits 7 tasks of 1024 MiB on ECS, not 8, and none of 8192', () => {
  const registered = ecsRegisteredMemoryMiB(
    estimatedLinuxMemoryMiB({ memoryMiB: 8192, vcpus: 2, isXen: false }),
    0,
  )!;
  expect(Math.floor(registered / 1024)).toBe(7);
  expect(registered).toBeLessThan(8192);
  expect(ECS_CPU_UNITS_PER_VCPU * 2).toBe(2048);
});

test.each([
  { vcpus: 1, reserved: 60 },
  { vcpus: 2, reserved: 70 },
  { vcpus: 4, reserved: 80 },
  // the fifth core's 2.5m is cut to 2m
  { vcpus: 5, reserved: 82 },
  { vcpus: 8, reserved: 90 },
  { vcpus: 16, reserved: 110 },
  { vcpus: 32, reserved: 150 },
  { vcpus: 48, reserved: 190 },
  { vcpus: 64, reserved: 230 },
  { vcpus: 96, reserved: 310 },
])('kubeReservedCpuMilli() of $vcpus vCPUs is $reserved', ({ vcpus, reserved }) => {
  expect(kubeReservedCpuMilli(vcpus)).toBe(reserved);
});

test.each([
  { type: 't3.micro', enis: 2, ips: 2, pods: 4, reserved: 299 },
  { type: 't3.medium', enis: 3, ips: 6, pods: 17, reserved: 442 },
  { type: 'm5.large', enis: 3, ips: 10, pods: 29, reserved: 574 },
  { type: 'm5.xlarge', enis: 4, ips: 15, pods: 58, reserved: 893 },
  { type: 'm5.4xlarge', enis: 8, ips: 30, pods: 234, reserved: 2829 },
  { type: 'm5.24xlarge', enis: 15, ips: 50, pods: 737, reserved: 8362 },
])('maxPodsOf() and kubeReservedMemoryMiB() of $type', ({ enis, ips, pods, reserved }) => {
  expect(maxPodsOf(enis, ips)).toBe(pods);
  expect(kubeReservedMemoryMiB(pods)).toBe(reserved);
});

test.each([
  // measured memory - reserved - 100
  { type: 't3.micro', vcpus: 2, linuxMemoryMiB: 904, maxPods: 4, cpuMilli: 1930, memoryMiB: 505 },
  { type: 'm5.large', vcpus: 2, linuxMemoryMiB: 7811, maxPods: 29, cpuMilli: 1930, memoryMiB: 7137 },
  {
    type: 'm5.24xlarge',
    vcpus: 96,
    linuxMemoryMiB: 382_831,
    maxPods: 737,
    cpuMilli: 95_690,
    memoryMiB: 374_369,
  },
  // more reserved than there is
  { type: 'none', vcpus: 1, linuxMemoryMiB: 512, maxPods: DEFAULT_MAX_PODS, cpuMilli: 940, memoryMiB: 0 },
])('eksAllocatable() of $type', ({ vcpus, linuxMemoryMiB, maxPods, cpuMilli, memoryMiB }) => {
  expect(eksAllocatable({ vcpus, linuxMemoryMiB, maxPods })).toEqual({ cpuMilli, memoryMiB });
});

test('plainAwsvpcTasks() leaves one interface to the instance', () => {
  expect([0, 1, 2, 15].map(plainAwsvpcTasks)).toEqual([0, 0, 1, 14]);
});

test('estimates stay within the hardware and grow with it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 192 }),
      fc.integer({ min: 512, max: 2 ** 22 }),
      (vcpus, memoryMiB) => {
        const linuxMemoryMiB = estimatedLinuxMemoryMiB({ memoryMiB, vcpus, isXen: false });
        const larger = estimatedLinuxMemoryMiB({ memoryMiB: memoryMiB + 1024, vcpus, isXen: false });
        expect(linuxMemoryMiB).toBeLessThan(memoryMiB);
        expect(larger).toBeGreaterThan(linuxMemoryMiB);
        const { cpuMilli, memoryMiB: left } = eksAllocatable({ vcpus, linuxMemoryMiB, maxPods: 29 });
        expect(cpuMilli).toBeLessThan(vcpus * 1000);
        expect(cpuMilli).toBeGreaterThanOrEqual(vcpus * 940);
        expect(left).toBe(Math.max(0, linuxMemoryMiB - 674));
      },
    ),
    { seed: 9, numRuns: 200 },
  );
});
