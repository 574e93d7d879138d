import type { ClusterAutoscalerSettings, KarpenterSettings } from './autoscaler-plan.ts';
import type { BillingPlan } from './billing-plan.ts';
import type { ClusterUpgradeSettings } from './cluster-upgrade.ts';
import type { StrategyItem } from './capacity-provider-strategy.ts';
import type { ContainerHealthCheck } from './ecs/container-health.ts';
import type { EcsQuotas } from './ecs-quotas.ts';
import type { NodeClassKubelet } from './node-class-kubelet.ts';
import type { LoadBalancerKind } from './load-balancer-defaults.ts';
import type { InstanceType } from './instance-type.ts';
import type { EcsCapacity, EcsServiceSettings } from './ecs-defaults.ts';
import type { KubernetesControllerSettings } from './kubernetes-defaults.ts';
import type { KubeletSettings } from './kubelet-defaults.ts';
import type { MemoryUsePlan } from './memory-use.ts';
import type { SpotMarketPlan, SpotPurchase } from './purchase.ts';
import type { SelfRunControlPlanePlan } from './self-run-control-plane.ts';
import type { LoadPlan, PlanEvent, RolloutPlan, ServiceScalingPlan } from './service-plan.ts';
import type { RunTaskPlan } from './ecs-run-task.ts';
import type { EcsTaskLifePlan } from './ecs-task-life.ts';
import type { FargatePlan } from './fargate-plan.ts';
import type { ApiRatesPlan, StartTaskPlan } from './start-task-plan.ts';
import type { ImageRef, Taint, Toleration } from './task-class.ts';

/** An object of the Kubernetes API as plain data, trimmed to what placement depends on. */
export type ApiObject = Readonly<Record<string, unknown>>;

/**
 * A plan: a scenario with every default filled in and every import resolved. Times are integer milliseconds since
 * the start of the run, memory is bytes, CPU is millicores. Nothing behind it reads a scenario file or guesses a
 * default. Its hash names the run. It writes itself back as a scenario whose plan is the same plan.
 */
export interface Plan {
  readonly version: 1;
  readonly name: string;
  readonly description: string;
  /** Root of every random stream. */
  readonly seed: number;
  /** Origin of calendars, milliseconds since 1970 UTC. */
  readonly startEpochMs: number;
  readonly horizonMs: number;
  readonly region: string;
  /** Every instance type that a fleet uses, from the catalogue or the scenario itself, with its price. */
  readonly types: readonly InstanceType[];
  /** Where the prices and shapes come from, for every footer. */
  readonly catalogue: { readonly id: string; readonly date: string };
  /** The imported price list that the instance prices were taken from, by the SHA-256 of its lines. */
  readonly prices?: { readonly file: string; readonly sha256: string };
  /** How the Spot market behaves; there when a group buys Spot. */
  readonly spot?: SpotMarketPlan;
  readonly fleet: readonly FleetGroup[];
  readonly workload: WorkloadPlan;
  readonly platforms: readonly PlatformPlan[];
  /** Absent: list prices, and nothing but what the simulation models. */
  readonly billing?: BillingPlan;
  readonly checks: readonly Check[];
  /** Files of metrics of one's own, beside the scenario. Absent: none. */
  readonly metrics?: readonly string[];
  /** A promise about waiting. Absent: none. */
  readonly slo?: SloPlan;
  /** In order of time. Absent: none. */
  readonly events?: readonly PlanEvent[];
}

export interface FleetGroup {
  readonly name: string;
  /** Names in `Plan.types`, in order of preference. */
  readonly types: readonly string[];
  readonly zones: readonly string[];
  readonly size: { readonly min: number; readonly max: number; readonly initial: number };
  /** From the request to running (not billed), and from running to ready (billed). */
  readonly launch: Distribution;
  readonly boot: Distribution;
  readonly rootVolume: RootVolume;
  /** Only for Kubernetes: what a node class says of the kubelet. Absent: as the platform has it. */
  readonly kubelet?: NodeClassKubelet;
  /** Attributes (ECS) or labels (Kubernetes) of every instance. */
  readonly labels: ReadonlyMap<string, string>;
  readonly taints: readonly Taint[];
  /** Extended resources that every instance offers, by name: licences, FPGAs, whatever templates ask for. */
  readonly extended: ReadonlyMap<string, number>;
  /** Spot, or a mixture; absent: On-Demand alone. */
  readonly spot?: SpotPurchase;
  /**
   * Instances with their own names and types, in order, instead of a size: clusters read from a trace. `size` is
   * then their number.
   */
  readonly instances: readonly { readonly name: string; readonly type: string; readonly zone: string }[];
  /** Only for Kubernetes: what the instances look like. Absent: like their types. */
  readonly nodes?: NodeManifests;
  /** Only for ECS: what the instances registered, one for each of `instances`, in their order. Absent: like their types. */
  readonly containerInstances?: readonly RegisteredInstance[];
}

