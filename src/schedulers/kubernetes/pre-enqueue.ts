import type { QueuedPod } from './queued-pod.ts';

/** Asked before a pod may enter the active or the back-off queue. */
export interface PreEnqueuePlugin<Pod> {
  readonly name: string;
  admits(pod: Pod): boolean;
}

/** Who does not admit the pod. Who held it before is asked first. */
export function gateOf<Pod>(
  plugins: readonly PreEnqueuePlugin<Pod>[],
  { pod, gatingPlugin }: QueuedPod<Pod>,
): PreEnqueuePlugin<Pod> | undefined {
  let first: PreEnqueuePlugin<Pod> | undefined;
  for (const plugin of plugins) {
    if (plugin.admits(pod)) continue;
    if (plugin.name === gatingPlugin) return plugin;
    first ??= plugin;
  }
  return first;
}
