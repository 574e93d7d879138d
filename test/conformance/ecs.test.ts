import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { EcsCase } from './ecs/case.ts';
import { runCase } from './ecs.ts';

function casesOf(family: string): EcsCase[] {
  const file = new URL(`./ecs/${family}.jsonl.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('decisions of Amazon ECS, by family', () => {
  // `supported` may only grow.
  test.each([
    { family: '01-taskres', supported: 145, cases: 145 },
    { family: '02-cql', supported: 270, cases: 270 },
    { family: '03-constraints', supported: 92, cases: 92 },
    { family: '04-placement', supported: 141, cases: 141 },
    { family: '05-runtask', supported: 100, cases: 100 },
    { family: '06-limits', supported: 121, cases: 121 },
    { family: '07-stop', supported: 73, cases: 73 },
    { family: '08-cpstrategy', supported: 99, cases: 99 },
    { family: '09-managedscaling', supported: 127, cases: 127 },
    { family: '10-services', supported: 179, cases: 179 },
    { family: '11-rebalance', supported: 77, cases: 77 },
    { family: '12-autoscaling', supported: 125, cases: 125 },
    { family: '13-schedules', supported: 192, cases: 192 },
    { family: '14-mixed', supported: 46, cases: 46 },
    { family: '15-machine', supported: 111, cases: 111 },
    { family: '16-deployments', supported: 40, cases: 40 },
  ])('$family: all of $supported supported cases of $cases agree', ({ family, supported, cases }) => {
    const recorded = casesOf(family);
    const outcomes = recorded.map((one) => ({ id: one.id, outcome: runCase(one) }));
    const played = outcomes.filter(({ outcome }) => outcome !== 'unsupported');
    expect(played.filter(({ outcome }) => outcome === 'unsupported' || !outcome.agree)).toEqual([]);
    expect([recorded.length, played.length]).toEqual([cases, supported]);
  });
});
