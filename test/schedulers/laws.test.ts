import { describe, test } from 'vitest';
import { findScheduler, SCHEDULER_NAMES } from '../../src/schedulers/registry.ts';
import { checkSchedulerLaws, type LawOptions, mayTakeIgnoringTaints, tasksOfGroup } from '../support/laws.ts';

const ZONE = { type: 'spread', field: 'attribute:ecs.availability-zone' };
/** Without it no instance takes a task with an interface of its own. */
const AWSVPC = { 'ecs.capability.task-eni': '' };
const NOT_POOL_Y = 'attribute:pool != y or not attribute:pool exists';

interface Suite {
  readonly options: readonly unknown[];
  readonly laws: LawOptions;
}

const ecs: Suite = {
  laws: { shapeLabels: AWSVPC, feasible: mayTakeIgnoringTaints },
  options: [
    null,
    { tieBreak: 'random' },
    { placementStrategy: [{ type: 'binpack', field: 'memory' }] },
    { placementStrategy: [ZONE, { type: 'binpack', field: 'cpu' }], tieBreak: 'random' },
    {
      placementStrategy: [
        { type: 'spread', field: 'attribute:pool' },
        { type: 'spread', field: 'instanceId' },
      ],
    },
    { placementStrategy: [{ type: 'random' }] },
  ],
};
/** Platform-wide constraints that bind every class. */
const constrainedEcs: Suite = {
  laws: {
    shapeLabels: AWSVPC,
    feasible: (view, slot, taskClass) =>
      mayTakeIgnoringTaints(view, slot, taskClass) &&
      tasksOfGroup(view, slot, taskClass.groupId) === 0 &&
      view.label(slot, 'pool') !== 'y',
  },
  options: [
    {
      placementStrategy: [{ type: 'binpack', field: 'cpu' }],
      placementConstraints: [{ type: 'distinctInstance' }, { type: 'memberOf', expression: NOT_POOL_Y }],
    },
  ],
};
const free: Suite = { laws: {}, options: [null] };
const byResource: Suite = { laws: {}, options: [null, { resource: 'memory' }] };

/** Names of the registry; `kubernetes` has a world of its own units and labels, and its laws beside its tests. */
const SUITES: Readonly<Record<string, readonly Suite[]>> = {
  ecs: [ecs, constrainedEcs],
  'first-fit': [free],
  'best-fit': [byResource],
  'worst-fit': [byResource],
  'dot-product': [free],
  random: [free],
};

describe.each(SCHEDULER_NAMES.filter((name) => name !== 'kubernetes'))(
  '%s keeps the laws of schedulers',
  (name) => {
    const cases = SUITES[name]!.flatMap(({ options, laws }) =>
      options.map((raw) => ({ title: JSON.stringify(raw), raw, laws })),
    );

    test.each(cases)('with options $title', ({ raw, laws }) => {
      checkSchedulerLaws(findScheduler(name)!, raw, { ...laws, numRuns: 300 });
    });

    test('when the change log overflows between two decisions', () => {
      const { raw, laws } = cases[0]!;
      checkSchedulerLaws(findScheduler(name)!, raw, {
        ...laws,
        overflow: true,
        maxOperations: 60,
        numRuns: 20,
      });
    });
  },
);
