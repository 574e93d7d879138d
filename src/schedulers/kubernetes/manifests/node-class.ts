import {
  GP3_INCLUDED_IOPS,
  GP3_INCLUDED_MIBPS,
  gp2Performance,
  volumeProblem,
} from '../../../model/ebs-volume.ts';
import type {
  EvictionThreshold,
  KubeletReserve,
  NodeClassKubelet,
} from '../../../model/node-class-kubelet.ts';
import type { ApiObject, RootVolume } from '../../../model/plan.ts';
import { GIB } from '../../../units.ts';
import { laneAmount, parseQuantityNano } from '../quantity.ts';
import { isObject, type JsonObject, objectAt, type Path, Reader } from '../reader.ts';
import type { LeftOut } from './api-object.ts';

/** An EC2NodeClass (karpenter.k8s.aws/v1), as far as cost and placement depend on it. */
export interface NodeClassObject {
  readonly name: string;
  /** The volume that pods write to. Null: the class names none that is simulated. */
  readonly rootVolume: RootVolume | null;
  /** Null: as EKS has it. */
  readonly kubelet: NodeClassKubelet | null;
}

const VOLUME_TYPES = ['gp2', 'gp3', 'io1', 'io2', 'st1', 'sc1', 'standard'] as const;
const LARGEST_PODS = 10_000;
/** What the API server fills in. Source: aws/karpenter-provider-aws v1.14 pkg/apis/crds, ec2nodeclasses.yaml */
const DEFAULT_TYPE = 'gp3';

/** Reads an EC2NodeClass; what decides nothing here (networks, images, roles, tags) is passed over. */
export function nodeClassFrom(
  reader: Reader,
  { name, object }: { readonly name: string; readonly object: JsonObject },
): NodeClassObject {
  const spec = reader.object(object['spec'], ['spec']) ?? {};
  const at: Path = ['spec', 'blockDeviceMappings'];
  const mappings = reader.list(spec['blockDeviceMappings'], at, (item, path) => {
    const mapping = reader.object(item, path) ?? {};
    return { mapping, volume: readVolume(reader, mapping['ebs'], [...path, 'ebs']) };
  });
  const root = rootOf(mappings, spec);
  return { name, rootVolume: root?.volume ?? null, kubelet: readKubelet(reader, spec['kubelet']) };
}

/** The node classes among the objects of a plan, by name; they were read without problems before. */
export function nodeClassesIn(objects: readonly ApiObject[]): ReadonlyMap<string, NodeClassObject> {
  const classes = objects.filter((object) => object['kind'] === 'EC2NodeClass');
  return new Map(
    classes.map((object) => {
      const name = String(objectAt(object, 'metadata')['name']);
      return [name, nodeClassFrom(new Reader(), { name, object })];
    }),
  );
}

/** What of a node class is left out of the simulation. */
export function leftOutOfNodeClass(object: JsonObject): LeftOut[] {
  const spec = objectAt(object, 'spec');
  const at: Path = ['spec', 'blockDeviceMappings'];
  const raw = spec['blockDeviceMappings'];
  const mappings = (Array.isArray(raw) ? raw : []).map((one: unknown) => ({
    mapping: isObject(one) ? one : {},
  }));
  const root = rootOf(mappings, spec);
  const type = String(objectAt(root?.mapping ?? {}, 'ebs')['volumeType'] ?? DEFAULT_TYPE);
  const part = (path: Path, what: string, instead: string): LeftOut => ({
    path,
    what: `${what} of EC2NodeClasses`,
    message: `: ${what} not simulated, ${instead}`,
  });
  const reserved = spec['capacityReservationSelectorTerms'];
  return [
    ...(mappings.length > 1
      ? [part(at, 'further volumes', 'only the one that pods write to is on the bill')]
      : []),
    ...(root === undefined || isSimulated(type)
      ? []
      : [part(at, `a root volume of type ${type}`, 'that of the instance group is on the bill')]),
    ...(spec['instanceStorePolicy'] === undefined
      ? []
      : [part(['spec', 'instanceStorePolicy'], 'instance stores', 'pods write to the root volume')]),
    ...(Array.isArray(reserved) && reserved.length > 0
      ? [
          part(
            ['spec', 'capacityReservationSelectorTerms'],
            'capacity reservations',
            'nodes are On-Demand or Spot',
          ),
        ]
      : []),
    ...(objectAt(spec, 'kubelet')['evictionSoft'] === undefined
      ? []
      : [part(['spec', 'kubelet', 'evictionSoft'], 'soft eviction', 'pods are never evicted for it')]),
  ];
}

function isSimulated(type: string): type is RootVolume['type'] {
  return type === 'gp2' || type === 'gp3';
}

/**
 * The mapping that pods write to: the one marked `rootVolume`, else the device that the image family uses for it, else
 * the last. Source: aws/karpenter-provider-aws v1.14 pkg/providers/amifamily, EphemeralBlockDevice
 */
