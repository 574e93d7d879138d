import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { openFolder, runCase } from './karpenter.ts';

const FOLDER = new URL('./karpenter/', import.meta.url);

/** Decisions recorded from Karpenter v1.14.1. */
function casesOf(family: string): Parameters<typeof runCase>[0][] {
  const lines = gunzipSync(readFileSync(new URL(`${family}.jsonl.gz`, FOLDER))).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('decisions recorded from Karpenter', () => {
  beforeAll(() => openFolder(fileURLToPath(FOLDER)));

  test.each([
    { family: '01-provisioning', cases: 96 },
    { family: '02-consolidation', cases: 80 },
  ])('$family: all $cases agree', ({ family, cases }) => {
    const recorded = casesOf(family);
    const outcomes = recorded.map((one) => ({ id: one.id, outcome: runCase(one) }));
    expect(outcomes.filter(({ outcome }) => outcome === 'unsupported' || !outcome.agree)).toEqual([]);
    expect(recorded).toHaveLength(cases);
  });
});
