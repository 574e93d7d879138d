import type { ImageRef } from '../../../model/task-class.ts';
import { MIB } from '../../../units.ts';
import { type Cluster, MAX_NODE_SCORE, type Plugin } from '../framework.ts';
import { FRAGMENT } from '../pod-signature.ts';

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
  return {
    name: NAME,
    sign: FRAGMENT.images,
    score: {
      dependsOn: 'cluster',
      raw(pod, cluster, slots, count, scores) {
        scores.fill(0, 0, count);
        for (const image of pod.containerImages) addBytes(image, cluster, slots, count, scores);
        if (countVolumes)
          for (const image of pod.volumeImages) addBytes(image, cluster, slots, count, scores);
        const containers = Math.max(1, pod.containerImages.length);
        for (let i = 0; i < count; i++) scores[i] = imageScore(scores[i]!, containers);
      },
      concerns: ({ containerImages, volumeImages }) =>
        containerImages.length > 0 || (countVolumes && volumeImages.length > 0),
      alike: (pod, cluster) =>
        areEverywhereOrNowhere(pod.containerImages, cluster) &&
        (!countVolumes || areEverywhereOrNowhere(pod.volumeImages, cluster)),
    },
  };
}

/** `bytes`: scaled sizes of the pod's images on the node. */
export function imageScore(bytes: number, containers: number): number {
  const max = MAX_BYTES_PER_CONTAINER * containers;
  const clamped = Math.min(Math.max(bytes, MIN_BYTES), max);
  return Math.floor((MAX_NODE_SCORE * (clamped - MIN_BYTES)) / (max - MIN_BYTES));
}

/** Adds the image, scaled, to each node that has it. */
function addBytes(
  { name, sizeBytes }: ImageRef,
  cluster: Cluster,
  slots: Int32Array,
  count: number,
  bytes: Float64Array,
): void {
  const { view } = cluster;
  const image = view.strings.find(name);
  const scaled = Math.floor(sizeBytes * (cluster.nodesWithImage(image) / cluster.nodeCount));
  for (let i = 0; i < count; i++) if (view.hasImage(slots[i]!, image)) bytes[i]! += scaled;
}

function areEverywhereOrNowhere(images: readonly ImageRef[], cluster: Cluster): boolean {
  for (const { name } of images) {
    const nodes = cluster.nodesWithImage(cluster.view.strings.find(name));
    if (nodes !== 0 && nodes !== cluster.nodeCount) return false;
  }
  return true;
}