function rootOf<T extends { readonly mapping: JsonObject }>(
  mappings: readonly T[],
  spec: JsonObject,
): T | undefined {
  const device = isBottlerocket(spec) ? '/dev/xvdb' : '/dev/xvda';
  return (
    mappings.find(({ mapping }) => mapping['rootVolume'] === true) ??
    mappings.find(({ mapping }) => mapping['deviceName'] === device) ??
    mappings.at(-1)
  );
}

function isBottlerocket(spec: JsonObject): boolean {
  const terms = spec['amiSelectorTerms'];
  const aliases = Array.isArray(terms)
    ? terms.map((term: unknown) => (isObject(term) ? term['alias'] : ''))
    : [];
  return (
    spec['amiFamily'] === 'Bottlerocket' || aliases.some((alias) => String(alias).startsWith('bottlerocket@'))
  );
}

function readVolume(reader: Reader, raw: unknown, path: Path): RootVolume | null {
  const ebs = reader.object(raw, path) ?? {};
  const type = reader.oneOf(ebs['volumeType'], [...path, 'volumeType'], VOLUME_TYPES) ?? DEFAULT_TYPE;
  const iops = reader.integer(ebs['iops'], [...path, 'iops'], 1, 1_000_000);
  const throughputMiBps = reader.integer(ebs['throughput'], [...path, 'throughput'], 1, 100_000);
  const bytes = readBytes(reader, ebs['volumeSize'], [...path, 'volumeSize']);
  // A volume made of a snapshot may be as large as that, which nobody knows here.
  if (bytes === undefined || !isSimulated(type)) return null;
  const sizeGiB = Math.ceil(bytes / GIB);
  const problem = volumeProblem({ type, sizeGiB, iops, throughputMiBps });
  if (problem !== undefined) {
    reader.problem(path, problem);
    return null;
  }
  if (type === 'gp2') return { type, sizeGiB, ...gp2Performance(sizeGiB) };
  return {
    type,
    sizeGiB,
    iops: iops ?? GP3_INCLUDED_IOPS,
    throughputMiBps: throughputMiBps ?? GP3_INCLUDED_MIBPS,
  };
}

function readKubelet(reader: Reader, raw: unknown): NodeClassKubelet | null {
  const at: Path = ['spec', 'kubelet'];
  const kubelet = reader.object(raw, at);
  if (kubelet === undefined) return null;
  const maxPods = reader.integer(kubelet['maxPods'], [...at, 'maxPods'], 0, LARGEST_PODS);
  const podsPerCore = reader.integer(kubelet['podsPerCore'], [...at, 'podsPerCore'], 0, LARGEST_PODS);
  const hard = reader.object(kubelet['evictionHard'], [...at, 'evictionHard']) ?? {};
  const threshold = (signal: string) => readThreshold(reader, hard[signal], [...at, 'evictionHard', signal]);
  const memoryAvailable = threshold('memory.available');
  const nodefsAvailable = threshold('nodefs.available');
  return {
    ...(maxPods !== undefined && { maxPods }),
    // 0 sets no bound.
    ...(podsPerCore !== undefined && podsPerCore > 0 && { podsPerCore }),
    kubeReserved: readReserve(reader, kubelet['kubeReserved'], [...at, 'kubeReserved']),
    systemReserved: readReserve(reader, kubelet['systemReserved'], [...at, 'systemReserved']),
    ...(memoryAvailable !== undefined && { memoryAvailable }),
    ...(nodefsAvailable !== undefined && { nodefsAvailable }),
  };
}

function readReserve(reader: Reader, raw: unknown, path: Path): KubeletReserve {
  const reserve = reader.object(raw, path) ?? {};
  const amount = (resource: string) => readAmount(reader, resource, reserve[resource], [...path, resource]);
  const cpuMilli = amount('cpu');
  const memoryBytes = amount('memory');
  const ephemeralBytes = amount('ephemeral-storage');
  return {
    ...(cpuMilli !== undefined && { cpuMilli }),
    ...(memoryBytes !== undefined && { memoryBytes }),
    ...(ephemeralBytes !== undefined && { ephemeralBytes }),
  };
}

function readThreshold(reader: Reader, raw: unknown, path: Path): EvictionThreshold | undefined {
  const share = /^(\d{1,3}(?:\.\d+)?)%$/.exec(String(raw));
  if (share !== null) {
    const percent = Number(share[1]);
    return percent <= 100 ? { percent } : reader.problem(path, 'is more than 100%');
  }
  const bytes = readBytes(reader, raw, path);
  return bytes === undefined ? undefined : { bytes };
}

function readBytes(reader: Reader, raw: unknown, path: Path): number | undefined {
  return readAmount(reader, 'memory', raw, path);
}

function readAmount(reader: Reader, resource: string, raw: unknown, path: Path): number | undefined {
  if (raw === undefined || raw === null) return undefined;
  const nano = typeof raw === 'string' || typeof raw === 'number' ? parseQuantityNano(raw) : undefined;
  const amount = nano === undefined ? undefined : laneAmount(resource, nano);
  return amount ?? reader.problem(path, 'must be a quantity such as 500m or 1Gi');
}
