import { describe, expect, test } from 'vitest';
import { concerns } from '../../../src/schedulers/kubernetes/cluster-event.ts';

describe('concerns', () => {
  test.each([
    { resource: 'Pod', actions: ['Delete'], event: ['AssignedPod', 'Delete'], heard: true },
    { resource: 'Pod', actions: ['Delete'], event: ['UnscheduledPod', 'Delete'], heard: true },
    { resource: 'AssignedPod', actions: ['Delete'], event: ['UnscheduledPod', 'Delete'], heard: false },
    { resource: 'Pod', actions: ['Add'], event: ['Node', 'Add'], heard: false },
    { resource: 'Node', actions: ['Add'], event: ['Node', 'UpdateNodeLabel'], heard: false },
    // The whole mask covers each update; an update of no kind has them all, so a part does not cover it.
    { resource: 'Node', actions: ['Update'], event: ['Node', 'UpdateNodeLabel'], heard: true },
    { resource: 'Node', actions: ['UpdateNodeLabel'], event: ['Node', 'Update'], heard: false },
    { resource: 'Node', actions: ['Update'], event: ['Node', 'Update'], heard: true },
    { resource: 'Node', actions: ['Update'], event: ['Node', 'Delete'], heard: false },
  ] as const)('$resource $actions of $event: $heard', ({ resource, actions, event, heard }) => {
    expect(concerns({ plugin: 'X', resource, actions }, { resource: event[0], action: event[1] })).toBe(
      heard,
    );
  });
});
