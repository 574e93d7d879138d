import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { runSummarySchema, summaryJsonSchema } from '../../src/experiment/summary-schema.ts';
import { ECS_BINPACK, ECS_SPREAD, KUBERNETES, sampleSummary } from '../support/results.ts';

const SAMPLES = [ECS_BINPACK, ECS_SPREAD, KUBERNETES].map(sampleSummary);
const valid = new Ajv({ allErrors: true }).compile(summaryJsonSchema() as object);

test('summaryJsonSchema() is the committed schema/summary.schema.json', async () => {
  const text = `${JSON.stringify(summaryJsonSchema(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../schema/summary.schema.json');
});

test.each(SAMPLES)('the schemas accept the summary of $platform.name and change nothing', (summary) => {
  expect(valid(summary) ? [] : valid.errors).toEqual([]);
  expect(runSummarySchema.parse(summary)).toEqual(summary);
});

const SUMMARY = SAMPLES[0]!;

test.each([
  { what: 'another version', broken: { ...SUMMARY, schemaVersion: 2 } },
  { what: 'an unknown key', broken: { ...SUMMARY, extra: 1 } },
  {
    what: 'a missing metric',
    broken: { ...SUMMARY, metrics: { ...SUMMARY.metrics, 'wait.p95': undefined } },
  },
  { what: 'an unknown metric', broken: { ...SUMMARY, metrics: { ...SUMMARY.metrics, speed: 1 } } },
  { what: 'a number as text', broken: { ...SUMMARY, metrics: { ...SUMMARY.metrics, unplaced: '0' } } },
  {
    what: 'an unknown kind of platform',
    broken: { ...SUMMARY, platform: { ...SUMMARY.platform, kind: 'nomad' } },
  },
  {
    what: 'a total with eleven decimals',
    broken: { ...SUMMARY, cost: { ...SUMMARY.cost, total: '0.12345678901' } },
  },
  { what: 'a negative count', broken: { ...SUMMARY, tasks: { ...SUMMARY.tasks, failed: -1 } } },
])('the schemas refuse $what, both', ({ broken }) => {
  // JSON has no undefined: what a file would hold.
  const stored: unknown = JSON.parse(JSON.stringify(broken));
  expect(valid(stored)).toBe(false);
  expect(runSummarySchema.safeParse(stored).success).toBe(false);
});
