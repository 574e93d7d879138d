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
export type { RunProgress } from './experiment/cluster-run.ts';

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

// Kubernetes objects, as the API has them
export { storedPod } from './schedulers/kubernetes/defaulting.ts';
export {
  nodeFromObject,
  type PodContext,
  podFromObject,
  type ReadNode,
} from './schedulers/kubernetes/objects.ts';
export type { VolumeObjects } from './schedulers/kubernetes/volume-claims.ts';

// Kubernetes' scheduling queue
export type {
  ClusterEvent,
  EventAction,
  EventResource,
  QueueingHint,
} from './schedulers/kubernetes/cluster-event.ts';
export type { QueuedPod, Rejection } from './schedulers/kubernetes/queued-pod.ts';
export {
  type EventSubject,
  type NodeSubject,
  type PodSubject,
  queueingHints,
  type WaitingPod,
} from './schedulers/kubernetes/queueing-hints.ts';
export {
  type PreEnqueuePlugin,
  type QueuePlace,
  SchedulingQueue,
  type SchedulingQueueOptions,
} from './schedulers/kubernetes/scheduling-queue.ts';

// Bills
export { type AccountBill, accountBill, DEFAULT_RULES } from './billing/account-bill.ts';
export { type Bill, type BillInput, makeBill } from './billing/bill.ts';
export { BillingError, type BillingProblem } from './billing/billing-problem.ts';
export { type CostShareInput, costShares } from './billing/cost-shares.ts';
export { type BurstableInstance, type CreditBill, creditBill } from './billing/cpu-credits.ts';
export { type StateChange, visitsOf } from './billing/instance-visits.ts';
export type { BillLine } from './billing/ledger.ts';
export { type Fraction, type Money, parseDecimal, toDecimal } from './billing/money.ts';
export type { PriceBook, PriceTier } from './billing/price-book.ts';
export { regionBook } from './billing/region-book.ts';
export type { BillRules, Usage } from './billing/usage.ts';

// Proof
export { checkLog, type Violation } from './telemetry/check-log.ts';
export type { LogRecord } from './telemetry/log-record.ts';

// Errors
export {
  type Diagnostic,
  DIAGNOSTIC_CODES,
  type DiagnosticCode,
  InputError,
  InvariantError,
} from './errors.ts';
