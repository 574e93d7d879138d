import type { InstanceShape } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { ClusterEvent, QueueingHint } from './cluster-event.ts';
import type { NodeAttributes } from './node-selector.ts';
import type { Pod } from './pod.ts';
import { type Namespaces, type PodTerm, selectsExisting, selectsIncoming } from './pod-affinity.ts';
import { selects } from './pod-selector.ts';
import { matchesNodeSelection } from './plugins/node-affinity.ts';
import { fitsEmpty } from './plugins/node-resources-fit.ts';
import { passesCordon } from './plugins/node-unschedulable.ts';
import { toleratesHardTaints } from './plugins/taint-toleration.ts';

/** One pod in the queue: told apart by identity, while `pod` is shared by all of its class. */
export interface WaitingPod {
  readonly pod: Pod;
}

export interface PodSubject {
  readonly kind: 'pod';
  /** For a pod that waits, the object in the queue. */
  readonly waiting: WaitingPod;
  /** Has a node, or is nominated to one. */
  readonly assigned: boolean;
}

export interface NodeSubject {
  readonly kind: 'node';
  readonly attributes: NodeAttributes;
  readonly shape: InstanceShape;
}

export type EventSubject = PodSubject | NodeSubject;

type Hint = QueueingHint<WaitingPod, EventSubject>;
type NodeCheck = (pod: Pod, after: NodeSubject, before: NodeSubject | null) => boolean;

/** Plugins that hear of new nodes but not of taints are told of changed taints all the same: these always help. */
const ALSO_TAINTS = [
  'NodeResourcesFit',
  'NodeName',
  'NodeAffinity',
  'NodePorts',
  'InterPodAffinity',
] as const;

/**
 * What the plugins of the default profile wait for, and when they hold a pod worth another try. A change of a volume
 * object counts for every pod that a volume plugin has rejected, where kube-scheduler looks whether it concerns its
 * claims: such pods are tried more often here, and placed no differently.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/*, EventsToRegister and isSchedulableAfter...
 */
export function queueingHints(namespaces: Namespaces = new Map()): readonly Hint[] {
  return [
    ...fitHints(),
    onNode(
      'TaintToleration',
      ['Add', 'UpdateNodeTaint'],
      becomes(({ tolerations }, { attributes }) => toleratesHardTaints(tolerations, attributes)),
    ),
    ownChange('TaintToleration', 'UpdatePodToleration'),
    onNode(
      'NodeUnschedulable',
      ['Add', 'UpdateNodeTaint'],
      becomes((pod, { attributes }) => passesCordon(pod, attributes)),
    ),
    ownChange('NodeUnschedulable', 'UpdatePodToleration'),
    { plugin: 'NodeName', resource: 'Node', actions: ['Add'] },
    onNode(
      'NodeAffinity',
      ['Add', 'UpdateNodeLabel'],
      becomes((pod, { attributes }) => matchesNodeSelection(pod, attributes)),
    ),
    { plugin: 'NodePorts', resource: 'Node', actions: ['Add'] },
    onOtherPod('NodePorts', 'Delete', portsClash),
    ...spreadHints(),
    ...affinityHints(namespaces),
    ...volumeHints(),
    ownChange('SchedulingGates', 'UpdatePodSchedulingGatesEliminated'),
    ...ALSO_TAINTS.map((plugin): Hint => ({ plugin, resource: 'Node', actions: ['UpdateNodeTaint'] })),
  ];
}

function fitHints(): Hint[] {
  return [
    onOtherPod('NodeResourcesFit', 'Delete', () => true),
    onOtherPod('NodeResourcesFit', 'UpdatePodScaleDown', (pod, other, was) => {
      const isSmaller = (lane: number) => other.requests[lane]! < was.requests[lane]!;
      return [...pod.taskClass.requestedLanes].some(isSmaller);
    }),
    ownChange('NodeResourcesFit', 'UpdatePodScaleDown'),
    onNode('NodeResourcesFit', ['Add', 'UpdateNodeAllocatable'], (pod, after, before) => {
      if (!fitsEmpty(pod, after.shape)) return false;
      const grew = (lane: number) => after.shape.allocatable[lane]! > before!.shape.allocatable[lane]!;
      return before === null || grew(LANE.slots) || [...pod.taskClass.requestedLanes].some(grew);
    }),
  ];
}

