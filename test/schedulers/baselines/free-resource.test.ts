import { expect, test } from 'vitest';
import { readFreeResource } from '../../../src/schedulers/baselines/free-resource.ts';
import { LANE } from '../../../src/model/resources.ts';

test.each([
  [undefined, LANE.cpu],
  [{}, LANE.cpu],
  [{ resource: 'cpu' }, LANE.cpu],
  [{ resource: 'memory' }, LANE.memory],
])('readFreeResource() of %j is lane %i', (raw, lane) => {
  expect(readFreeResource(raw)).toEqual({ options: { lane } });
});

test.each([
  {
    raw: { resource: 'disk' },
    path: ['resource'],
    message: 'Cannot compare instances by "disk": use cpu or memory',
  },
  { raw: { field: 'cpu' }, path: ['field'], message: "Unknown option 'field': use resource" },
  { raw: 'cpu', path: [], message: 'Cannot read the options: expected a mapping; use resource' },
  { raw: ['cpu'], path: [], message: 'Cannot read the options: expected a mapping; use resource' },
])('readFreeResource() refuses $raw', ({ raw, path, message }) => {
  const read = readFreeResource(raw);
  expect('problems' in read && read.problems[0]).toMatchObject({ path, message });
});
