import type { EventKind, Kernel } from '../../kernel/kernel.ts';
import { PHASE } from '../../model/phases.ts';
import type { ServicePlan } from '../../model/plan.ts';
import type { ServiceScalingPlan } from '../../model/service-plan.ts';
import { MINUTE, SECOND } from '../../units.ts';
import { loadMetric } from '../load-metrics.ts';
import type { EcsService } from './ecs-service.ts';
import { afterScheduledAction, type CapacityBounds } from './scalable-target.ts';
import { StepScaling } from './step-scaling.ts';
import { TargetTracking } from './target-tracking.ts';

export interface ServiceScalingOptions {
  readonly kernel: Kernel;
  /** Those without scaling are left alone. */
  readonly services: readonly { readonly plan: ServicePlan; readonly service: EcsService }[];
  readonly setDesired: (name: string, count: number) => void;
  /** Datapoints in a row that move target tracking. */
  readonly datapoints: { readonly out: number; readonly in: number };
}

interface ScaledService {
  readonly plan: ServicePlan;
  readonly scaling: ServiceScalingPlan;
  readonly service: EcsService;
  /** Read by the policies at each datapoint, changed by scheduled actions. */
  readonly bounds: { minCapacity: number; maxCapacity: number };
  readonly tracking: TargetTracking;
  readonly steps: readonly {
    readonly scaling: StepScaling;
    readonly metric: 'cpu' | 'memory' | 'requests';
  }[];
}

/**
 * Application Auto Scaling of services: once a minute the load metrics of each are shown to its policies, and at their
 * times scheduled actions set new bounds. Target tracking is asked first; step policies only where it leaves the
 * desired count alone.
 */
export class ServiceScaling {
  readonly #options: ServiceScalingOptions;
  readonly #scaled: readonly ScaledService[];
  readonly #actions: readonly { readonly scaled: ScaledService; readonly action: number }[];
  readonly #minute: EventKind;
  readonly #scheduled: EventKind;

  constructor(options: ServiceScalingOptions) {
    this.#options = options;
    const { kernel } = options;
    this.#scaled = options.services.flatMap(({ plan, service }) =>
      plan.scaling === undefined ? [] : [scaledService(plan, plan.scaling, service, options.datapoints)],
    );
    this.#actions = this.#scaled.flatMap((scaled) =>
      scaled.scaling.scheduled.map((_, action) => ({ scaled, action })),
    );
    this.#minute = kernel.defineKind('service-scaling', PHASE.autoscale, () => this.#observe());
    this.#scheduled = kernel.defineKind('scheduled-scaling', PHASE.arrival, (index) => this.#act(index));
  }

  start(): void {
    const { kernel } = this.#options;
    if (this.#scaled.length > 0) kernel.at(MINUTE, this.#minute, 0);
    this.#actions.forEach(({ scaled, action }, index) => {
      kernel.at(scaled.scaling.scheduled[action]!.atMs, this.#scheduled, index);
    });
  }

  #observe(): void {
    const { kernel, setDesired } = this.#options;
    for (const scaled of this.#scaled) {
      const { plan, scaling, service } = scaled;
      const { running, desired } = service;
      const at = { timeMs: kernel.nowMs, running };
      const { load } = plan;
      const show = (metric: 'cpu' | 'memory' | 'requests') =>
        load === undefined ? null : loadMetric(metric, load, plan.template, at);
      const metrics = scaling.targets.map(({ metric }) => show(metric));
      const tracked = scaled.tracking.observe({
        running,
        desired,
        metrics,
        deploymentInProgress: service.inProgress,
      });
      let wanted = tracked.desired;
      for (const { scaling: steps, metric } of scaled.steps) {
        const stepped = steps.observe(desired, show(metric));
        if (wanted === desired) wanted = stepped.desired;
      }
      if (wanted !== desired) setDesired(plan.name, wanted);
    }
    kernel.after(MINUTE, this.#minute, 0);
  }

  #act(index: number): void {
    const { scaled, action } = this.#actions[index]!;
    const { minCapacity, maxCapacity } = scaled.scaling.scheduled[action]!;
    if (minCapacity !== null) scaled.bounds.minCapacity = minCapacity;
    if (maxCapacity !== null) scaled.bounds.maxCapacity = maxCapacity;
    const { desired } = scaled.service;
    const wanted = afterScheduledAction(desired, scaled.bounds);
    if (wanted !== desired) this.#options.setDesired(scaled.plan.name, wanted);
  }
}

function scaledService(
  plan: ServicePlan,
  scaling: ServiceScalingPlan,
  service: EcsService,
  datapoints: ServiceScalingOptions['datapoints'],
): ScaledService {
  const bounds = { minCapacity: scaling.minCapacity, maxCapacity: scaling.maxCapacity };
  const tracking = new TargetTracking(
    bounds,
    scaling.targets.map(({ value, scaleInCooldownMs, disableScaleIn }) => ({
      targetValue: value,
      scaleInCooldownSeconds: scaleInCooldownMs / SECOND,
      disableScaleIn,
    })),
    datapoints,
  );
  return { plan, scaling, service, bounds, tracking, steps: stepsOf(scaling, bounds) };
}

/** Policies of one metric share one state: those for high and low values of it belong together. */
function stepsOf(scaling: ServiceScalingPlan, bounds: CapacityBounds): ScaledService['steps'] {
  const metrics = [...new Set(scaling.steps.map(({ metric }) => metric))];
  return metrics.map((metric) => ({
    metric,
    scaling: new StepScaling(
      bounds,
      scaling.steps
        .filter((step) => step.metric === metric)
        .map(({ adjustments, cooldownMs, ...policy }) => ({
          ...policy,
          cooldownSeconds: cooldownMs / SECOND,
          steps: adjustments.map(({ lower, upper, change }) => ({ lower, upper, scalingAdjustment: change })),
        })),
    ),
  }));
}
