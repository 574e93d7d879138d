/** A node group that may share in a scale-up. */
export interface SharingGroup {
  readonly group: number;
  readonly size: number;
  readonly max: number;
}

/**
 * Shares new nodes out over groups that are alike: one after the other goes to the smallest that may still grow, the
 * first of those. Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 processors/nodegroupset/balancing_processor.go
 */
export function shareOut(
  groups: readonly SharingGroup[],
  nodes: number,
): readonly { readonly group: number; readonly count: number }[] {
  const sizes = groups.map(({ size }) => size);
  for (let node = 0; node < nodes; node++) {
    let smallest = -1;
    groups.forEach(({ max }, index) => {
      const isFree = sizes[index]! < max;
      if (isFree && (smallest < 0 || sizes[index]! < sizes[smallest]!)) smallest = index;
    });
    if (smallest < 0) break;
    sizes[smallest]! += 1;
  }
  return groups
    .map(({ group, size }, index) => ({ group, count: sizes[index]! - size }))
    .filter(({ count }) => count > 0);
}
