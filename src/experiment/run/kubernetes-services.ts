import { startupSampler } from '../../controllers/distributions.ts';
import { daemonTolerations } from '../../schedulers/kubernetes/daemon-tolerations.ts';
import type { ScaledTarget } from '../../controllers/kubernetes/runtime/autoscalers.ts';
import type { RunningDaemonSet } from '../../controllers/kubernetes/runtime/daemon-sets.ts';
import type { RunningDeployment } from '../../controllers/kubernetes/runtime/deployments.ts';
import type { KubernetesControllers } from '../../controllers/kubernetes/runtime/kubernetes-controllers.ts';
import { withLostNodeTolerations } from '../../controllers/kubernetes/runtime/node-losses.ts';
import type { PodTemplate } from '../../controllers/kubernetes/runtime/pods.ts';
import { ReplicaSteps } from '../../controllers/replica-steps.ts';
import type { EventKind } from '../../kernel/kernel.ts';
import { PHASE } from '../../model/phases.ts';
import type { ServicePlan, TaskTemplate } from '../../model/plan.ts';
import type { PlanEvent, RolloutPlan, ServiceScalingPlan } from '../../model/service-plan.ts';
import { neutralAutoscaler } from './neutral-autoscaler.ts';
import type { PlatformRunParts } from './platform-run.ts';

type Deploy = Extract<PlanEvent, { kind: 'deploy' }>;

/** Source: kubernetes v1.36.2 pkg/apis/apps/v1/defaults.go. */
const DEPLOYMENT_DEFAULTS = { revisionHistoryLimit: 10, progressDeadlineSeconds: 600, paused: false };
const DEFAULT_SHARE = '25%';

interface Replicated {
  readonly plan: ServicePlan;
  readonly deployment: RunningDeployment;
  readonly steps: ReplicaSteps;
}

/**
 * The scenario's services as Kubernetes has them: a Deployment for each, a DaemonSet for those that run on every node, a
 * HorizontalPodAutoscaler for those that follow their load.
 */
export class KubernetesServices {
  readonly scaled: readonly ScaledTarget[];
  readonly #parts: PlatformRunParts;
  readonly #replicated: readonly Replicated[];
  readonly #daemons: readonly { readonly plan: ServicePlan; readonly set: RunningDaemonSet }[];
  readonly #deploys: readonly Deploy[];
  readonly #bounds: readonly { readonly atMs: number; readonly apply: () => void }[];
  readonly #kinds: Readonly<Record<'step' | 'deploy' | 'bounds', EventKind>>;

