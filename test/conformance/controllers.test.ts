import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runCase } from './controllers.ts';

/** Cases recorded from the controllers of Kubernetes v1.36.2. */
function casesOf(family: string): Parameters<typeof runCase>[0][] {
  const file = new URL(`./controllers/${family}.jsonl.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('decisions recorded from the controllers of Kubernetes', () => {
  test.each([
    { family: '01-hpa', cases: 103 },
    { family: '02-replicaset', cases: 76 },
    { family: '03-deployment', cases: 44 },
    { family: '04-cronjob', cases: 86 },
    { family: '05-job', cases: 33 },
    { family: '06-statefulset', cases: 30 },
    { family: '07-daemonset', cases: 78 },
    { family: '08-pdb', cases: 68 },
    { family: '09-taint-eviction', cases: 50 },
  ])('$family: all $cases agree', ({ family, cases }) => {
    const recorded = casesOf(family);
    const outcomes = recorded.map((one) => ({ id: one.id, outcome: runCase(one) }));
    expect(outcomes.filter(({ outcome }) => outcome === 'unsupported' || !outcome.agree)).toEqual([]);
    expect(recorded).toHaveLength(cases);
  });
});