function portsClash(pod: Pod, { portBits }: TaskClass): boolean {
  return portBits.some((bits, word) => (bits & pod.taskClass.portClashBits[word]!) !== 0);
}

function spreadHints(): Hint[] {
  const plugin = 'PodTopologySpread';
  const hard = ({ spread }: Pod) => spread.filter((constraint) => constraint.hard);
  const selected = (pod: Pod, other: TaskClass) => hard(pod).some(({ selector }) => selects(selector, other));
  const hasKeys = (pod: Pod, { attributes }: NodeSubject) =>
    hard(pod).every(({ topologyKey }) => attributes.label(topologyKey) !== undefined);
  return [
    onOtherPod(plugin, 'Add', selected),
    onOtherPod(plugin, 'Delete', selected),
    onOtherPod(plugin, 'UpdatePodLabel', (pod, other, was) =>
      hard(pod).some(({ selector }) => selects(selector, other) !== selects(selector, was)),
    ),
    ownChange(plugin, 'UpdatePodToleration', (pod) => hard(pod).some(({ honourTaints }) => honourTaints)),
    onNode(plugin, ['Add', 'Delete'], hasKeys),
    onNode(plugin, ['UpdateNodeLabel', 'UpdateNodeTaint'], (pod, after, before) => {
      if (before === null || hasKeys(pod, after) !== hasKeys(pod, before)) return true;
      const values = hard(pod).some(({ topologyKey }) => differs(topologyKey, after, before));
      return hasKeys(pod, after) && (values || !sameTaints(after, before));
    }),
  ];
}

function differs(label: string, after: NodeSubject, before: NodeSubject): boolean {
  return after.attributes.label(label) !== before.attributes.label(label);
}

function sameTaints(a: NodeSubject, b: NodeSubject): boolean {
  return JSON.stringify(a.attributes.taints) === JSON.stringify(b.attributes.taints);
}

function affinityHints(namespaces: Namespaces): Hint[] {
  const plugin = 'InterPodAffinity';
  const matchesAll = (terms: readonly PodTerm[], other: TaskClass) =>
    terms.length > 0 && terms.every((term) => selectsExisting(term, other, namespaces));
  const wanted = ({ podAffinity }: Pod, other: TaskClass) => matchesAll(podAffinity.required, other);
  const repelled = ({ taskClass }: Pod, { podAntiAffinity: { required } }: Pod) =>
    required.length > 0 && required.every((term) => selectsIncoming(term, taskClass, namespaces));
  const unwanted = ({ podAntiAffinity }: Pod, other: TaskClass) =>
    matchesAll(podAntiAffinity.required, other);
  return [
    onOtherPod(plugin, 'Add', wanted),
    onOtherPod(plugin, 'UpdatePodLabel', (pod, other, was) => {
      const startsToHelp = wanted(pod, other) && !wanted(pod, was);
      return startsToHelp || (unwanted(pod, was) && !unwanted(pod, other));
    }),
    ownChange(plugin, 'UpdatePodLabel'),
    {
      plugin,
      resource: 'Pod',
      actions: ['Delete'],
      isWorthIt: ({ pod }, { before }) =>
        before?.kind === 'pod' &&
        (unwanted(pod, before.waiting.pod.taskClass) || repelled(pod, before.waiting.pod)),
    },
    onNode(plugin, ['Add'], ({ podAffinity, podAntiAffinity }, { attributes }) => {
      const hasKey = ({ topologyKey }: PodTerm) => attributes.label(topologyKey) !== undefined;
      return podAntiAffinity.required.length > 0 || podAffinity.required.some(hasKey);
    }),
    onNode(plugin, ['UpdateNodeLabel'], ({ podAffinity, podAntiAffinity }, after, before) => {
      const moved = ({ topologyKey }: PodTerm) => before !== null && differs(topologyKey, after, before);
      const has =
        (node: NodeSubject | null) =>
        ({ topologyKey }: PodTerm) =>
          node?.attributes.label(topologyKey) !== undefined;
      const comesIn = podAffinity.required.filter(has(after)).some(moved);
      return comesIn || podAntiAffinity.required.filter(has(before)).some(moved);
    }),
  ];
}

