import type { Taint, Toleration } from './task-class.ts';

/**
 * Does the toleration match the taint? Empty effect: every effect; empty key: every key; Exists: every value; Equal
 * (the default): the same value. Source: kubernetes v1.36.2 staging/src/k8s.io/api/core/v1/toleration.go
 */
export function tolerates(
  { effect, key = '', operator = 'Equal', value = '' }: Toleration,
  taint: Taint,
): boolean {
  if (effect !== undefined && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  return operator === 'Exists' || value === taint.value;
}

/** Does any of the tolerations match the taint? */
export function isTolerated(taint: Taint, tolerations: readonly Toleration[]): boolean {
  return tolerations.some((toleration) => tolerates(toleration, taint));
}
