import { describe, expect, test } from 'vitest';
import { readFeatureGates } from '../../../src/schedulers/kubernetes/feature-gates.ts';
import { Reader } from '../../../src/schedulers/kubernetes/reader.ts';

function read(raw: unknown, version: '1.34' | '1.36') {
  const reader = new Reader();
  const gates = readFeatureGates(reader, raw, ['featureGates'], version);
  return { gates, problems: reader.problems };
}

describe('readFeatureGates()', () => {
  test.each([
    { version: '1.36', raw: undefined, batching: true },
    { version: '1.36', raw: {}, batching: true },
    { version: '1.36', raw: { OpportunisticBatching: false }, batching: false },
    { version: '1.34', raw: undefined, batching: false },
  ] as const)('batching of $version with $raw is $batching', ({ version, raw, batching }) => {
    expect(read(raw, version)).toEqual({ gates: { OpportunisticBatching: batching }, problems: [] });
  });

  test.each([
    {
      version: '1.36',
      raw: { OportunisticBatching: true },
      path: 'OportunisticBatching',
      text: 'is unknown',
    },
    {
      version: '1.34',
      raw: { OpportunisticBatching: true },
      path: 'OpportunisticBatching',
      text: 'kube-scheduler 1.34 has no feature gate',
    },
    {
      version: '1.36',
      raw: { OpportunisticBatching: 'on' },
      path: 'OpportunisticBatching',
      text: 'true or false',
    },
  ] as const)('refuses $raw in $version', ({ version, raw, path, text }) => {
    const [problem] = read(raw, version).problems;
    expect(problem!.path).toEqual(['featureGates', path]);
    expect(problem!.message).toContain(text);
  });
});
