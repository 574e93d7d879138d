import type { Path, Reader } from './reader.ts';

/** Feature gates of kube-scheduler that can be set, by version: those whose both sides are simulated, with defaults. */
const GATES = {
  '1.34': {},
  // Source: kubernetes v1.36.2 pkg/features/kube_features.go, beta and on since 1.35
  '1.36': { OpportunisticBatching: true },
} as const satisfies Readonly<Record<string, Partial<FeatureGates>>>;

const NAMES = ['OpportunisticBatching'] as const;

export interface FeatureGates {
  /** A pod may take a node that the cycle of an equal pod just before left as next best. */
  readonly OpportunisticBatching: boolean;
}

/** Gates that the version lacks are off; to name one is a problem, as for kube-scheduler itself. */
export function readFeatureGates(
  reader: Reader,
  raw: unknown,
  path: Path,
  version: keyof typeof GATES,
): FeatureGates {
  const defaults: Partial<FeatureGates> = GATES[version];
  const given = reader.object(raw, path, NAMES) ?? {};
  for (const name of NAMES) {
    if (given[name] === undefined || defaults[name] !== undefined) continue;
    reader.problem([...path, name], `kube-scheduler ${version} has no feature gate '${name}'`);
  }
  const gate = (name: keyof FeatureGates) =>
    reader.boolean(given[name], [...path, name]) ?? defaults[name] ?? false;
  return { OpportunisticBatching: gate('OpportunisticBatching') };
}
