import { isDeepStrictEqual } from 'node:util';
import { storedPod } from '../../src/schedulers/kubernetes/defaulting.ts';

/** What the API server made of a created pod: null when ours is the same, else what ours looks like. */
export function compareStored(created: unknown, recorded: unknown): string | null {
  const ours = storedPod(created);
  return isDeepStrictEqual(ours, recorded) ? null : `stored ${JSON.stringify(ours)}, recorded ${JSON.stringify(recorded)}`;
}
