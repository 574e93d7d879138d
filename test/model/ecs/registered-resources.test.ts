import { expect, test } from 'vitest';
import { registeredResources } from '../../../src/model/ecs/registered-resources.ts';

test.each([
  [0, { cpu: 2048, memoryMiB: 7984 }],
  [256, { cpu: 2048, memoryMiB: 7728 }],
  [7984, { cpu: 2048, memoryMiB: 0 }],
  // more than there is: the instance does not register
  [7985, null],
])('registeredResources() of an m4.large with %i MiB reserved', (reserved, expected) => {
  expect(registeredResources({ vcpus: 2, linuxMemoryMiB: 7984 }, reserved)).toEqual(expected);
});
