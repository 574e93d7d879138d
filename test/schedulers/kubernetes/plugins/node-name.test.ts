import { expect, test } from 'vitest';
import { createFixture } from '../fixture.ts';

test('NodeName refuses every node but the named one', () => {
  const { refusals, chosen } = createFixture([{ name: 'a' }, { name: 'b' }]).examine({
    spec: { nodeName: 'b' },
  });
  expect(refusals).toEqual({ a: ["node(s) didn't match the requested node name"] });
  expect(chosen).toBe('b');
});
