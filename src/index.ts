/**
 * The library. Scenario in, results out:
 *
 *     const prepared = await prepareScenario('scenario.yaml');
 *     const { runs, verdict } = await comparePlatforms(prepared);
 *
 * Policies of one's own: `definePolicy`, or a whole `SchedulerDefinition`.
 */

// Running
export { type ComparisonOptions, comparePlatforms } from './experiment/compare-platforms.ts';
export {
  type PreparedScenario,
  type PrepareOptions,
  prepareScenario,
} from './experiment/prepare-scenario.ts';
export { runPlatform, type RunOptions } from './experiment/run-platform.ts';
export type { RunProgress } from './experiment/run/cluster-run.ts';

// Results
export type {
  CheckOutcome,
  Comparison,
  CostNode,
  CostSummary,
  GroupSummary,
  InstanceRow,
  InstanceTypeUse,
  RunResult,
  RunSummary,
  TaskRow,
  TimeBucket,
  TimeSeries,
} from './experiment/result.ts';
export { METRICS, type MetricName } from './model/metrics.ts';

// Metrics of one's own
export { defineMetric } from './experiment/user-metrics.ts';
export type { UserMetric } from './model/user-metric.ts';

// Explaining
export { type ExplainOptions, type ExplainQuestion, explainRun } from './experiment/explain-run.ts';
export type {
  DecisionExplanation,
  InstanceExplanation,
  InstanceOutcome,
  PolicyVerdict,
  Relaxation,
  RunExplanation,
  TaskExplanation,
  UnplacedExplanation,
} from './experiment/explanation.ts';

// Prices: lists that AWS publishes, and bills of a finished run at other prices or under commitments
export { catalogueOf, loadCatalogue, type Catalogue } from './io/catalogue.ts';
export { importPrices, type ImportedPrices } from './io/prices/import-prices.ts';
export { priceLines, readPriceFile, type ReadPriceList } from './io/prices/price-file.ts';
export type { Offer, PriceList, SpotSeries } from './model/offer.ts';
export type { UsageRecord } from './experiment/usage-record.ts';
export { type Commitment, parseCommitment } from './experiment/commitments.ts';
export {
  bestCommitments,
  type BestCommitments,
  type CommitmentChoice,
  priceAgain,
  type PriceChanges,
  type Repriced,
} from './experiment/price-again.ts';
export { billDifference, type DifferenceLine } from './experiment/bill-difference.ts';

// Plans
export type { Plan, PlatformPlan } from './model/plan.ts';

// Schedulers
export { definePolicy, type Policy } from './schedulers/policy.ts';
export {
  type DecisionInput,
  type Explanation,
  NO_INSTANCE,
  type OptionsProblem,
  type RandomDraws,
  type Scheduler,
  type SchedulerDefinition,
} from './schedulers/scheduler.ts';
export { findScheduler, SCHEDULER_NAMES } from './schedulers/registry.ts';
export type { ClusterView, InstanceShape } from './model/cluster-view.ts';
export type { TaskClass } from './model/task-class.ts';
export { LANE } from './model/resources.ts';

// Amazon ECS with schedulers of one's own that call StartTask
export { ecsSchedulerWith } from './schedulers/ecs/ecs-scheduler.ts';
export {
  canHost,
  defineStartTaskScheduler,
  type EcsAmounts,
  type HostedTask,
  type ReadInstance,
  type StartTaskDefinition,
  type StartTaskRound,
  type StartTaskWish,
  takeRoom,
  type WaitingTask,
} from './schedulers/start-task-scheduler.ts';

// kube-scheduler with plugins of one's own
export {
  defineKubernetesPlugin,
  type KubernetesPlugin,
  type KubernetesPluginDefinition,
  type KubernetesPluginFactory,
} from './schedulers/kubernetes/out-of-tree.ts';
export {
  type KubernetesScheduler,
  kubernetesSchedulerWith,
} from './schedulers/kubernetes/kubernetes-scheduler.ts';

// Packing experiments on traces
export {
  type InflationInput,
  type InflationNode,
  type InflationResult,
  runInflation,
} from './experiment/inflation.ts';
export { sensitivityOf } from './experiment/sensitivity.ts';
export type { SensitivityAnswer, TieVariant } from './experiment/sensitivity-answer.ts';
export { renderSensitivityMarkdown } from './report/sensitivity-text.ts';
export { type TypicalPod, typicalPods } from './experiment/typical-pods.ts';
export { readOpenbNodes, readOpenbRequests } from './io/traces/openb.ts';
export type { TraceShape } from './model/trace-table.ts';

// Functions that give the same number on every machine, for scores
export { exp, ln, pow } from './detmath.ts';

// Kubernetes objects, as the API has them
export { storedPod } from './schedulers/kubernetes/defaulting.ts';
export {
  nodeFromObject,
  type PodContext,
  podFromObject,
  type ReadNode,
} from './schedulers/kubernetes/objects.ts';
export type { VolumeObjects } from './schedulers/kubernetes/volume-claims.ts';
export { type ManifestPod, ManifestSet } from './schedulers/kubernetes/manifests/manifest-set.ts';

// Kubernetes' scheduling queue
export type {
  ClusterEvent,
  EventAction,
  EventResource,
  QueueingHint,
} from './schedulers/kubernetes/cluster-event.ts';
export type { PreEnqueuePlugin } from './schedulers/kubernetes/pre-enqueue.ts';
export type { QueuedPod, Rejection } from './schedulers/kubernetes/queued-pod.ts';
export {
  type EventSubject,
  type NodeSubject,
  type PodSubject,
  queueingHints,
  type WaitingPod,
} from './schedulers/kubernetes/queueing-hints.ts';
export {
  type QueuePlace,
  SchedulingQueue,
  type SchedulingQueueOptions,
} from './schedulers/kubernetes/scheduling-queue.ts';

