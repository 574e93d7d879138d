import { HOUR, MINUTE, SECOND } from '../../units.ts';

/**
 * Does the annotation karpenter.sh/do-not-disrupt hold its pod? `true` always does, a duration such as `1h30m` while
 * the pod is younger; one whose start is unknown counts as younger. Anything else says nothing.
 * Source: karpenter v1.14.1 pkg/utils/pod/scheduling.go, IsDoNotDisruptActive
 */
export function isHeldByAnnotation(value: string | undefined, ageMs: number | null): boolean {
  if (value === undefined) return false;
  if (value === 'true') return true;
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(value);
  if (parts === null) return false;
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  const lengthMs = hours * HOUR + minutes * MINUTE + seconds * SECOND;
  return lengthMs > 0 && (ageMs === null || ageMs < lengthMs);
}
