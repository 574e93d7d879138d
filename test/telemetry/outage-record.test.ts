import { expect, test } from 'vitest';
import { OutageRecord } from '../../src/telemetry/outage-record.ts';

function record(tell: (outages: OutageRecord) => void, endMs = 1000) {
  const outages = new OutageRecord();
  tell(outages);
  outages.finish(endMs);
  const { depth, recoveryMs, durationMs } = outages;
  return { depth, recoveryMs, durationMs };
}

test('OutageRecord: what stood counts, from the loss until 99 % are back', () => {
  const got = record((outages) => {
    outages.lost(100, 'a', 1);
    // Within the moment of the loss: only the last of these stands.
    outages.serves(100, 0.7);
    outages.serves(100, 0.4);
    outages.serves(150, 0.8);
    outages.serves(220, 0.99);
    outages.serves(230, 0.99);
    outages.back(400, 'a');
  });
  expect(got).toEqual({ depth: 0.6, recoveryMs: 120, durationMs: 300 });
});

test('OutageRecord: services that nobody missed recover at once', () => {
  const got = record((outages) => outages.lost(100, 'a', 1));
  expect(got).toEqual({ depth: 0, recoveryMs: 0, durationMs: 900 });
});

test('OutageRecord: services that never come back have no recovery', () => {
  const got = record((outages) => {
    outages.lost(100, 'a', 1);
    outages.serves(100, 0.5);
    outages.serves(500, 0.9);
  });
  expect(got).toEqual({ depth: 0.5, recoveryMs: null, durationMs: 900 });
});

test('OutageRecord: of several losses the longest recovery, and the time of all', () => {
  const got = record((outages) => {
    outages.lost(100, 'a', 1);
    outages.serves(100, 0.5);
    outages.lost(200, 'b', 0.5);
    outages.serves(200, 0.1);
    outages.back(300, 'a');
    outages.serves(350, 1);
    outages.back(500, 'b');
  });
  expect(got).toEqual({ depth: 0.9, recoveryMs: 250, durationMs: 200 + 300 });
});

test('OutageRecord: nothing lost, nothing known', () => {
  expect(record((outages) => outages.serves(50, 0.2))).toEqual({
    depth: null,
    recoveryMs: null,
    durationMs: 0,
  });
});
