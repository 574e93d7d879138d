import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { kubernetesScheduler } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import type { Nomination } from '../../../src/schedulers/kubernetes/preemption/nomination.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { createDraws } from '../../support/draws.ts';
import { optionsOf } from '../../support/laws.ts';
import { arbitraryWorld, playWorld, type WorldOptions } from '../../support/worlds.ts';
import { podWithAffinity } from './naive-affinity.ts';
import { createFixture } from './fixture.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const web = (topologyKey: string) => ({ topologyKey, labels: { app: 'web' } });
const PINNED = {
  spec: {
    containers: [{ image: 'web:1' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['i-0000001'] }] },
          ],
        },
      },
    },
  },
};
const SPREAD = {
  spec: {
    containers: [{ image: 'web:1' }],
    topologySpreadConstraints: [
      {
        topologyKey: ZONE,
        maxSkew: 1,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'web' } },
      },
    ],
  },
};
const worldOptions: WorldOptions = {
  resources: kubernetesResourceTable([]),
  zoneLabel: ZONE,
  nameLabel: HOST,
  native: fc.constantFrom(
    null,
    null,
    PINNED,
    SPREAD,
    podWithAffinity({ near: [web(ZONE)] }),
    podWithAffinity({ apart: [web(HOST)] }),
  ),
};

test('diagnose tells what the plain cycle tells of every node, nominated pods included', () => {
  const options = optionsOf(kubernetesScheduler, {});
  let failures = 0;
  const pickNominee = fc.option(fc.nat(), { nil: null });
  fc.assert(
    fc.property(arbitraryWorld(worldOptions), fc.infiniteStream(pickNominee), (world, picks) => {
      const scheduler = kubernetesScheduler.create(options);
      const played = playWorld(world, worldOptions);
      const { store: view } = played.cluster;
      const nominations: Nomination[] = [];
      for (const operation of world.operations) {
        if (operation.kind !== 'ask') {
          played.apply(operation);
          continue;
        }
        const task = played.submit(operation.class);
        const input = { view, task, random: createDraws(1), nowMs: 0, nominations };
        const pick = picks.next().value as number | null;
        const slot = scheduler.decide(input);
        if (slot >= 0) {
          played.settle(task, slot);
          continue;
        }
        failures += 1;
        const cycle = scheduler.examine(input);
        const found = scheduler.diagnose(input);
        const bySlot = (verdicts: typeof cycle.verdicts) => [...verdicts].sort((a, b) => a.slot - b.slot);
        expect(bySlot(found.verdicts())).toEqual(bySlot(cycle.verdicts));
        const rules = cycle.verdicts.flatMap(({ refusal }) => refusal?.rule ?? []);
        const expected = new Set([...rules, ...(cycle.rejected === null ? [] : [cycle.rejected.rule])]);
        if (cycle.nodeNames !== null) expected.add('NodeAffinity');
        if (expected.delete('KubeletAdmission')) expected.add('NodeResourcesFit');
        if (view.readyCount > 0) expect(found.plugins).toEqual(expected);
        if (pick !== null && view.slotCount > 0) {
          const at = pick % view.slotCount;
          if (view.accepts[at] === 1) nominations.push({ task, slot: at });
        }
      }
    }),
    { seed: 1, numRuns: 300 },
  );
  expect(failures, 'failed attempts that were compared').toBeGreaterThan(300);
});

test('diagnose names nobody when there is no node, and who rejected the pod before any node was asked', () => {
  const empty = createFixture([]);
  const ask = ({ store, scheduler, submit }: typeof empty, spec: Record<string, unknown> = {}) => {
    const task = submit({ spec });
    const input = { view: store, task, random: createDraws(1), nowMs: 0 };
    expect(scheduler.decide(input)).toBe(-1);
    const { plugins, isWhole, verdicts } = scheduler.diagnose(input);
    return { plugins: [...plugins], isWhole, nodes: verdicts().length };
  };
  expect(ask(empty)).toEqual({ plugins: [], isWhole: true, nodes: 0 });
  const pinned = { affinity: PINNED.spec.affinity };
  // Of two nodes neither has the name, so there is nobody to ask; a search for names is never the whole of them.
  expect(ask(createFixture([{ name: 'a' }, { name: 'b' }]), pinned)).toEqual({
    plugins: ['NodeAffinity'],
    isWhole: false,
    nodes: 0,
  });
});
