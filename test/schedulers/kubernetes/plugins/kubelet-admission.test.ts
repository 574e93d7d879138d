import { expect, test } from 'vitest';
import { createFixture } from '../fixture.ts';

const without = (...plugins: string[]) => ({
  config: { profiles: [{ plugins: { filter: { disabled: plugins.map((name) => ({ name })) } } }] },
});
const refusal = ['node(s) would not admit the pod'];

test('KubeletAdmission refuses what a profile without the Fit filter would overfill', () => {
  const fixture = createFixture([{ name: 'n', cpu: '1' }], without('NodeResourcesFit'));
  expect(fixture.examine({ requests: { cpu: '2' } }).refusals).toEqual({ n: refusal });
  expect(fixture.schedule({ requests: { cpu: '2' } })).toBe('none');
  expect(fixture.schedule({ requests: { cpu: '1' } })).toBe('n');
});

test('KubeletAdmission refuses a draining instance that the profile would still use', () => {
  const fixture = createFixture([{ name: 'n' }], without('NodeUnschedulable', 'TaintToleration'));
  fixture.store.setInstanceState(0, 4, 0);
  expect(fixture.examine({}).refusals).toEqual({ n: refusal });
});