  constructor(parts: PlatformRunParts, controllers: KubernetesControllers) {
    this.#parts = parts;
    const { plan, kernel } = parts;
    const { services } = plan.workload;
    this.#replicated = services
      .filter(({ daemon }) => daemon !== true)
      .map((service) => this.#replicate(service, controllers));
    this.#daemons = services
      .filter(({ daemon }) => daemon === true)
      .map((service) => ({ plan: service, set: this.#onEveryNode(service, controllers) }));
    this.#deploys = (plan.events ?? []).filter((event) => event.kind === 'deploy');
    const scaled = this.#replicated.flatMap(({ plan: service, deployment }) =>
      service.scaling === undefined || service.scaling.targets.length === 0
        ? []
        : [{ scaling: service.scaling, scaled: neutralAutoscaler(service, service.scaling, deployment) }],
    );
    this.scaled = scaled.map((one) => one.scaled);
    this.#bounds = scaled.flatMap((one) => changesOfBounds(one.scaling, one.scaled.bounds));
    this.#kinds = {
      step: kernel.defineKind('service-step', PHASE.arrival, (index) => this.#step(index)),
      deploy: kernel.defineKind('service-deploy', PHASE.arrival, (index) => this.#deploy(index)),
      bounds: kernel.defineKind('autoscaler-bounds', PHASE.arrival, (index) => this.#bounds[index]!.apply()),
    };
  }

  /** The Deployment of a service. */
  deployment(name: string): RunningDeployment | undefined {
    return this.#replicated.find(({ plan }) => plan.name === name)?.deployment;
  }

  start(): void {
    const { kernel, plan } = this.#parts;
    this.#replicated.forEach(({ deployment, steps }, index) => {
      deployment.scale(steps.take());
      deployment.start();
      if (steps.atMs < plan.horizonMs) kernel.at(steps.atMs, this.#kinds.step, index);
    });
    this.#deploys.forEach(({ atMs }, index) => {
      if (atMs < plan.horizonMs) kernel.at(atMs, this.#kinds.deploy, index);
    });
    this.#bounds.forEach(({ atMs }, index) => {
      if (atMs < plan.horizonMs) kernel.at(atMs, this.#kinds.bounds, index);
    });
  }

  #step(index: number): void {
    const { kernel, plan } = this.#parts;
    const { deployment, steps } = this.#replicated[index]!;
    deployment.scale(steps.take());
    if (steps.atMs < plan.horizonMs) kernel.at(steps.atMs, this.#kinds.step, index);
  }

  #deploy(index: number): void {
    const deploy = this.#deploys[index]!;
    const isIts = ({ plan }: { readonly plan: ServicePlan }) => plan.name === deploy.service;
    // A template that is the same again is rolled out all the same, as by kubectl rollout restart.
    const revision = String(index + 2);
    const replicated = this.#replicated.find(isIts);
    replicated?.deployment.deploy(this.#template(replicated.plan, revision, deploy));
    const daemon = this.#daemons.find(isIts);
    daemon?.set.deploy(this.#template(daemon.plan, revision, deploy));
  }

  #replicate(service: ServicePlan, controllers: KubernetesControllers): Replicated {
    const { store, onDesired, observer } = this.#parts;
    const template = this.#template(service, '1', null);
    const { groupId } = store.classes[template.classId]!;
    const deployment = controllers.addDeployment({
      name: service.name,
      spec: { ...DEPLOYMENT_DEFAULTS, replicas: 0, strategy: strategyOf(service.rollout) },
      minReadyMs: 0,
      template,
      onDesired: (count) => onDesired(groupId, count),
      tell: (reason, message) => observer.said(service.name, reason, message),
    });
    return { plan: service, deployment, steps: new ReplicaSteps(service) };
  }

  #onEveryNode(service: ServicePlan, controllers: KubernetesControllers): RunningDaemonSet {
    const { store, onDesired } = this.#parts;
    const template = this.#template(service, '1', null);
    const { groupId } = store.classes[template.classId]!;
    const minimum = service.rollout?.minimumHealthyPercent;
    return controllers.addDaemonSet({
      name: service.name,
      template,
      minReadyMs: 0,
      rollingUpdate: { maxUnavailable: minimum === undefined ? 1 : `${100 - minimum}%`, maxSurge: 0 },
      onDesired: (count) => onDesired(groupId, count),
    });
  }

  #template(service: ServicePlan, revision: string, deploy: Deploy | null): PodTemplate {
    const { classOf, stream } = this.#parts;
    const template = deploy?.template ?? service.template;
    const startup = startupSampler(template.startup);
    const draws = stream('startup', service.name);
    const registrationMs = service.loadBalancer?.registrationMs ?? 0;
    const failing = deploy?.failing ?? null;
    const fates = failing === null ? null : stream('failing', service.name);
    return {
      revision,
      classId: classOf(service, service.daemon === true ? withDaemonTolerations(template) : template),
      startupMs: () => startup(draws.double()) + registrationMs,
      runtimeMs: () => Number.POSITIVE_INFINITY,
      fate: () => (failing !== null && fates!.double() < failing.share ? 'unready' : 'good'),
      tolerations: withLostNodeTolerations(template.tolerations),
      deletionCost: 0,
    };
  }
}

/**
 * The neutral bounds in Kubernetes' words: what must stay healthy leaves the rest to be missing, what there may be in all
 * is a surge beyond the wanted number. Kubernetes rounds the surge up where ECS rounds it down.
 */
function strategyOf(rollout: RolloutPlan | undefined) {
  const { minimumHealthyPercent: minimum, maximumPercent: maximum } = rollout ?? {};
  return {
    type: 'RollingUpdate' as const,
    maxUnavailable: minimum === undefined ? DEFAULT_SHARE : `${100 - minimum}%`,
    maxSurge: maximum === undefined ? DEFAULT_SHARE : `${Math.max(0, maximum - 100)}%`,
  };
}

function withDaemonTolerations(template: TaskTemplate): TaskTemplate {
  const own = daemonTolerations(template.network === 'host');
  return { ...template, tolerations: [...template.tolerations, ...own] };
}

function changesOfBounds(
  { scheduled }: ServiceScalingPlan,
  bounds: ScaledTarget['bounds'],
): { readonly atMs: number; readonly apply: () => void }[] {
  return scheduled.map(({ atMs, minCapacity, maxCapacity }) => ({
    atMs,
    apply: () => {
      if (minCapacity !== null) bounds.min = minCapacity;
      if (maxCapacity !== null) bounds.max = maxCapacity;
    },
  }));
}
