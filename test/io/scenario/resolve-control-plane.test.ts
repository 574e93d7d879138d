import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { planHash } from '../../../src/io/scenario/plan-hash.ts';
import { renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import type { PlatformPlan } from '../../../src/model/plan.ts';
import { MINUTE } from '../../../src/units.ts';
import { findings, scenarioWith, testContext } from '../../support/scenarios.ts';

const zones = (count: number) => ['us-east-1a', 'us-east-1b', 'us-east-1c'].slice(0, count);

function scenario(controlPlane: unknown, rest: object = {}, fleetZones = zones(3), more: object = {}) {
  return {
    ...scenarioWith({}),
    fleet: [{ name: 'general', type: 'm6i.xlarge', size: { min: 0, max: 9 }, zones: fleetZones }],
    platforms: [
      { name: 'kube', kind: 'kubernetes', ...(controlPlane === null ? {} : { controlPlane }), ...rest },
    ],
    ...more,
  };
}

const resolve = async (text: string) =>
  (await resolveScenario({ file: 'test.yaml', bytes: new TextEncoder().encode(text) }, testContext)).plan;

async function planned(...args: Parameters<typeof scenario>) {
  const plan = await resolve(stringify(scenario(...args)));
  return { plan, on: plan.platforms[0] as Extract<PlatformPlan, { kind: 'kubernetes' }> };
}

/** Errors without their positions. */
async function found(...args: Parameters<typeof scenario>): Promise<string[]> {
  const lines = await findings(stringify(scenario(...args)));
  return lines.filter((line) => line.startsWith('E')).map((line) => line.replace(/ (\d+:\d+|-) /, ' '));
}

const selfRun = (rest: object = {}) => ({ kind: 'self-run', type: 'm5.large', ...rest });
const mastersOf = async (...args: Parameters<typeof scenario>) => {
  const { controlPlane } = (await planned(...args)).on;
  return typeof controlPlane === 'string'
    ? controlPlane
    : controlPlane.zones.map((zone) => zone.at(-1)).join('');
};

describe('resolveControlPlane()', () => {
  test.each([
    // The fleet's zones: three masters where there are three, else one.
    [null, 3, 'eks'],
    ['none', 3, 'none'],
    [selfRun(), 3, 'abc'],
    [selfRun(), 2, 'a'],
    // So many go round the zones.
    [selfRun({ masters: 5 }), 3, 'abcab'],
    [selfRun({ masters: 3 }), 1, 'aaa'],
    [selfRun({ masters: 1 }), 3, 'a'],
    // Zones alone say how many.
    [selfRun({ zones: ['us-east-1b'] }), 3, 'b'],
    [selfRun({ zones: ['us-east-1b', 'us-east-1d', 'us-east-1b'] }), 3, 'bdb'],
    [selfRun({ masters: 3, zones: ['us-east-1d'] }), 3, 'ddd'],
  ])('puts the masters of %j on a fleet in %i zones into %s', async (input, count, expected) => {
    expect(await mastersOf(input, {}, zones(count))).toBe(expected);
  });

  test('fills in the defaults of kops, and adds the type of the masters to those of the plan', async () => {
    const { plan, on } = await planned(selfRun({ failures: '2/h', boot: '90s' }));
    expect(on.controlPlane).toEqual({
      kind: 'self-run',
      type: 'm5.large',
      zones: zones(3),
      rootGiB: 64,
      etcdGiB: 20,
      loadBalancer: 'network',
      launch: { kind: 'constant', valueMs: 22_000 },
      boot: { kind: 'constant', valueMs: 90_000 },
      replaceAfterMs: 60_000,
      leaseMs: 15_000,
      electionMs: 2000,
      failuresPerHour: 2,
    });
    expect(plan.types.map(({ name }) => name)).toEqual(['m6i.xlarge', 'm5.large']);
  });

  test('says what is wrong, all at once', async () => {
    expect(
      await found(selfRun({ type: 'm5.lage', zones: ['us-east-1a', 'us-east-1x'], root: '1.5GiB' })),
    ).toEqual([
      'E2102 there is no instance type "m5.lage" (did you mean "m5.large" or "m5.xlarge"?)',
      expect.stringContaining('2 masters tolerate no more losses than 1: their number is odd'),
      expect.stringContaining('there is no zone "us-east-1x" in us-east-1'),
      expect.stringContaining('1.5GiB is not a whole number of GiB, at least one'),
    ]);
    expect(await found(selfRun({ masters: 2 }))).toHaveLength(1);
    expect(await found(selfRun({ masters: 1, zones: zones(2) }))).toEqual([
      expect.stringContaining('there are more zones (2) than masters (1)'),
    ]);
  });
});

describe('resolveUpgrades()', () => {
  test('keeps what the scenario says, in milliseconds', async () => {
    const { on } = await planned('eks', {
      upgrades: { controlPlane: '12m', maxSurge: 1, drainTimeout: '1h' },
    });
    expect(on.upgrades).toEqual({ controlPlaneMs: 12 * MINUTE, maxSurge: 1, drainTimeoutMs: 60 * MINUTE });
  });

  test('wants at least one node that may go', async () => {
    const none = 'this maxUnavailable and maxSurge leave no node that may be drained';
    expect(await found('eks', { upgrades: { maxUnavailable: 0 } })).toEqual([expect.stringContaining(none)]);
    expect(await found(selfRun(), { upgrades: { maxUnavailable: 0, maxSurge: 0 } })).toEqual([
      expect.stringContaining(none),
    ]);
    expect(await found(selfRun(), { upgrades: { maxUnavailable: 0, maxSurge: 2 } })).toEqual([]);
    expect(await found(selfRun(), { upgrades: { controlPlane: '5m' } })).toEqual([
      expect.stringContaining('masters of a self-run control plane take the time that they take'),
    ]);
  });
});

describe('resolveEvents() of upgrades and masters', () => {
  const events = (...list: object[]) => ({ events: list });
  const eks = { billing: { eks: { version: '1.30' } } };

  test('takes them where there is something to upgrade, or to lose', async () => {
    const { plan } = await planned(selfRun(), {}, zones(3), {
      ...eks,
      ...events(
        { kind: 'master-loss', at: '2h', zone: 'us-east-1c', count: 1 },
        { kind: 'upgrade', at: '1h', version: '1.31', groups: ['general'] },
        { kind: 'upgrade', at: '3h' },
      ),
    });
    expect(plan.events).toEqual([
      { kind: 'upgrade', atMs: 60 * MINUTE, version: '1.31', groups: ['general'] },
      { kind: 'master-loss', atMs: 120 * MINUTE, zone: 'us-east-1c', count: 1 },
      { kind: 'upgrade', atMs: 180 * MINUTE, version: null, groups: null },
    ]);
  });

  test('reports what does not exist, and what would change nothing', async () => {
    const list = [
      { kind: 'upgrade', at: '1h', version: '1.31', groups: ['genral'] },
      { kind: 'master-loss', at: '1h' },
    ];
    expect(await found('eks', {}, zones(3), events(...list))).toEqual([
      expect.stringContaining('the version of an upgrade only matters to the support that EKS charges for'),
      expect.stringContaining('there is no instance group "genral"'),
      expect.stringContaining('no platform has masters of its own that could be lost'),
    ]);
    expect(
      await found('eks', {}, zones(3), { ...eks, ...events({ kind: 'upgrade', at: '1h', version: '1.99' }) }),
    ).toEqual([expect.stringContaining('no support dates are known of version "1.99"')]);
    expect(
      await found(
        selfRun({ masters: 1 }),
        {},
        zones(3),
        events({ kind: 'master-loss', at: '1h', zone: 'us-east-1b' }),
      ),
    ).toEqual([expect.stringContaining('there is no master in zone "us-east-1b"')]);
    const bare = { platforms: [{ name: 'b', kind: 'bare', scheduler: 'first-fit' }] };
    expect(await found(null, {}, zones(3), { ...bare, ...events({ kind: 'upgrade', at: '1h' }) })).toEqual([
      expect.stringContaining('no platform is of kind kubernetes: there is nothing to upgrade'),
    ]);
  });
});

test('the plan writes itself back, masters, upgrades and events with it', async () => {
  const { plan } = await planned(
    selfRun({ masters: 5, failures: '0.5/h', loadBalancer: 'none', lease: '10s' }),
    { upgrades: { maxSurge: 1, onDrainTimeout: 'force', validations: 0, postDrain: '0s', interval: '1m' } },
    zones(3),
    {
      events: [
        { kind: 'upgrade', at: '1h' },
        { kind: 'master-loss', at: '2h', count: 2 },
      ],
    },
  );
  const again = await resolve(renderPlanYaml(plan));
  expect(again).toEqual(plan);
  expect(planHash(again)).toBe(planHash(plan));
});
