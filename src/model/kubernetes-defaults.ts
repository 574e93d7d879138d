import { type DefaultRows, defaultsOf, namedRows, type PlatformDefault } from './platform-default.ts';

/** How the controllers of a Kubernetes platform behave where a cluster's owner may choose, or nobody publishes a number. */
export interface KubernetesControllerSettings {
  /** From a change of an object until its controller has seen it and acts: informer and work queue. */
  readonly latencyMs: number;
  /** Pods that one controller may create in a second, and how many at once after a pause; null: no limit. */
  readonly creationsPerSecond: number | null;
  readonly creationBurst: number;
  /** Between two looks of the HorizontalPodAutoscaler. */
  readonly autoscalerPeriodMs: number;
  /** From the last sign of life of a node until it counts as silent. */
  readonly nodeGraceMs: number;
  /** Between two requests for an eviction that a disruption budget has refused. */
  readonly evictionRetryMs: number;
}

const MANAGER = 'kube-controller-manager v1.36';
const ROWS = {
  latencyMs: { value: 0, unit: 'ms', evidence: 'chosen', source: 'informers take milliseconds' },
  creationsPerSecond: {
    value: null,
    unit: 'count',
    evidence: 'chosen',
    source: `no limit; ${MANAGER} has --kube-api-qps 20, managed control planes set it higher`,
  },
  creationBurst: { value: 30, unit: 'count', evidence: 'documented', source: `${MANAGER} --kube-api-burst` },
  autoscalerPeriodMs: {
    value: 15_000,
    unit: 'ms',
    evidence: 'documented',
    source: `${MANAGER} --horizontal-pod-autoscaler-sync-period`,
  },
  nodeGraceMs: {
    value: 50_000,
    unit: 'ms',
    evidence: 'documented',
    source: `${MANAGER} --node-monitor-grace-period`,
  },
  evictionRetryMs: {
    value: 5000,
    unit: 'ms',
    evidence: 'source',
    source: 'kubectl v1.36.2 pkg/drain/drain.go',
  },
} as const;

/** Where the scenario says nothing else. */
export const KUBERNETES_CONTROLLER_DEFAULTS: KubernetesControllerSettings =
  defaultsOf<KubernetesControllerSettings>(ROWS);

/** Every default above as a row of a table. */
export const KUBERNETES_CONTROLLER_ROWS: readonly PlatformDefault[] = namedRows(
  {
    ...ROWS,
    creationsPerSecond: { ...ROWS.creationsPerSecond, value: 'no limit' },
  } satisfies DefaultRows<KubernetesControllerSettings>,
  'controllers',
);
