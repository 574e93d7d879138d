import { describe, expect, test } from 'vitest';
import { repositoriesOf } from '../../src/experiment/stored-images.ts';
import type { RegistryPlan } from '../../src/model/billing-plan.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { plan, service, template } from '../support/plans.ts';

const image = {
  name: 'web',
  sizeBytes: 300,
  layers: [
    { name: 'base', sizeBytes: 200 },
    { name: 'app', sizeBytes: 100 },
  ],
};
const deploy = { kind: 'deploy' as const, atMs: 30 * HOUR, service: 'web', template: null, failing: null };
const WEB = plan(
  { services: [service('web', [[0, 1]], { template: template({ image }) })] },
  { horizonMs: 5 * DAY, events: [deploy] },
);
const REGISTRY: RegistryPlan = { versions: 2, visibility: 'private' };

/** Versions as `day of the push > day of the deletion`. */
function lives(registry: Partial<RegistryPlan>): string[] {
  const [repository] = repositoriesOf(WEB, WEB.horizonMs, { ...REGISTRY, ...registry });
  const day = (epochMs: number) => (epochMs - WEB.startEpochMs) / DAY;
  return repository!.images.map(({ pushedMs, deletedMs }) => `${day(pushedMs)} > ${day(deletedMs!)}`);
}

describe('repositoriesOf()', () => {
  test('keeps the versions of the start, and those that deployments push', () => {
    expect(lives({})).toEqual(['0 > 5', '0 > 5', '1.25 > 5']);
  });

  test('versions share all layers but the last', () => {
    const [repository] = repositoriesOf(WEB, WEB.horizonMs, REGISTRY);
    expect(repository!.images.map(({ layers }) => layers)).toEqual([
      ['layer base', 'version-1'],
      ['layer base', 'version-2'],
      ['layer base', 'version-3'],
    ]);
    expect([...repository!.layers.values()]).toEqual([200, 100, 100, 100]);
  });

  test('a policy on the number of images leaves the newest of each day', () => {
    // Pushed at 0, 0, 1, 1.25, 2, 3, 4. Day 1: of three the third newest goes (of the two at 0 the first counts as newer);
    // day 2: five minus one gone = four there, two go; day 3: one; day 4: one.
    const pushEveryMs = DAY;
    expect(lives({ pushEveryMs, lifecycle: { countType: 'imageCountMoreThan', count: 2 } })).toEqual([
      '0 > 2',
      '0 > 1',
      '1 > 2',
      '1.25 > 3',
      '2 > 4',
      '3 > 5',
      '4 > 5',
    ]);
  });

  test('a policy on age deletes at the first evaluation that finds an image older', () => {
    // Older than 1 day: the first two are exactly 1 day old at day 1, and go at day 2; that of 1.25 goes at day 3.
    expect(lives({ lifecycle: { countType: 'sinceImagePushed', count: 1 } })).toEqual([
      '0 > 2',
      '0 > 2',
      '1.25 > 3',
    ]);
  });
});
