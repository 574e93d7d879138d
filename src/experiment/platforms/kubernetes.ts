import type { InstanceFactory } from '../../controllers/fleet.ts';
import type { InstanceShape } from '../../model/cluster-view.ts';
import { kubeletSettings } from '../../model/kubelet-defaults.ts';
import { nodeOffer, ownEvictionBytes } from '../../model/node-offer.ts';
import { LANE, type ResourceTable, UNLIMITED } from '../../model/resources.ts';
import type { InstanceType } from '../../model/instance-type.ts';
import type { PlatformPlan } from '../../model/plan.ts';
import { nodeInstance } from '../../schedulers/kubernetes/manifests/node-manifest.ts';
import {
  kubernetesResourceTable,
  NONZERO_CPU,
  NONZERO_MEMORY,
} from '../../schedulers/kubernetes/resource-names.ts';
import { settingsWithoutEffect } from '../../schedulers/kubernetes/scheduler-config.ts';
import { GIB, MIB, SECOND } from '../../units.ts';
import {
  listedByType,
  neutralClass,
  type Platform,
  type PlatformContext,
  shapeCache,
  translateWhere,
} from './platform.ts';

const WORDS = {
  zone: 'topology.kubernetes.io/zone',
  'instance-type': 'node.kubernetes.io/instance-type',
  architecture: 'kubernetes.io/arch',
} as const;

/**
 * Kubernetes on EC2. An EKS node offers CPU less the reserved bands, memory less 11 MiB per pod slot, 255 MiB and the
 * eviction threshold, pods as the network interfaces allow, 90 % of the root volume less 1 GiB (awslabs/amazon-eks-ami
 * nodeadm); a node of a cluster that its owner runs all but the threshold and 10 % of the volume, and 110 pods
 * (kubernetes/kops). The agents on every node come off that.
 */
export function kubernetesPlatform({
  plan,
  types,
  region,
  extended,
}: PlatformContext<'kubernetes'>): Platform {
  const resources = kubernetesResourceTable(extended);
  const nonzeroCpu = resources.lane(NONZERO_CPU);
  const nonzeroMemory = resources.lane(NONZERO_MEMORY);
  const { daemons } = plan;
  const kubelet = kubeletSettings(plan.controlPlane, plan.kubelet);
  const platform: Omit<Platform, 'listed'> = {
    resources,
    reservedPorts: [],
    honoursTaints: true,
    notes: [
      ...configurationNotes(plan.scheduler.options),
      `Kubernetes nodes offer what ${kubelet.kubeReserved === 'eks' ? 'EKS leaves of them (kube-reserved, eviction threshold, pod limit)' : 'kubelet leaves of them by itself (all but the eviction threshold)'}, less the agents of every node ` +
        `(${daemons.cpuMilli}m CPU, ${daemons.memoryBytes / MIB} MiB, ${daemons.pods} pods).`,
      ...queueNotes(plan.queue),
    ],
    shape: shapeCache((group, typeName) => {
      const type = types.get(typeName)!;
      const gpu = (type.gpus?.count ?? 0) * 1000;
      const disk = group.rootVolume.sizeGiB * GIB;
      const offer = nodeOffer(type, disk, kubelet, group.kubelet);
      const evictionHardBytes = ownEvictionBytes(type, group.kubelet);
      const capacity = new Array<number>(resources.laneCount).fill(0);
      const allocatable = new Array<number>(resources.laneCount).fill(0);
      for (const name of extended) {
        capacity[resources.lane(name)] = group.extended.get(name) ?? 0;
        allocatable[resources.lane(name)] = group.extended.get(name) ?? 0;
      }
      capacity[LANE.cpu] = type.vcpus * 1000;
      capacity[LANE.memory] = type.memoryMiB * MIB;
      capacity[LANE.slots] = offer.pods;
      capacity[LANE.ephemeral] = disk;
      capacity[LANE.gpu] = gpu;
      capacity[LANE.eni] = UNLIMITED;
      allocatable[LANE.cpu] = Math.max(0, offer.cpuMilli - daemons.cpuMilli);
      allocatable[LANE.memory] = Math.max(0, offer.memoryBytes - daemons.memoryBytes);
      allocatable[LANE.slots] = Math.max(0, offer.pods - daemons.pods);
      allocatable[LANE.ephemeral] = offer.ephemeralBytes;
      allocatable[LANE.gpu] = gpu;
      allocatable[LANE.eni] = UNLIMITED;
      return {
        typeName,
        groupName: group.name,
        capacity,
        allocatable,
        gpuDevices: type.gpus?.count ?? 0,
        gpuModel: type.gpus?.model ?? '',
        labels: new Map([
          ['node.kubernetes.io/instance-type', typeName],
          ['kubernetes.io/arch', type.architecture],
          ['kubernetes.io/os', 'linux'],
          ['topology.kubernetes.io/region', region],
          ...(plan.autoscaler.kind === 'karpenter' ? providerLabels(type) : []),
          ...group.labels,
        ]),
        taints: group.taints,
        ...(evictionHardBytes !== undefined && { evictionHardBytes }),
      };
    }),
    instance: (shape, zone, name) => ({
      shape,
      zone,
      labels: new Map([['topology.kubernetes.io/zone', zone]]),
      hostnameLabel: 'kubernetes.io/hostname',
      ...(name === undefined ? {} : { name }),
    }),
    taskClass: (template, origin) => {
      const { cpuMilli, memoryBytes } = origin.amounts;
      const spec = neutralClass(resources, template, origin, {
        cpu: cpuMilli,
        memory: memoryBytes,
        eni: 0,
        where: translateWhere(template.where, WORDS),
        namespace: 'default',
        ...(template.kubernetes !== undefined && { wishes: template.kubernetes }),
      });
      // A template names its CPU and memory, so kube-scheduler's substitutes for silent containers never apply.
      spec.requests[nonzeroCpu] = cpuMilli;
      spec.requests[nonzeroMemory] = memoryBytes;
      return spec;
    },
  };
  const byType = listedByType(platform);
  const nodeShapes = shapesOfNodes(resources);
  return {
    ...platform,
    listed: (group, index) => (group.nodes === undefined ? byType(group, index) : nodeShapes(group, index)),
  };
}

