import type { ApiObject } from '../../../model/plan.ts';
import { isObject, type JsonObject, objectAt, type Path } from '../reader.ts';
import type { LeftOut, NamedObject } from './api-object.ts';
import { leftOutOfNodeClass } from './node-class.ts';
import { leftOutOfPool } from './node-pool.ts';
import { isObjectResource } from './object-charge.ts';
import { isPodResource, unknownScopes } from './resource-quota.ts';
import { MODELLED_KINDS } from './trimmed.ts';

/** Fields of a pod that decide about its place in the real cluster, and do not here; with what happens instead. */
const UNMODELLED_POD_FIELDS: Readonly<Record<string, readonly [what: string, instead: string]>> = {
  resourceClaims: ['resource claims', 'the pod is placed as if it had none'],
};

/** What of this object is left out of the simulation; nothing for most. */
export function leftOutOf({ kind, object }: NamedObject): LeftOut[] {
  if (!MODELLED_KINDS.includes(kind)) return [{ path: [], what: kind, message: ' is not simulated' }];
  if (kind === 'PersistentVolumeClaim' && !objectAt(object, 'spec')['volumeName']) {
    const message = ' has no volume and is not given one during the run';
    return [{ path: [], what: 'binding of PersistentVolumeClaims', message }];
  }
  if (kind === 'StatefulSet' && Array.isArray(objectAt(object, 'spec')['volumeClaimTemplates'])) {
    const message = ': volumes of a StatefulSet are not simulated, they tie its pods to no node';
    return [{ path: ['spec', 'volumeClaimTemplates'], what: 'volumes of StatefulSets', message }];
  }
  if (kind === 'NodePool') return leftOutOfPool(object);
  if (kind === 'EC2NodeClass') return leftOutOfNodeClass(object);
  if (kind === 'ResourceQuota') return quotaLeftOut(object);
  if (kind === 'LimitRange') return limitRangeLeftOut(object);
  if (kind !== 'Pod') return [];
  const phase = objectAt(object, 'status')['phase'];
  if (phase === 'Succeeded' || phase === 'Failed') {
    const fate = phase === 'Failed' ? 'failed' : 'succeeded';
    return [
      { path: ['status', 'phase'], what: `Pod that has ${fate}`, message: ` has ${fate}: it holds nothing` },
    ];
  }
  const spec = objectAt(object, 'spec');
  const part = (path: Path, what: string, instead: string): LeftOut => ({
    path,
    what: `${what} of pods`,
    message: `: ${what} are not simulated, ${instead}`,
  });
  const fields = Object.entries(UNMODELLED_POD_FIELDS).flatMap(([field, [what, instead]]): LeftOut[] => {
    const value = spec[field];
    return Array.isArray(value) && value.length > 0 ? [part(['spec', field], what, instead)] : [];
  });
  const volumes = Array.isArray(spec['volumes']) ? (spec['volumes'] as readonly unknown[]) : [];
  const ephemeral = volumes.flatMap((volume, index): LeftOut[] =>
    isObject(volume) && volume['ephemeral'] !== undefined
      ? [part(['spec', 'volumes', index], 'ephemeral volumes', 'they tie the pod to no node')]
      : [],
  );
  return [...fields, ...ephemeral];
}

/** A quota of a scope that no pod can be told by is left out whole, of other counts than those of pods these alone. */
function quotaLeftOut(object: JsonObject): LeftOut[] {
  const [scope] = unknownScopes(object);
  if (scope !== undefined) {
    const what = `ResourceQuota of scope ${scope}`;
    return [{ path: [], what, message: `: pods of scope ${scope} are not told apart` }];
  }
  const hard = objectAt(objectAt(object, 'spec'), 'hard');
  return Object.keys(hard)
    .filter((name) => !isPodResource(name) && !isObjectResource(name))
    .map((name) => ({
      path: ['spec', 'hard', name],
      what: `quota of ${name}`,
      message: ': what it counts is not in the simulation',
    }));
}

function limitRangeLeftOut(object: JsonObject): LeftOut[] {
  const items = objectAt(object, 'spec')['limits'];
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, index): LeftOut[] => {
    const type = isObject(item) ? item['type'] : undefined;
    const path: Path = ['spec', 'limits', index];
    if (type === 'PersistentVolumeClaim') {
      const message = ': bounds of claims are not looked at, as none is made during the run';
      return [{ path, what: 'bounds of PersistentVolumeClaims', message }];
    }
    if (typeof type !== 'string' || !type.includes('/')) return [];
    return [{ path, what: `bounds of ${type}`, message: ': nothing in the simulation is of that type' }];
  });
}

/** The pod without what `leftOutOf` names. */
export function withoutLeftOut(pod: ApiObject): ApiObject {
  const spec = { ...objectAt(pod, 'spec') };
  for (const field of Object.keys(UNMODELLED_POD_FIELDS)) delete spec[field];
  if (Array.isArray(spec['volumes'])) {
    spec['volumes'] = spec['volumes'].filter(
      (volume) => !isObject(volume) || volume['ephemeral'] === undefined,
    );
  }
  return { ...pod, spec };
}
