import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { findings, scenarioWith } from '../../support/scenarios.ts';

/** A group of listed instances with these names. */
function listed(group: string, names: readonly string[]) {
  return { name: group, instances: names.map((name) => ({ name, type: 'm5.large', zone: 'us-east-1a' })) };
}

test.each([
  { name: 'within a group', fleet: [listed('g', ['n-1', 'n-1'])], expected: ['E1205'] },
  {
    name: 'across groups',
    fleet: [listed('g', ['n-1', 'n-2']), listed('h', ['n-3', 'n-2'])],
    expected: ['E1205'],
  },
  { name: 'nowhere', fleet: [listed('g', ['n-1', 'n-2']), listed('h', ['n-3'])], expected: [] },
])('resolveFleet() finds instances of one name $name', async ({ fleet, expected }) => {
  const lines = await findings(stringify({ ...scenarioWith({}), fleet }), {});
  expect(lines.map((line) => line.split(' ')[0])).toEqual(expected);
});

test('resolveFleet() says which groups share an instance', async () => {
  const fleet = [listed('g', ['n-1']), listed('h', ['n-1'])];
  const [line] = await findings(stringify({ ...scenarioWith({}), fleet }), {});
  expect(line).toContain('instance "n-1" is in group "g" and in group "h"');
});