/**
 * Instances made of Node objects. Nodes of one group that differ in nothing but their names and zones share a shape.
 * The agents of a node are pods of their own there, so nothing comes off what it says it offers.
 */
function shapesOfNodes(resources: ResourceTable): InstanceFactory['listed'] {
  const shapes = new Map<string, InstanceShape>();
  return (group, index) => {
    const { instance, images } = nodeInstance(group.nodes!.objects[index]!, resources);
    const { shape } = instance;
    const own = new Map<string, string>();
    const shared = new Map<string, string>();
    for (const [key, value] of shape.labels) (OWN_LABELS.includes(key) ? own : shared).set(key, value);
    const typeName = group.instances[index]!.type;
    const labels = [...shared].sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([{ ...shape, labels, typeName, groupName: group.name }]);
    const known = shapes.get(key) ?? { ...shape, labels: shared, typeName, groupName: group.name };
    shapes.set(key, known);
    return { instance: { ...instance, shape: known, labels: own }, images: images.map(({ name }) => name) };
  };
}

/** Source: karpenter-provider-aws v1.14 pkg/apis/v1/labels.go. Types with names of their own have fewer. */
function providerLabels({ name, vcpus, memoryMiB }: InstanceType): (readonly [string, string])[] {
  const [, category, generation, rest, size] = /^([a-z]+)(\d+)([a-z0-9-]*)\.(.+)$/.exec(name) ?? [];
  const named = [
    ['instance-category', category],
    ['instance-generation', generation],
    ['instance-family', category === undefined ? undefined : `${category}${generation}${rest}`],
    ['instance-size', size],
    ['instance-cpu', String(vcpus)],
    ['instance-memory', String(memoryMiB)],
  ] as const;
  return named.flatMap(([key, value]) =>
    value === undefined ? [] : [[`karpenter.k8s.aws/${key}`, value] as const],
  );
}

/** Labels that tell nodes of one kind apart. */
const OWN_LABELS: readonly string[] = [
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/zone',
];
function queueNotes(queue: PlatformPlan['queue']): string[] {
  if (typeof queue === 'string') {
    return [
      'Pods that do not fit are tried again as soon as room comes free: no back-off, no latency, no preemption (queue: kube has them).',
    ];
  }
  const { cycleMs, bindMs, graceMs } = queue;
  return [
    `Pods go through kube-scheduler's queue one by one: a scheduling cycle takes ${cycleMs} ms, binding ${bindMs} ms more while other cycles go on. ` +
      'The API client is not rate-limited.',
    `Pods of higher priority have lower ones evicted; these are gone after ${graceMs / SECOND} s and start over.`,
  ];
}

/** What was accepted of the scheduler's configuration and changes nothing. */
function configurationNotes(options: unknown): string[] {
  const settings = settingsWithoutEffect((options as { readonly config?: unknown }).config);
  if (settings.length === 0) return [];
  return [`No simulated decision depends on these settings of the scheduler: ${settings.join(', ')}.`];
}
