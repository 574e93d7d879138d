import { expect, test } from 'vitest';
import { cheapestFargateSize, isFargateSize } from '../../../src/model/ecs/fargate-sizes.ts';

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