function volumeHints(): Hint[] {
  const hint = (plugin: string, resource: Hint['resource'], ...actions: Hint['actions']): Hint => ({
    plugin,
    resource,
    actions,
  });
  return [
    hint('VolumeRestrictions', 'Pod', 'Delete'),
    hint('VolumeRestrictions', 'Node', 'Add', 'UpdateNodeTaint'),
    hint('VolumeRestrictions', 'PersistentVolumeClaim', 'Add'),
    hint('NodeVolumeLimits', 'CSINode', 'Add', 'Update'),
    onVolumesGone('NodeVolumeLimits'),
    hint('NodeVolumeLimits', 'PersistentVolumeClaim', 'Add'),
    ...['VolumeBinding', 'VolumeZone'].flatMap((plugin) => [
      hint(plugin, 'Node', 'Add', 'UpdateNodeLabel', 'UpdateNodeTaint'),
      hint(plugin, 'PersistentVolume', 'Add', 'Update'),
      hint(plugin, 'PersistentVolumeClaim', 'Add', 'Update'),
    ]),
    hint('VolumeBinding', 'StorageClass', 'Add', 'Update'),
    hint('VolumeBinding', 'CSINode', 'Add', 'Update'),
    hint('VolumeZone', 'StorageClass', 'Add'),
  ];
}

/** The node passes now and is new, or did not pass before. */
function becomes(passes: (pod: Pod, node: NodeSubject) => boolean): NodeCheck {
  return (pod, after, before) => passes(pod, after) && (before === null || !passes(pod, before));
}

/** A deleted node is checked as it was. */
function onNode(plugin: string, actions: Hint['actions'], check: NodeCheck): Hint {
  const isWorthIt = ({ pod }: WaitingPod, { before, after }: ClusterEvent<EventSubject>) => {
    const now = after ?? before;
    if (now?.kind !== 'node') return false;
    return check(pod, now, after !== null && before?.kind === 'node' ? before : null);
  };
  return { plugin, resource: 'Node', actions, isWorthIt };
}

/** Of another pod that has a node or is nominated to one; `was` is the same as `other` but for updates. */
function onOtherPod(
  plugin: string,
  action: Hint['actions'][number],
  check: (pod: Pod, other: TaskClass, was: TaskClass) => boolean,
): Hint {
  const isWorthIt = (own: WaitingPod, { before, after }: ClusterEvent<EventSubject>) => {
    const now = after ?? before;
    const was = before ?? after;
    if (now?.kind !== 'pod' || was?.kind !== 'pod' || now.waiting === own || !now.assigned) return false;
    return check(own.pod, now.waiting.pod.taskClass, was.waiting.pod.taskClass);
  };
  return { plugin, resource: 'Pod', actions: [action], isWorthIt };
}

/** A pod with volumes that a CSI driver may have attached left its node, or the one it was nominated to. */
function onVolumesGone(plugin: string): Hint {
  const isWorthIt = (_own: WaitingPod, { before }: ClusterEvent<EventSubject>) => {
    if (before?.kind !== 'pod' || !before.assigned) return false;
    const { claims, csiVolumes } = before.waiting.pod;
    return claims.length > 0 || csiVolumes.length > 0;
  };
  return { plugin, resource: 'Pod', actions: ['Delete'], isWorthIt };
}

/** The waiting pod itself was changed. */
function ownChange(
  plugin: string,
  action: Hint['actions'][number],
  check: (pod: Pod) => boolean = () => true,
): Hint {
  const isWorthIt = (own: WaitingPod, { after }: ClusterEvent<EventSubject>) =>
    after?.kind === 'pod' && after.waiting === own && check(own.pod);
  return { plugin, resource: 'UnscheduledPod', actions: [action], isWorthIt };
}
