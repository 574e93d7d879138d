import { describe, expect, test } from 'vitest';
import {
  type ClusterEvent,
  concerns,
  type EventAction,
} from '../../../src/schedulers/kubernetes/cluster-event.ts';
import { podOfClass } from '../../../src/schedulers/kubernetes/pod.ts';
import {
  type EventSubject,
  type NodeSubject,
  type PodSubject,
  queueingHints,
  type WaitingPod,
} from '../../../src/schedulers/kubernetes/queueing-hints.ts';
import { SchedulingQueue } from '../../../src/schedulers/kubernetes/scheduling-queue.ts';
import { shapeAttributes } from '../../../src/schedulers/kubernetes/slot-attributes.ts';
import { createFixture, type NodeWords, type PodWords } from './fixture.ts';

const { store, submit } = createFixture([]);
const waiting = (words: PodWords): WaitingPod => {
  const task = submit(words);
  return { pod: podOfClass(store.classes[store.taskClass[task]!]!) };
};
const onNode = (words: PodWords): PodSubject => ({ kind: 'pod', waiting: waiting(words), assigned: true });
const node = (words: Omit<NodeWords, 'name'>): NodeSubject => {
  const { shapes, shapeOf } = createFixture([{ name: 'n', ...words }]).store;
  const shape = shapes[shapeOf[0]!]!;
  return { kind: 'node', attributes: shapeAttributes(shape, words.zone ?? ''), shape };
};

const HINTS = queueingHints(new Map());
/** Would the event bring back a pod that this plugin alone has rejected? */
const helps = (plugin: string, pod: WaitingPod, event: ClusterEvent<EventSubject>) =>
  HINTS.some(
    (hint) => hint.plugin === plugin && concerns(hint, event) && hint.isWorthIt?.(pod, event) !== false,
  );

const nodeEvent = (action: EventAction, before: NodeSubject | null, after: NodeSubject | null) =>
  ({ resource: 'Node', action, before, after }) as const;
const podEvent = (action: EventAction, before: PodSubject | null, after: PodSubject | null) =>
  ({ resource: 'AssignedPod', action, before, after }) as const;

const taint = (key: string) => ({ key, effect: 'NoSchedule' });
const app = (name: string) => ({ labelSelector: { matchLabels: { app: name } } });
const term = (name: string, topologyKey = 'rack') => ({ topologyKey, ...app(name) });
const affinity = (kind: 'podAffinity' | 'podAntiAffinity', ...terms: object[]) => ({
  spec: { affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: terms } } },
});
const spread = (more: object = {}) => ({
  spec: {
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'rack', whenUnsatisfiable: 'DoNotSchedule', ...app('a'), ...more },
    ],
  },
});
const A = { labels: { app: 'a' } };
const B = { labels: { app: 'b' } };
const inRack = (rack: string) => ({ labels: { rack } });

