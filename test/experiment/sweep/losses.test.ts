import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  appendLoss,
  decodeLoss,
  encodeLoss,
  LOSSES_FILE,
  readLosses,
  sumLosses,
} from '../../../src/experiment/sweep/losses.ts';

test('decodeLoss() reads what encodeLoss() writes, and nothing else', () => {
  expect(decodeLoss(encodeLoss({ what: 'attempt', times: 2, ms: 12.6 }))).toEqual({
    what: 'attempt',
    times: 2,
    ms: 13,
  });
  for (const line of ['', '{"what":"attempt"', '{"what":"other","times":1,"ms":1}', 'null', '{"what":"run"}'])
    expect(decodeLoss(line)).toBeNull();
});

test('readLosses() has the losses of a folder, without a line that was torn', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-losses-'));
  expect(readLosses(folder)).toEqual([]);
  appendLoss(folder, { what: 'run', times: 3, ms: 500 });
  appendLoss(folder, { what: 'worker', times: 1, ms: 1500 });
  appendFileSync(join(folder, LOSSES_FILE), '{"what":"run","ti');
  const losses = readLosses(folder);
  rmSync(folder, { recursive: true });
  expect(losses).toHaveLength(2);
  expect(sumLosses(losses)).toEqual({
    failedRuns: 3,
    failedAttempts: 0,
    vanishedWorkers: 1,
    machineMs: 2000,
  });
});