/** A container instance as it registered. */
export interface RegisteredInstance {
  readonly ec2InstanceId: string;
  /** Units of 1/1024 vCPU, MiB, devices. */
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly gpus: number;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

export interface NodeManifests {
  /** Node objects, one for each of `instances`, in their order. */
  readonly objects: readonly ApiObject[];
  /** Of a node whose instance type has no price; null where all have one. */
  readonly priceE10PerHour: bigint | null;
}

export interface RootVolume {
  readonly type: 'gp2' | 'gp3';
  readonly sizeGiB: number;
  readonly iops: number;
  readonly throughputMiBps: number;
}

export interface TaskTemplate {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralBytes: number;
  readonly gpu: { readonly count: number; readonly milli: number; readonly models: readonly string[] } | null;
  /** Extended resources by name: whole amounts. */
  readonly extended: ReadonlyMap<string, number>;
  /** Ports fixed on the instance. Container ports that get any free port do not appear. */
  readonly hostPorts: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP' }[];
  /** awsvpc: each task takes a network interface on ECS. Kubernetes pods always have an address of their own. */
  readonly network: 'bridge' | 'host' | 'awsvpc' | 'none';
  readonly image: ImageRef | null;
  /**
   * From placement to running: pull, start, health check. `parts`: what the platform's parts of a task's life come to;
   * `UNKNOWN_STARTUP` where it knows none.
   */
  readonly startup: Distribution | 'parts';
  readonly labels: ReadonlyMap<string, string>;
  readonly where: ReadonlyMap<string, string>;
  /** What only Kubernetes platforms look at. Absent: nothing said. */
  readonly kubernetes?: {
    /** `spec.schedulerName` of the pods: which profile places them. */
    readonly schedulerName: string;
  };
  /** What tasks really use of memory. Absent: what they ask for. */
  readonly usage?: MemoryUsePlan;
  readonly distinctInstance: boolean;
  readonly tolerations: readonly Toleration[];
  /**
   * Higher goes first, where the platform knows priorities: on Kubernetes it also has lower ones evicted. ECS knows none.
   */
  readonly priority: number;
  /** Never: waits for room instead of having others evicted. Absent: PreemptLowerPriority. */
  readonly preemptionPolicy?: 'Never';
  /** What only Amazon ECS understands. Absent: nothing. */
  readonly ecs?: EcsTemplatePlan;
}

/** A strategy or constraint. */
export interface EcsEntry {
  readonly type: string;
  readonly field?: string | undefined;
  readonly expression?: string | undefined;
}

/** What a task definition and the request that runs it say beyond the neutral words, in the API's own shape. */
export interface EcsTemplatePlan {
  /** Exactly, in units of 1/1024 vCPU; null: what `cpuMilli` comes to. */
  readonly cpuUnits: number | null;
  /** Task group; null: `service:NAME` or `family:NAME`. */
  readonly group: string | null;
  readonly placementStrategy: readonly EcsEntry[];
  readonly placementConstraints: readonly EcsEntry[];
  readonly requiresAttributes: readonly { readonly name: string; readonly value: string | null }[];
  /** Of the subnets of tasks with an interface of their own; null: any. */
  readonly zones: readonly string[] | null;
  /** The only instance that will do, by name, as StartTask names one; null: placement decides. */
  readonly instance: string | null;
  /** Of an essential container. Absent: there is none. */
  readonly healthCheck?: HealthCheckPlan;
}

/** A health check, and what it finds. */
export interface HealthCheckPlan extends ContainerHealthCheck {
  /** From RUNNING until the container answers. */
  readonly ready: Distribution;
  /** How often a container that answers stops to, for good. */
  readonly failuresPerHour: number;
}

/** What the request for a service says to ECS alone. */
export interface EcsServicePlan {
  /** Absent: the strategy of the platform. */
  readonly capacityProviderStrategy?: readonly StrategyItem[];
  /** Absent: as the platform does. */
  readonly availabilityZoneRebalancing?: 'ENABLED' | 'DISABLED';
  /** So long after RUNNING nothing that is unhealthy counts. Absent: 0. */
  readonly healthCheckGraceMs?: number;
}

/** What the RunTask request for a job says to ECS alone. */
export type EcsJobPlan = Pick<EcsServicePlan, 'capacityProviderStrategy'>;

/** Start-up in parts, where the platform knows none: pull from a cache and start. Chosen. */
export const UNKNOWN_STARTUP: Distribution = { kind: 'constant', valueMs: 2000 };

export interface WorkloadPlan {
  readonly services: readonly ServicePlan[];
  readonly jobs: readonly JobPlan[];
  readonly traces: readonly TracePlan[];
  readonly distributions: readonly EmpiricalPlan[];
  /**
   * Only for Kubernetes: pods, and objects that decide about their place (priority classes, volumes, budgets,
   * namespaces, selectors), in the order of the files. Absent: none.
   */
  readonly manifests?: readonly ApiObject[];
}

export interface ServicePlan {
  readonly name: string;
  readonly template: TaskTemplate;
  /** Wanted number of tasks from each time on; the first step is at 0. Repeats every `repeatMs` if not null. */
  readonly replicas: readonly { readonly atMs: number; readonly count: number }[];
  readonly repeatMs: number | null;
  readonly spread: 'zone' | 'instance' | 'none';
  readonly loadBalancer: {
    readonly name: string;
    readonly kind: LoadBalancerKind;
    /** Added to each task's start-up: registration and the first passed health checks. */
    readonly registrationMs: number;
    /** From the order to stop until the load balancer has let go of a task. Absent: as the platform does by itself. */
    readonly deregistrationMs?: number;
  } | null;
  /** One task on each instance that can take it; `replicas` then says nothing. Absent: false. */
  readonly daemon?: boolean;
  /** Absent: as the platform does by itself. */
  readonly rollout?: RolloutPlan;
  /** Absent: unknown. */
  readonly load?: LoadPlan;
  /** Absent: the wanted number is that of `replicas`, always. */
  readonly scaling?: ServiceScalingPlan;
  /** Absent: as the platform does. */
  readonly ecs?: EcsServicePlan;
}

export interface JobPlan {
  readonly name: string;
  readonly template: TaskTemplate;
  readonly arrivals: Arrivals;
  /** Tasks that each arrival brings. */
  readonly count: number;
  readonly runtime: Distribution;
  /** Absent: as the platform does. */
  readonly ecs?: EcsJobPlan;
}

/** Rates are tasks (arrivals) per hour. */
export type Arrivals =
  | {
      readonly kind: 'poisson';
      readonly steps: readonly { readonly atMs: number; readonly perHour: number }[];
      readonly repeatMs: number | null;
    }
  | { readonly kind: 'every'; readonly intervalMs: number; readonly firstMs: number }
  | { readonly kind: 'at'; readonly timesMs: readonly number[] }
  | { readonly kind: 'schedule'; readonly expression: string; readonly timezone: string }
  | { readonly kind: 'triggered'; readonly trigger: TriggerPlan };

/** What starts tasks by having happened, and how long the event takes to be delivered. */
export type TriggerPlan = { readonly delay: Distribution } & (
  | {
      readonly on: 'task';
      /** A service, job or trace. */
      readonly of: string;
      readonly outcome: 'succeeded' | 'failed' | 'stopped' | 'any';
    }
  | {
      readonly on: 'instance';
      readonly group: string;
      readonly state: 'ready' | 'draining' | 'noticed' | 'terminated';
    }
);

/** All sampled by inversion from one uniform draw; results are whole milliseconds, at least 0. */
export type Distribution =
  | { readonly kind: 'constant'; readonly valueMs: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'lognormal'; readonly meanMs: number; readonly p95Ms: number }
  | { readonly kind: 'hyperexponential'; readonly meanMs: number; readonly squaredVariation: number }
  | {
      readonly kind: 'empirical';
      readonly points: readonly { readonly valueMs: number; readonly weight: number }[];
    };

export interface TracePlan {
  readonly name: string;
  readonly format: TraceFormat;
  /** As written in the scenario, `{traces}` included. */
  readonly file: string;
  /** Of the bytes of all files read; the plan is only as good as the data it was made for. */
  readonly sha256: string;
  /** Rows with fromMs ≤ submit < toMs, on the trace's own clock; null takes all. Times then count from fromMs. */
  readonly window: { readonly fromMs: number; readonly toMs: number } | null;
  /** Share of rows kept, by an own random stream. */
  readonly sample: number;
  /** Factors on submit times and on runtimes. */
  readonly timeScale: number;
  readonly runtimeScale: number;
  /** 'none': tasks never end by themselves. */
  readonly departures: 'trace' | 'none';
  /** For csv: which column is what. */
  readonly columns: ReadonlyMap<string, string>;
  /** What the rows do not say: image, start-up, constraints. CPU and memory of it are not used. */
  readonly template: TaskTemplate;
}
export const TRACE_FORMATS = ['openb', 'azure-2017', 'swf', 'csv'] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];

