import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runCase } from './kubernetes.ts';

/** Cases recorded from kube-scheduler v1.36.2 (v1.34.4 where the name says so). */
function casesOf(family: string): Record<string, unknown>[] {
  const file = new URL(`./kubernetes/${family}.jsonl.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('decisions recorded from the running kube-scheduler', () => {
  // `supported` may only grow.
  test.each([
    { family: '01-fit', supported: 110, cases: 110 },
    { family: '02-balanced', supported: 70, cases: 70 },
    { family: '02-balanced-v1.34', supported: 70, cases: 70 },
    { family: '03-taints-ports', supported: 100, cases: 100 },
    { family: '04-node-affinity', supported: 110, cases: 110 },
    { family: '05-inter-pod-affinity', supported: 125, cases: 125 },
    { family: '06-topology-spread', supported: 120, cases: 120 },
    { family: '07-image-locality', supported: 40, cases: 40 },
    { family: '07-image-locality-v1.34', supported: 40, cases: 40 },
    { family: '08-volumes', supported: 30, cases: 30 },
    { family: '09-preemption', supported: 202, cases: 202 },
    { family: '10-mixed', supported: 16, cases: 16 },
    { family: '11-sampling', supported: 30, cases: 30 },
    { family: '12-queue', supported: 40, cases: 40 },
    { family: '13-admission', supported: 60, cases: 60 },
    { family: '14-profiles', supported: 36, cases: 36 },
    { family: '15-node-order', supported: 30, cases: 30 },
  ])('$family: all of $supported supported cases of $cases agree', ({ family, supported, cases }) => {
    const recorded = casesOf(family);
    const outcomes = recorded.map((one) => ({ id: one['id'], outcome: runCase(one) }));
    const played = outcomes.filter(({ outcome }) => outcome !== 'unsupported');
    expect(played.filter(({ outcome }) => outcome === 'unsupported' || !outcome.agree)).toEqual([]);
    expect([recorded.length, played.length]).toEqual([cases, supported]);
  });
});
