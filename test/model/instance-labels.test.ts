import { expect, test } from 'vitest';
import { InstanceLabels } from '../../src/model/instance-labels.ts';
import { ABSENT, Interner } from '../../src/model/interner.ts';

test('InstanceLabels keeps a column of interned values per key, through growth, until the slot is cleared', () => {
  const strings = new Interner();
  const labels = new InstanceLabels(strings);
  labels.grow(2);
  labels.set(0, 'disk', 'ssd');
  labels.set(1, 'disk', 'hdd');
  labels.grow(4);
  labels.set(3, 'rack', 'r1');
  expect([...labels.keys]).toEqual(['disk', 'rack']);
  expect([...labels.column('disk')!]).toEqual([strings.id('ssd'), strings.id('hdd'), ABSENT, ABSENT]);
  labels.clear(0);
  expect([0, 1, 3].map((slot) => labels.value(slot, 'disk'))).toEqual([undefined, 'hdd', undefined]);
  expect([labels.value(3, 'rack'), labels.value(3, 'zone'), labels.column('zone')]).toEqual([
    'r1',
    undefined,
    undefined,
  ]);
});
