import type { ImageRef } from '../../../model/task-class.ts';
import { MIB } from '../../../units.ts';
import { type Cluster, MAX_NODE_SCORE, type Plugin } from '../framework.ts';
import type { Pod } from '../pod.ts';

const NAME = 'ImageLocality';
/** Images smaller than this in sum do not count; each container may add up to that. */
const MIN_BYTES = 23 * MIB;
const MAX_BYTES_PER_CONTAINER = 1000 * MIB;

/**
 * ImageLocality: prefers nodes that have the pod's images already.
 * Per image on the node: floor(size * (nodes with it / nodes)), so that a rare image cannot draw all pods to one node.
 * Node: floor(100 * (clamp(sum, min, max) - min) / (max - min)), min = 23 MiB, max = 1000 MiB per container.
 * Range 0-100, not normalised. Images of init containers, containers and (since 1.36 at the latest; `countVolumes`)
 * image volumes count, each mention on its own.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/imagelocality/image_locality.go
 */
export function imageLocality(countVolumes: boolean): Plugin {
  const imagesOf = (pod: Pod) =>
    countVolumes ? [...pod.containerImages, ...pod.volumeImages] : pod.containerImages;
  let prepared: { pod: Pod; version: number; images: readonly ScaledImage[] } | undefined;
  const scaledImages = (pod: Pod, cluster: Cluster): readonly ScaledImage[] => {
    const { version } = cluster.view.changes;
    if (prepared === undefined || prepared.pod !== pod || prepared.version !== version) {
      prepared = { pod, version, images: imagesOf(pod).flatMap((image) => scaledImage(image, cluster)) };
    }
    return prepared.images;
  };
  return {
    name: NAME,
    score: {
      dependsOn: 'cluster',
      raw(pod, cluster, slots, count, scores) {
        const { view } = cluster;
        const containers = Math.max(1, pod.containerImages.length);
        scores.fill(0, 0, count);
        for (const { id, bytes } of scaledImages(pod, cluster)) {
          for (let i = 0; i < count; i++) if (view.hasImage(slots[i]!, id)) scores[i]! += bytes;
        }
        for (let i = 0; i < count; i++) scores[i] = imageScore(scores[i]!, containers);
      },
      alike: (pod, cluster) => scaledImages(pod, cluster).every(({ nodes }) => nodes === cluster.nodeCount),
    },
  };
}

/** `bytes`: scaled sizes of the pod's images on the node. */
export function imageScore(bytes: number, containers: number): number {
  const max = MAX_BYTES_PER_CONTAINER * containers;
  const clamped = Math.min(Math.max(bytes, MIN_BYTES), max);
  return Math.floor((MAX_NODE_SCORE * (clamped - MIN_BYTES)) / (max - MIN_BYTES));
}

interface ScaledImage {
  readonly id: number;
  readonly nodes: number;
  readonly bytes: number;
}

/** The image as it counts on each node that has it; none when no node has. */
function scaledImage({ name, sizeBytes }: ImageRef, cluster: Cluster): ScaledImage[] {
  const id = cluster.view.strings.find(name);
  const nodes = cluster.nodesWithImage(id);
  return nodes === 0 ? [] : [{ id, nodes, bytes: Math.floor(sizeBytes * (nodes / cluster.nodeCount)) }];
}
