import { expect, test } from 'vitest';
import {
  MOST_POD_MEMORY_MIB,
  WINDOWS_CPUS,
  cheapestFargateSize,
  isFargateSize,
  nextFargateSize,
  podFargateSize,
} from '../../../src/model/ecs/fargate-sizes.ts';

test.each([
  [256, 512, true],
  [256, 3072, false],
  [8192, 20_480, true],
  [8192, 17_408, false],
  [32_768, 245_760, false],
  [32_768, 249_856, true],
])('isFargateSize(%i, %i): %s', (cpu, memory, expected) => {
  expect(isFargateSize(cpu, memory)).toBe(expected);
});

test.each([
  // 0.3 vCPU and 1.5 GB: 512 CPU with 2 GB
  [308, 1536, { cpu: 512, memoryMiB: 2048 }],
  // 5000 MiB need 1024 CPU, which has them in steps of 1 GB
  [512, 5000, { cpu: 1024, memoryMiB: 5120 }],
  [32_769, 1, null],
])('cheapestFargateSize(%i, %i)', (cpu, memory, expected) => {
  expect(cheapestFargateSize(cpu, memory)).toEqual(expected);
});

test.each([
  [256, 512, { cpu: 256, memoryMiB: 512 }],
  [300, 512, { cpu: 512, memoryMiB: 1024 }],
  // 256 CPU ends at 2 GB, 512 at 4 GB.
  [256, 3000, { cpu: 512, memoryMiB: 3072 }],
  [32_768, 245_761, { cpu: 32_768, memoryMiB: 249_856 }],
  [256, 249_857, null],
])('nextFargateSize(%i, %i)', (cpu, memory, expected) => {
  expect(nextFargateSize(cpu, memory)).toEqual(expected);
});

test('nextFargateSize() passes over sizes that are not offered', () => {
  const isOffered = (cpu: number) => WINDOWS_CPUS.includes(cpu);
  expect(nextFargateSize(256, 512, isOffered)).toEqual({ cpu: 1024, memoryMiB: 2048 });
  expect(nextFargateSize(4096, 31_000, isOffered)).toBeNull();
});

test.each([
  // Amazon EKS user guide: 1 vCPU and 8 GB become 2 vCPU and 9 GB.
  [1000, 8192, { cpu: 2048, memoryMiB: 9216 }],
  [250, 256, { cpu: 256, memoryMiB: 512 }],
  [250, 257, { cpu: 256, memoryMiB: 1024 }],
  [16_000, MOST_POD_MEMORY_MIB, { cpu: 16_384, memoryMiB: 122_880 }],
  [16_000, MOST_POD_MEMORY_MIB + 1, null],
  [16_001, 1024, null],
])('podFargateSize(%i, %i)', (cpuMilli, memory, expected) => {
  expect(podFargateSize(cpuMilli, memory)).toEqual(expected);
});