/** Arrivals drawn from measured joint counts of (hour, size, lifetime); the file stands beside the scenario. */
export interface EmpiricalPlan {
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  /** Factor on the counts. */
  readonly scale: number;
  readonly template: TaskTemplate;
}

export type PlatformPlan = PlatformCommon &
  (
    | {
        readonly kind: 'ecs';
        readonly scheduler: SchedulerChoice;
        readonly reservedMemoryMiB: number;
        readonly awsvpcTrunking: boolean;
        /** In place of instances; `fleet` says nothing then. Absent: tasks run on instances. */
        readonly fargate?: FargatePlan;
        /** RunTask fails when there is no room. Absent: its tasks wait. */
        readonly runTask?: RunTaskPlan;
        /** Schedulers of one's own beside RunTask and the service scheduler. Absent: none. */
        readonly startTask?: readonly StartTaskPlan[];
        /** What differs from `API_RATE_DEFAULTS`, which own schedulers keep to. Absent: nothing. */
        readonly apiRates?: ApiRatesPlan;
        /** What differs from `ECS_QUOTAS`. Absent: nothing. */
        readonly quotas?: Partial<EcsQuotas>;
        /** How agents lose their connection. Absent: they do not. */
        readonly agentLosses?: AgentLossPlan;
        /** Absent: start-ups are lengths of time, and tasks stop at once. */
        readonly taskLife?: EcsTaskLifePlan;
        /** What differs from `ECS_SERVICE_DEFAULTS`. */
        readonly services?: Partial<EcsServiceSettings>;
      }
    | {
        readonly kind: 'kubernetes';
        readonly scheduler: SchedulerChoice;
        readonly version: '1.34' | '1.36';
        /** eks is billed by the hour and never fails; none is free, unless the billing section states it. */
        readonly controlPlane: 'eks' | 'none' | SelfRunControlPlanePlan;
        /** What differs from the defaults of `upgradeSettings`. */
        readonly upgrades?: Partial<ClusterUpgradeSettings>;
        /** Requests of the agents that run on every node (network, proxy). */
        readonly daemons: { readonly cpuMilli: number; readonly memoryBytes: number; readonly pods: number };
        /** What differs from the defaults of `kubeletSettings`. */
        readonly kubelet?: Partial<KubeletSettings>;
        /** What differs from `KUBERNETES_CONTROLLER_DEFAULTS`. */
        readonly controllers?: Partial<KubernetesControllerSettings>;
      }
    | { readonly kind: 'bare'; readonly scheduler: SchedulerChoice }
  );