// Bills
export { type AccountBill, accountBill, DEFAULT_RULES } from './billing/account-bill.ts';
export { type Bill, type BillInput, makeBill } from './billing/bill.ts';
export { lowestPriceFleet, type WeightedPool } from './billing/fleet-target.ts';
export { BillingError, type BillingProblem } from './billing/billing-problem.ts';
export { type CostShareInput, costShares } from './billing/cost-shares.ts';
export { type BurstableInstance, type CreditBill, creditBill } from './billing/cpu-credits.ts';
export { type StateChange, visitsOf } from './billing/instance-visits.ts';
export type { BillLine } from './billing/ledger.ts';
export { type Fraction, type Money, parseDecimal, toDecimal } from './billing/money.ts';
export type { PriceBook, PriceTier } from './billing/price-book.ts';
export { regionBook } from './billing/region-book.ts';
export type { BillRules, Usage } from './billing/usage.ts';

// Amazon ECS clusters and requests, as its API has them
export type {
  ClusterState,
  ContainerInstance,
  PlacementRequest,
  Task,
} from './experiment/ecs/cluster-state.ts';
export { judgeConstraints, type PlacementAnswer, placeTask } from './experiment/ecs/place-task.ts';
export {
  type RunTaskAnswer,
  type RunTaskRequest,
  runTask,
  type StartTaskRequest,
  startTask,
} from './experiment/ecs/run-task.ts';
export { type StopStep, stopTasks } from './experiment/ecs/stop-tasks.ts';
export type { EcsProblem, TaskDefinition, TaskOverride } from './model/ecs/task-definition.ts';
export { type TaskResources, taskResources } from './model/ecs/task-resources.ts';
export { cheapestFargateSize, type FargateSize, isFargateSize } from './model/ecs/fargate-sizes.ts';
export { healthyAt, type TaskHealth } from './model/ecs/healthy-at.ts';
export { AgentQueue, type HostNeed } from './controllers/ecs/agent-queue.ts';

// Amazon ECS: what its service scheduler, its capacity providers and Application Auto Scaling decide
export { deploymentBounds } from './controllers/ecs/deployment-bounds.ts';
export { type ServiceState, servicePass } from './controllers/ecs/service-pass.ts';
export { CircuitBreaker } from './controllers/ecs/circuit-breaker.ts';
export { nextProvider, providerToShrink } from './controllers/ecs/capacity-provider-strategy.ts';
export { capacityMetric } from './controllers/ecs/capacity-metric.ts';
export { ManagedScaling } from './controllers/ecs/managed-scaling.ts';
export { TargetTracking } from './controllers/ecs/target-tracking.ts';
export { StepScaling } from './controllers/ecs/step-scaling.ts';

// Proof
export { checkLog, createLogChecker, type LogChecker, type Violation } from './telemetry/check-log.ts';
export type { LogRecord } from './telemetry/log-record.ts';
export { BinaryLog } from './telemetry/binary-log.ts';
export { readEventLog } from './experiment/read-event-log.ts';

// Errors
export {
  type Diagnostic,
  DIAGNOSTIC_CODES,
  type DiagnosticCode,
  InputError,
  InvariantError,
} from './errors.ts';

// Controllers of Kubernetes, each a function from what it sees to what it does.
export {
  type AutoscalerSpec,
  NO_MEMORY,
  syncAutoscaler,
} from './controllers/kubernetes/horizontal-pod-autoscaler.ts';
export { syncReplicaSet } from './controllers/kubernetes/replica-set.ts';
export { syncDeployment } from './controllers/kubernetes/deployment.ts';
export { NO_STATUS } from './controllers/kubernetes/deployment-state.ts';
export { daemonEligibility, syncDaemonSet } from './controllers/kubernetes/daemon-set.ts';
export { daemonTolerations } from './schedulers/kubernetes/daemon-tolerations.ts';
export { syncStatefulSet } from './controllers/kubernetes/stateful-set.ts';
export { syncJob } from './controllers/kubernetes/job.ts';
export { NEW_JOB } from './controllers/kubernetes/job-state.ts';
export { NO_FAILURES } from './controllers/kubernetes/job-backoff.ts';
export { syncCronJob } from './controllers/kubernetes/cron-job.ts';
export { parseKubernetesCron } from './model/kubernetes-cron.ts';
export { answerEviction, syncDisruptionBudget } from './controllers/kubernetes/disruption-budget.ts';
export { evictionTimer } from './controllers/kubernetes/taint-eviction.ts';

// Statistics over replications, and of one long run.
export { bootstrapInterval } from './statistics/bootstrap.ts';
export {
  holm,
  isPreciseEnough,
  meanInterval,
  pairedInterval,
  pValueOfZero,
  welchInterval,
} from './statistics/intervals.ts';
export { paretoFront } from './statistics/pareto.ts';
export { quantileInterval, samplesForMaximum } from './statistics/quantile-interval.ts';
export { ocbaShares, rinottConstant, rinottReplications } from './statistics/ranking-selection.ts';
export { sobolIndices } from './statistics/sobol-indices.ts';
export { batchMeans, mser5, overlappingBatchMeans } from './statistics/steady-state.ts';
