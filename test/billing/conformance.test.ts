import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { runCase } from '../conformance/billing.ts';

test.each([
  { family: '00-worked-examples', cases: 57 },
  { family: '01-ec2', cases: 120 },
  { family: '02-spot', cases: 110 },
  { family: '03-reserved', cases: 80 },
  { family: '04-savings', cases: 84 },
  { family: '05-fargate', cases: 70 },
  { family: '06-ebs', cases: 90 },
  { family: '07-load-balancers', cases: 70 },
  { family: '08-eks', cases: 70 },
  { family: '09-ecr', cases: 80 },
  { family: '10-network', cases: 70 },
  { family: '11-cloudwatch', cases: 50 },
  { family: '12-allocation', cases: 80 },
  { family: '13-whole-bills', cases: 30 },
  { family: '14-credits', cases: 40 },
])('runCase() agrees to the last unit with every case of $family', ({ family, cases }) => {
  const file = new URL(`../conformance/billing/${family}.jsonl.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(cases);
  const wrong = lines.map((line) => JSON.parse(line)).filter((one) => !runCase(one).agree);
  expect(wrong.map(({ id }) => id)).toEqual([]);
});
