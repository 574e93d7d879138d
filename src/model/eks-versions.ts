/**
 * Days on which Kubernetes versions leave standard and extended support of EKS.
 * Source: Amazon EKS user guide, kubernetes-versions.adoc, as of 2024-12-18.
 */
export const EKS_VERSIONS: ReadonlyMap<
  string,
  { readonly standardUntil: string; readonly extendedUntil: string }
> = new Map([
  ['1.24', { standardUntil: '2024-01-31', extendedUntil: '2025-01-31' }],
  ['1.25', { standardUntil: '2024-05-01', extendedUntil: '2025-05-01' }],
  ['1.26', { standardUntil: '2024-06-11', extendedUntil: '2025-06-11' }],
  ['1.27', { standardUntil: '2024-07-24', extendedUntil: '2025-07-24' }],
  ['1.28', { standardUntil: '2024-11-26', extendedUntil: '2025-11-26' }],
  ['1.29', { standardUntil: '2025-03-23', extendedUntil: '2026-03-23' }],
  ['1.30', { standardUntil: '2025-07-23', extendedUntil: '2026-07-23' }],
  ['1.31', { standardUntil: '2025-11-26', extendedUntil: '2026-11-26' }],
]);
