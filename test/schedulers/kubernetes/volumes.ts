import type { VolumeObjects } from '../../../src/schedulers/kubernetes/volume-claims.ts';
import type { PodWords } from './fixture.ts';

/** A bound claim and its volume in few words. */
export interface ClaimWords {
  /** Labels of the volume. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Node affinity of the volume: one label and its values. */
  readonly reachableFrom?: readonly [key: string, ...values: string[]];
  readonly modes?: readonly string[];
  readonly volumeMissing?: boolean;
  /** Driver and handle of the volume. */
  readonly csi?: readonly [driver: string, volumeHandle: string];
  /** What the claim object says besides. */
  readonly claim?: { readonly metadata?: object; readonly spec?: object; readonly status?: object };
}

/** Claims by name in the namespace `default`; the volume of claim `x` is `pv-x`. */
export function volumeObjects(claims: Readonly<Record<string, ClaimWords>>): VolumeObjects {
  return {
    claim(namespace, name) {
      const words = claims[name];
      if (words === undefined || namespace !== 'default') return undefined;
      const { metadata, spec, status } = words.claim ?? {};
      return {
        metadata: { name, annotations: { 'pv.kubernetes.io/bind-completed': 'yes' }, ...metadata },
        spec: { accessModes: words.modes ?? ['ReadWriteOnce'], volumeName: `pv-${name}`, ...spec },
        status: { phase: 'Bound', ...status },
      };
    },
    volume(volumeName) {
      const words = claims[volumeName.slice(3)];
      if (words === undefined || words.volumeMissing === true) return undefined;
      const [key, ...values] = words.reachableFrom ?? [];
      const nodeSelectorTerms = [{ matchExpressions: [{ key, operator: 'In', values }] }];
      return {
        metadata: { name: volumeName, labels: words.labels ?? {} },
        spec: {
          ...(key !== undefined && { nodeAffinity: { required: { nodeSelectorTerms } } }),
          ...(words.csi !== undefined && { csi: { driver: words.csi[0], volumeHandle: words.csi[1] } }),
        },
      };
    },
  };
}

/** A pod that mounts these claims. */
export function mounting(...names: string[]): PodWords {
  const volumes = names.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));
  return { spec: { volumes } };
}
