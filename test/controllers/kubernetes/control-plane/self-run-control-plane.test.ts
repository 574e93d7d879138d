import { describe, expect, test } from 'vitest';
import { SelfRunControlPlane } from '../../../../src/controllers/kubernetes/control-plane/self-run-control-plane.ts';
import { Gate } from '../../../../src/kernel/gate.ts';
import { Kernel } from '../../../../src/kernel/kernel.ts';
import {
  SELF_RUN_DEFAULTS,
  type SelfRunControlPlanePlan,
} from '../../../../src/model/self-run-control-plane.ts';
import { SECOND } from '../../../../src/units.ts';
import { createDraws } from '../../../support/draws.ts';
import { seconds } from '../../../support/plans.ts';

/** Masters that take 20 s to launch and 100 s to boot; noticed after 60 s, lease 15 s, election 2 s. */
function controlPlane(zones: readonly string[], rest: Partial<SelfRunControlPlanePlan> = {}) {
  const kernel = new Kernel();
  const gate = new Gate();
  const closed = new Set<string>();
  const said: string[] = [];
  const plan: SelfRunControlPlanePlan = {
    ...SELF_RUN_DEFAULTS,
    kind: 'self-run',
    type: 't3.medium',
    zones,
    launch: seconds(20),
    boot: seconds(100),
    ...rest,
  };
  const plane = new SelfRunControlPlane({
    kernel,
    plan,
    gate,
    stream: (purpose, entity) => createDraws(`${purpose} ${entity}`.length),
    isOpen: (zone) => !closed.has(zone),
    tell: (reason, message) => void said.push(`${kernel.nowMs / SECOND} ${reason}: ${message}`),
    onResumed: () => void said.push(`${kernel.nowMs / SECOND} resumed`),
  });
  const { masters } = plane;
  const at = (second: number, action: () => void) => {
    kernel.at(second * SECOND, kernel.defineKind(`action-${actions++}`, 3, action), 0);
  };
  const zone = (name: string, isOpen: boolean) => () => {
    if (isOpen) closed.delete(name);
    else closed.add(name);
    if (isOpen) masters.zoneBack(name);
    else masters.zoneLost(name);
  };
  plane.start();
  const run = (untilS = 1000) => {
    kernel.run({ untilMs: untilS * SECOND });
    return { said, downS: plane.pausedMs(untilS * SECOND) / SECOND };
  };
  return { plane, masters, gate, at, zone, run };
}

let actions = 0;
const lives = ({ masters }: ReturnType<typeof controlPlane>) =>
  masters.lives.map(
    ({ master, runningMs, endMs }) => `${master + 1}: ${runningMs / SECOND}-${endMs / SECOND}`,
  );

describe('SelfRunControlPlane', () => {
  test('of one master decides nothing from its loss until the next one is up and leads', () => {
    const world = controlPlane(['a']);
    world.at(100, () => world.masters.lose(0));
    // Noticed 100 + 60 = 160, running 180, up 280, elected 282: down for 182 s.
    expect(world.run()).toEqual({
      said: [
        '100 MasterLost: master 1 in a is gone: 0 of 1 masters are up',
        '100 QuorumLost: the API does not answer: 0 of 1 masters are up',
        '280 MasterUp: master 1 in a answers: 1 of 1 are up',
        '282 LeaderElected: master 1 leads: scheduler and controllers go on',
        '282 resumed',
      ],
      downS: 182,
    });
    expect(lives(world)).toEqual(['1: 0-100', '1: 180-NaN']);
  });

  test('of three masters goes on when one that does not lead is lost', () => {
    const world = controlPlane(['a', 'b', 'c']);
    world.at(100, () => world.masters.lose(2));
    expect(world.run()).toEqual({
      said: [
        '100 MasterLost: master 3 in c is gone: 2 of 3 masters are up',
        '280 MasterUp: master 3 in c answers: 3 of 3 are up',
      ],
      downS: 0,
    });
  });

  test('of three masters that loses the leader waits for its lease, and the next election', () => {
    const world = controlPlane(['a', 'b', 'c']);
    world.at(100, () => world.masters.lose(0));
    // 15 s of lease and 2 s until somebody tries.
    expect(world.run(200)).toEqual({
      said: [
        '100 MasterLost: master 1 in a is gone: 2 of 3 masters are up',
        '117 LeaderElected: master 2 leads: scheduler and controllers go on',
        '117 resumed',
      ],
      downS: 17,
    });
  });

  test('whose quorum is lost during an election decides nothing before it is back', () => {
    const world = controlPlane(['a', 'b', 'c']);
    world.at(100, () => world.masters.lose(0));
    world.at(110, () => world.masters.lose(1));
    // The first is back at 280 (2 of 3), elected at 282: down from 100 on.
    expect(world.run(290)).toEqual({
      said: [
        '100 MasterLost: master 1 in a is gone: 2 of 3 masters are up',
        '110 MasterLost: master 2 in b is gone: 1 of 3 masters is up',
        '110 QuorumLost: the API does not answer: 1 of 3 masters is up',
        '280 MasterUp: master 1 in a answers: 2 of 3 are up',
        '282 LeaderElected: master 3 leads: scheduler and controllers go on',
        '282 resumed',
        '290 MasterUp: master 2 in b answers: 3 of 3 are up',
      ],
      downS: 182,
    });
  });

  test('with two of three masters in a lost zone is down until the zone is back and one of them is up', () => {
    const world = controlPlane(['a', 'a', 'b']);
    world.at(100, world.zone('a', false));
    world.at(400, world.zone('a', true));
    // Asked for at 400, up at 400 + 20 + 100 = 520, elected 522.
    const { said, downS } = world.run();
    expect(downS).toBe(422);
    expect(said.at(-1)).toBe('522 resumed');
    expect(lives(world)).toEqual(['1: 0-100', '2: 0-100', '3: 0-NaN', '1: 420-NaN', '2: 420-NaN']);
  });

  test('asks for a master that failed in a zone that is lost by then when the zone is back, once', () => {
    const world = controlPlane(['a']);
    world.at(100, () => world.masters.lose(0));
    world.at(130, world.zone('a', false));
    world.at(150, world.zone('a', true));
    // The group notices at 160 what it has been given at 150.
    world.run();
    expect(lives(world)).toEqual(['1: 0-100', '1: 170-NaN']);
  });

  test('replaces a master on purpose at once, and a second loss voids what the first one began', () => {
    const world = controlPlane(['a', 'b', 'c']);
    world.at(100, () => world.masters.replace(1));
    world.at(150, () => world.masters.replace(1));
    world.run();
    expect(lives(world)).toEqual(['1: 0-NaN', '2: 0-100', '3: 0-NaN', '2: 120-150', '2: 170-NaN']);
    expect(world.plane.isWhole).toBe(true);
  });

  test('loses masters at random by draws of their own, and counts each pause', () => {
    const world = controlPlane(['a', 'b', 'c'], { failuresPerHour: 6 });
    const { said, downS } = world.run(6 * 3600);
    const losses = said.filter((line) => line.includes('MasterLost')).length;
    // 18 failures an hour in all while all are up: some 100 in six hours.
    expect(losses).toBeGreaterThan(60);
    expect(losses).toBeLessThan(130);
    expect(world.plane.pauses).toBeGreaterThan(0);
    expect(downS).toBeGreaterThan(0);
    // Every pause but perhaps the last one has ended with an election.
    const elections = said.filter((line) => line.includes('LeaderElected')).length;
    expect(world.plane.pauses - elections).toBe(world.gate.isOpen ? 0 : 1);
  });
});
