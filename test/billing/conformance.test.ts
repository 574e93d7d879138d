import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { runCase } from '../conformance/billing.ts';

test.each([
  // The rest: Spot, Reserved Instances, Savings Plans, Fargate, snapshots, ECR, traffic, extended EKS support
  { family: '00-worked-examples', cases: 57, agreeing: 26 },
  // The rest: Marketplace fees, capacity reservations, Spot, histories that EC2 cannot produce
  { family: '01-ec2', cases: 120, agreeing: 77 },
  // The rest: snapshots, I/O of magnetic volumes
  { family: '06-ebs', cases: 90, agreeing: 54 },
  // The rest: capacity units, public addresses
  { family: '07-load-balancers', cases: 70, agreeing: 4 },
  // The rest: malformed input
  { family: '12-allocation', cases: 80, agreeing: 75 },
])('runCase() agrees with every case of $family that it supports', ({ family, cases, agreeing }) => {
  const file = new URL(`../conformance/billing/${family}.jsonl.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n');
  const outcomes = lines
    .map((line) => JSON.parse(line))
    .map((one) => ({ id: one.id, outcome: runCase(one) }));
  const supported = outcomes.filter(({ outcome }) => outcome !== 'unsupported');
  expect(supported.filter(({ outcome }) => outcome !== 'unsupported' && !outcome.agree)).toEqual([]);
  expect({ cases: outcomes.length, agreeing: supported.length }).toEqual({ cases, agreeing });
});