describe('queueingHints, nodes', () => {
  const twoCores = { requests: { cpu: '2' } };
  const ssd = { spec: { nodeSelector: { disk: 'ssd' } } };
  test.each<
    [
      plugin: string,
      pod: PodWords,
      action: EventAction,
      before: Omit<NodeWords, 'name'> | null,
      after: Omit<NodeWords, 'name'>,
      boolean,
    ]
  >([
    ['NodeResourcesFit', twoCores, 'Add', null, { cpu: '2' }, true],
    ['NodeResourcesFit', twoCores, 'Add', null, { cpu: '1' }, false],
    ['NodeResourcesFit', twoCores, 'UpdateNodeAllocatable', { cpu: '2' }, { cpu: '3' }, true],
    ['NodeResourcesFit', twoCores, 'UpdateNodeAllocatable', { cpu: '3' }, { cpu: '2' }, false],
    ['NodeResourcesFit', twoCores, 'UpdateNodeAllocatable', { memory: '1Gi' }, { memory: '9Gi' }, false],
    ['NodeResourcesFit', twoCores, 'UpdateNodeAllocatable', { pods: '1' }, { pods: '2' }, true],
    ['NodeResourcesFit', twoCores, 'UpdateNodeLabel', {}, inRack('r'), false],
    ['NodeResourcesFit', twoCores, 'UpdateNodeTaint', {}, {}, true],
    ['TaintToleration', {}, 'Add', null, { taints: [taint('x')] }, false],
    ['TaintToleration', {}, 'UpdateNodeTaint', { taints: [taint('x')] }, {}, true],
    ['TaintToleration', {}, 'UpdateNodeTaint', { taints: [taint('x')] }, { taints: [taint('y')] }, false],
    ['NodeUnschedulable', {}, 'UpdateNodeTaint', { unschedulable: true }, {}, true],
    ['NodeUnschedulable', {}, 'Add', null, { unschedulable: true }, false],
    ['NodeName', {}, 'Add', null, {}, true],
    ['NodeAffinity', ssd, 'UpdateNodeLabel', {}, { labels: { disk: 'ssd' } }, true],
    [
      'NodeAffinity',
      ssd,
      'UpdateNodeLabel',
      { labels: { disk: 'ssd' } },
      { labels: { disk: 'ssd', x: 'y' } },
      false,
    ],
    ['NodeAffinity', ssd, 'Add', null, { labels: { disk: 'hdd' } }, false],
    ['NodePorts', {}, 'Add', null, {}, true],
    ['PodTopologySpread', spread(), 'Add', null, inRack('r'), true],
    ['PodTopologySpread', spread(), 'Add', null, {}, false],
    ['PodTopologySpread', spread(), 'UpdateNodeLabel', inRack('r'), inRack('s'), true],
    ['PodTopologySpread', spread(), 'UpdateNodeLabel', inRack('r'), {}, true],
    ['PodTopologySpread', spread(), 'UpdateNodeLabel', inRack('r'), { labels: { rack: 'r', x: 'y' } }, false],
    [
      'PodTopologySpread',
      spread(),
      'UpdateNodeTaint',
      inRack('r'),
      { ...inRack('r'), taints: [taint('x')] },
      true,
    ],
    ['InterPodAffinity', affinity('podAffinity', term('a')), 'Add', null, inRack('r'), true],
    ['InterPodAffinity', affinity('podAffinity', term('a')), 'Add', null, {}, false],
    ['InterPodAffinity', affinity('podAntiAffinity', term('a')), 'Add', null, {}, true],
    ['InterPodAffinity', affinity('podAffinity', term('a')), 'UpdateNodeLabel', {}, inRack('r'), true],
    ['InterPodAffinity', affinity('podAffinity', term('a')), 'UpdateNodeLabel', inRack('r'), {}, false],
    ['InterPodAffinity', affinity('podAntiAffinity', term('a')), 'UpdateNodeLabel', inRack('r'), {}, true],
    ['InterPodAffinity', affinity('podAntiAffinity', term('a')), 'UpdateNodeLabel', {}, inRack('r'), false],
    ['VolumeBinding', {}, 'UpdateNodeLabel', {}, {}, true],
  ])('%s, pod %j: %s from %j to %j is worth a try: %s', (plugin, pod, action, before, after, worth) => {
    const event = nodeEvent(action, before && node(before), node(after));
    expect(helps(plugin, waiting(pod), event)).toBe(worth);
  });

  test('a node that goes may even out a spread, if it counted', () => {
    expect(helps('PodTopologySpread', waiting(spread()), nodeEvent('Delete', node(inRack('r')), null))).toBe(
      true,
    );
    expect(helps('PodTopologySpread', waiting(spread()), nodeEvent('Delete', node({}), null))).toBe(false);
    expect(helps('NodeResourcesFit', waiting({}), nodeEvent('Delete', node({}), null))).toBe(false);
  });
});

describe('queueingHints, other pods', () => {
  const port = (hostPort: number) => ({ spec: { containers: [{ ports: [{ hostPort }] }] } });
  const udp = { spec: { containers: [{ ports: [{ hostPort: 80, protocol: 'UDP' }] }] } };
  const near = affinity('podAffinity', term('a'));
  const apart = affinity('podAntiAffinity', term('a'));
  test.each<
    [
      plugin: string,
      pod: PodWords,
      action: EventAction,
      before: PodWords | null,
      after: PodWords | null,
      boolean,
    ]
  >([
    ['NodeResourcesFit', {}, 'Delete', B, null, true],
    ['NodeResourcesFit', {}, 'Add', null, B, false],
    [
      'NodeResourcesFit',
      { requests: { cpu: '1' } },
      'UpdatePodScaleDown',
      { requests: { cpu: '2' } },
      { requests: { cpu: '1' } },
      true,
    ],
    [
      'NodeResourcesFit',
      { requests: { memory: '1' } },
      'UpdatePodScaleDown',
      { requests: { cpu: '2' } },
      { requests: { cpu: '1' } },
      false,
    ],
    ['NodePorts', port(80), 'Delete', port(80), null, true],
    ['NodePorts', port(80), 'Delete', udp, null, false],
    ['NodePorts', port(80), 'Delete', {}, null, false],
    ['PodTopologySpread', spread(), 'Add', null, A, true],
    ['PodTopologySpread', spread(), 'Delete', A, null, true],
    ['PodTopologySpread', spread(), 'Delete', B, null, false],
    ['PodTopologySpread', spread(), 'Delete', { ...A, namespace: 'other' }, null, false],
    ['PodTopologySpread', spread({ whenUnsatisfiable: 'ScheduleAnyway' }), 'Delete', A, null, false],
    ['PodTopologySpread', spread(), 'UpdatePodLabel', A, B, true],
    ['PodTopologySpread', spread(), 'UpdatePodLabel', B, {}, false],
    ['InterPodAffinity', near, 'Add', null, A, true],
    ['InterPodAffinity', near, 'Add', null, B, false],
    ['InterPodAffinity', affinity('podAffinity', term('a'), term('b')), 'Add', null, A, false],
    ['InterPodAffinity', {}, 'Add', null, A, false],
    ['InterPodAffinity', near, 'UpdatePodLabel', B, A, true],
    ['InterPodAffinity', near, 'UpdatePodLabel', A, B, false],
    ['InterPodAffinity', apart, 'UpdatePodLabel', A, B, true],
    ['InterPodAffinity', apart, 'Delete', A, null, true],
    ['InterPodAffinity', apart, 'Delete', B, null, false],
    // The terms of the pod that goes kept this one away.
    ['InterPodAffinity', A, 'Delete', { ...B, ...apart }, null, true],
    ['InterPodAffinity', B, 'Delete', { ...B, ...apart }, null, false],
  ])('%s, pod %j: %s from %j to %j is worth a try: %s', (plugin, pod, action, before, after, worth) => {
    const event = podEvent(action, before && onNode(before), after && onNode(after));
    expect(helps(plugin, waiting(pod), event)).toBe(worth);
  });

  test('a pod without a node frees nothing when it goes, unless it was nominated to one', () => {
    const gone = (assigned: boolean) =>
      ({ ...podEvent('Delete', { ...onNode(A), assigned }, null), resource: 'UnscheduledPod' }) as const;
    expect(helps('NodeResourcesFit', waiting({}), gone(false))).toBe(false);
    expect(helps('NodeResourcesFit', waiting({}), gone(true))).toBe(true);
  });
});