/** Each agent loses its connection at random, again and again, and finds it after a while. */
export interface AgentLossPlan {
  readonly perHour: number;
  readonly lasting: Distribution;
}

/** Waiting tasks are tried whenever room comes free. May later ones start when the first does not fit? */
export type SimpleQueue = 'skip' | 'strict';

/** kube-scheduler's own queue: one pod at a time, with back-off, and with preemption. */
export interface KubeQueue {
  readonly kind: 'kube';
  /** One scheduling cycle; the next one begins when it is over. */
  readonly cycleMs: number;
  /** From the end of the cycle until the pod is bound and starts up; other cycles go on meanwhile. */
  readonly bindMs: number;
  /** How long an evicted pod takes to go, and holds its room. */
  readonly graceMs: number;
}

export interface PlatformCommon {
  readonly name: string;
  /** In place of the scenario's fleet; null uses that. */
  readonly fleet: readonly FleetGroup[] | null;
  /** A KubeQueue on Kubernetes alone, with its own scheduler. */
  readonly queue: SimpleQueue | KubeQueue;
  readonly autoscaler: Autoscaler;
  /** Is an instance drained when its Spot notice comes? Absent: on Kubernetes yes, elsewhere no. */
  readonly drainsOnNotice?: boolean;
}

export interface SchedulerChoice {
  /** A name of the registry, or 'plugin'. */
  readonly name: string;
  /** Plain data, read by the scheduler's own definition. */
  readonly options: unknown;
  /** Path of a plug-in, relative to the scenario; null for built-in ones. */
  readonly plugin: string | null;
}

export type Autoscaler =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'demand';
      /** Between two looks at the queue. */
      readonly intervalMs: number;
      /** An instance without tasks for this long is ended, down to the group's minimum. */
      readonly idleMs: number;
    }
  | ({ readonly kind: 'managed-scaling' } & EcsCapacity)
  | ({ readonly kind: 'karpenter' } & KarpenterSettings)
  | ({ readonly kind: 'cluster-autoscaler' } & ClusterAutoscalerSettings);

/** A wait that is promised to a share of the tasks. */
export interface SloPlan {
  readonly waitMs: number;
  /** Below a million. */
  readonly objectiveMillionths: number;
}

export interface Check {
  readonly text: string;
  /** Of stowage, or of a plug-in. */
  readonly metric: string;
  readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!=';
  /** In the metric's unit. */
  readonly value: number;
}
