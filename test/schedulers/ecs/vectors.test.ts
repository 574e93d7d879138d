import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { runCase } from '../../conformance/ecs.ts';

const file = new URL('../../conformance/ecs/04-placement.jsonl.gz', import.meta.url);
const cases = gunzipSync(readFileSync(file))
  .toString('utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Parameters<typeof runCase>[0]);

test('every placement vector that the model can express agrees, and their number only grows', () => {
  const outcomes = cases.map((each) => ({ id: each.id, outcome: runCase(each) }));
  const supported = outcomes.filter(({ outcome }) => outcome !== 'unsupported');
  const differing = supported.filter(({ outcome }) => outcome !== 'unsupported' && !outcome.agree);
  expect(differing).toEqual([]);
  expect(cases).toHaveLength(141);
  expect(supported.length).toBeGreaterThanOrEqual(98);
});