describe('queueingHints, the pod itself', () => {
  test.each<[plugin: string, action: EventAction, PodWords]>([
    ['SchedulingGates', 'UpdatePodSchedulingGatesEliminated', {}],
    ['TaintToleration', 'UpdatePodToleration', {}],
    ['NodeUnschedulable', 'UpdatePodToleration', {}],
    ['InterPodAffinity', 'UpdatePodLabel', {}],
    ['NodeResourcesFit', 'UpdatePodScaleDown', {}],
    ['PodTopologySpread', 'UpdatePodToleration', spread({ nodeTaintsPolicy: 'Honor' })],
  ])('%s waits for %s', (plugin, action, words) => {
    const pod = waiting(words);
    const updated = (one: WaitingPod): PodSubject => ({ kind: 'pod', waiting: one, assigned: false });
    const event = (one: WaitingPod) =>
      ({ resource: 'UnscheduledPod', action, before: updated(one), after: updated(one) }) as const;
    expect(helps(plugin, pod, event(pod))).toBe(true);
    expect(helps(plugin, pod, event(waiting(words)))).toBe(false);
  });

  test('tolerations do not change a spread that ignores taints', () => {
    const own: PodSubject = { kind: 'pod', waiting: waiting(spread()), assigned: false };
    const event = {
      resource: 'UnscheduledPod',
      action: 'UpdatePodToleration',
      before: own,
      after: own,
    } as const;
    expect(helps('PodTopologySpread', own.waiting, event)).toBe(false);
  });
});

describe('a queue with these hints', () => {
  test('brings back only the pods that a new node may hold', () => {
    const queue = new SchedulingQueue<WaitingPod, EventSubject>({ priorityOf: () => 0, hints: HINTS });
    const [small, large] = [waiting({ requests: { cpu: '1' } }), waiting({ requests: { cpu: '9' } })];
    for (const pod of [small, large]) {
      queue.add(pod, 0);
      queue.pop();
      queue.fail(pod, { unschedulablePlugins: ['NodeResourcesFit'] }, 0);
    }
    queue.move(nodeEvent('Add', null, node({ cpu: '4' })), 5000);
    expect([queue.placeOf(small), queue.placeOf(large)]).toEqual(['active', 'unschedulable']);
  });
});

test('queueingHints, NodeVolumeLimits: a CSINode that comes helps, and a pod with volumes that goes', () => {
  const pod = waiting({});
  const csiNode = { resource: 'CSINode', action: 'Add', before: null, after: null } as const;
  expect(helps('NodeVolumeLimits', pod, csiNode)).toBe(true);
  expect(helps('NodeVolumeLimits', pod, nodeEvent('Add', null, node({})))).toBe(false);
  const withDisk = onNode({ spec: { volumes: [{ awsElasticBlockStore: { volumeID: 'vol-1' } }] } });
  expect(helps('NodeVolumeLimits', pod, podEvent('Delete', withDisk, null))).toBe(true);
  expect(helps('NodeVolumeLimits', pod, podEvent('Delete', { ...withDisk, assigned: false }, null))).toBe(
    false,
  );
  expect(helps('NodeVolumeLimits', pod, podEvent('Delete', onNode({}), null))).toBe(false);
  expect(helps('NodeVolumeLimits', pod, podEvent('Add', null, withDisk))).toBe(false);
});
