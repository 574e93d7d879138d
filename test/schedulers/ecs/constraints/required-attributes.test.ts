import { expect, test } from 'vitest';
import { hasRequiredAttributes } from '../../../../src/schedulers/ecs/constraints/required-attributes.ts';

const attributes: Readonly<Record<string, string>> = { os: 'linux', gpu: '' };

test.each([
  { required: [], met: true },
  { required: [{ name: 'gpu', value: null }], met: true },
  { required: [{ name: 'gpu', value: '' }], met: true },
  { required: [{ name: 'gpu', value: 'T4' }], met: false },
  { required: [{ name: 'fpga', value: null }], met: false },
  { required: [{ name: 'fpga', value: '' }], met: false },
  {
    required: [
      { name: 'os', value: 'linux' },
      { name: 'gpu', value: null },
    ],
    met: true,
  },
  {
    required: [
      { name: 'os', value: 'linux' },
      { name: 'fpga', value: null },
    ],
    met: false,
  },
])('hasRequiredAttributes() of $required is $met', ({ required, met }) => {
  expect(hasRequiredAttributes(required, (name) => attributes[name])).toBe(met);
});
