import { describe, expect, test } from 'vitest';
import { AgentConnections } from '../../../src/controllers/ecs/agent-connections.ts';
import type { AgentLossPlan } from '../../../src/model/plan.ts';
import type { PlanEvent } from '../../../src/model/service-plan.ts';
import { HOUR } from '../../../src/units.ts';
import { createControllers } from '../../support/controllers.ts';
import { constantDraws } from '../../support/draws.ts';
import { group, template } from '../../support/plans.ts';

type Disconnect = Extract<PlanEvent, { kind: 'disconnect' }>;
const FOREVER = Number.POSITIVE_INFINITY;

function connections(
  events: readonly Partial<Disconnect>[],
  losses: AgentLossPlan | null = null,
  draw = 0.5,
) {
  const world = createControllers({ groups: [group(2)] });
  const told: string[] = [];
  const agents = new AgentConnections({
    kernel: world.kernel,
    store: world.store,
    losses,
    events: events.map((event) => ({
      kind: 'disconnect',
      atMs: 10,
      lastingMs: 100,
      group: 'pool',
      zone: null,
      count: null,
      ...event,
    })),
    stream: () => constantDraws(draw),
    onChange(slot, isConnected) {
      told.push(`${slot} ${isConnected ? 'back' : 'lost'} ${world.kernel.nowMs}`);
      if (isConnected) world.placement.instanceReady();
    },
  });
  agents.start();
  for (const slot of [0, 1]) agents.instanceReady(slot);
  return { ...world, agents, told };
}

describe('AgentConnections', () => {
  test.each([
    { name: 'all', events: [{}], told: ['0 lost 10', '1 lost 10', '0 back 110', '1 back 110'] },
    { name: 'the oldest', events: [{ count: 1 }], told: ['0 lost 10', '0 back 110'] },
    { name: 'none of another zone', events: [{ zone: 'zone-b' }], told: [] },
    {
      name: 'until the longest of several losses is over',
      events: [{ count: 1 }, { atMs: 20, lastingMs: 300, count: 1 }, { atMs: 30, lastingMs: 5, count: 1 }],
      told: ['0 lost 10', '0 back 320'],
    },
  ])('an event takes the agents of a group: $name', ({ events, told }) => {
    const world = connections(events);
    world.runUntil(1000);
    expect(world.told).toEqual(told);
  });

  test('a disconnected instance keeps its task, and takes no other until it is back', () => {
    const { life, at, classOf, store, runUntil, agents } = connections([{ lastingMs: 500 }]);
    const whole = classOf(template({ cpuMilli: 2000 }));
    const tasks: number[] = [];
    at(0, () => tasks.push(life.submit(whole, FOREVER, 0)));
    at(50, () => tasks.push(life.submit(whole, FOREVER, 0)));
    runUntil(400);
    expect(tasks.map((task) => store.taskInstance[task])).toEqual([0, -1]);
    runUntil(600);
    expect(tasks.map((task) => store.taskInstance[task])).toEqual([0, 0]);
    expect(agents.losses).toBe(2);
  });

  test('at random each instance loses its agent at its own rate', () => {
    // The draw 1/2 of an exponential gap of mean 1 h is ln 2 h = 2,495,330 ms; each loss lasts 60 s.
    const losses = { perHour: 1, lasting: { kind: 'constant', valueMs: 60_000 } } as const;
    const { told, runUntil } = connections([], losses);
    runUntil(1.2 * HOUR);
    expect(told).toEqual(['0 lost 2495330', '1 lost 2495330', '0 back 2555330', '1 back 2555330']);
  });

  test('an instance that is gone loses nothing more', () => {
    const { told, runUntil, agents, fleet } = connections([], {
      perHour: 1,
      lasting: { kind: 'constant', valueMs: 60_000 },
    });
    agents.instanceGone(0);
    fleet.terminate(0);
    runUntil(1.2 * HOUR);
    expect(told).toEqual(['1 lost 2495330', '1 back 2555330']);
  });
});
