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

/**
 * latencyMs: chosen; informers take milliseconds. creationsPerSecond: chosen; kube-controller-manager's own default is
 * --kube-api-qps 20 and --kube-api-burst 30, and managed control planes set it higher. The others are documented:
 * --horizontal-pod-autoscaler-sync-period 15 s, --node-monitor-grace-period 50 s (kube-controller-manager v1.36), and
 * kubectl drain, which asks again after 5 s (kubectl v1.36.2 pkg/drain/drain.go).
 */
export const KUBERNETES_CONTROLLER_DEFAULTS: KubernetesControllerSettings = {
  latencyMs: 0,
  creationsPerSecond: null,
  creationBurst: 30,
  autoscalerPeriodMs: 15_000,
  nodeGraceMs: 50_000,
  evictionRetryMs: 5000,
};
