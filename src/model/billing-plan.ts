import type { VolumeType } from './ebs-volume.ts';
import type { ListPrice } from './price-list.ts';

/**
 * What a bill depends on beside the run: commitments, licences, and what the simulation does not model, stated as
 * amounts for each hour that a task holds its place. Prices in 1e-10 USD, amounts in bytes, instants in milliseconds
 * since 1970 UTC.
 */
export interface BillingPlan {
  /** Prices by key of the price book: they take the place of listed ones. */
  readonly prices: ReadonlyMap<string, ListPrice>;
  readonly rules: BillingRulesPlan;
  /** By instance group. */
  readonly groups: ReadonlyMap<string, GroupBilling>;
  readonly reservedInstances: readonly ReservedInstancePlan[];
  readonly savingsPlans: readonly SavingsPlanPlan[];
  /** Savings Plan rate over On-Demand price, in millionths, where the price list has no rate. */
  readonly savingsPlanRates: { readonly ec2Millionths: number; readonly computeMillionths: number };
  readonly capacityReservations: readonly CapacityReservationPlan[];
  /** They exist for the whole run. */
  readonly volumes: readonly StandingVolume[];
  readonly snapshots: readonly { readonly name: string; readonly sizeGiB: number }[];
  /** Beside the simulated cluster. */
  readonly fargate: readonly FargateTasks[];
  /** By load balancer of the services. */
  readonly loadBalancers: ReadonlyMap<string, LoadBalancerBilling>;
  /** Zones with a NAT gateway. */
  readonly natZones: readonly string[];
  /** By service, job or trace: for each hour that a task of it holds its place. */
  readonly traffic: ReadonlyMap<string, TaskTraffic>;
  readonly registry: RegistryPlan | null;
  readonly monitoring: MonitoringBilling;
  /** Kubernetes version of the EKS cluster with its support dates; null: in standard support throughout. */
  readonly eksSupport: EksSupportPlan | null;
  /** Control plane that platforms of kind kubernetes with `controlPlane: none` run themselves. */
  readonly selfRun: SelfRunControlPlane | null;
}

/** Repositories of Amazon ECR with the images of the templates. */
export interface RegistryPlan {
  /** Of each image, at the start. */
  readonly versions: number;
  readonly visibility: 'private' | 'public';
  /** A further version of each image so often. Absent: only deployments push any. */
  readonly pushEveryMs?: number;
  /** Absent: nothing is ever deleted. */
  readonly lifecycle?: LifecyclePlan;
  /** What instances pull passes the NAT gateways. Absent: a VPC endpoint or public addresses, free within the region. */
  readonly pullsThroughNat?: true;
}

/** The rule of a lifecycle policy; versions have no tags, so that one rule decides about all of them. */
export interface LifecyclePlan {
  readonly countType: 'imageCountMoreThan' | 'sinceImagePushed';
  /** Images, or days. */
  readonly count: number;
}

export interface BillingRulesPlan {
  readonly era: 'per-second' | 'hourly';
  readonly eksHours: 'prorate' | 'ceil';
  readonly sharing: boolean;
  readonly internetFreeGb: number;
}

export interface GroupBilling {
  readonly platform: 'linux' | 'ubuntu-pro' | 'windows' | 'rhel' | 'suse';
  readonly tenancy: 'default' | 'dedicated';
  /** Hourly fee of a Marketplace image; null: none. */
  readonly softwareE10PerHour: bigint | null;
  readonly detailedMonitoring: boolean;
  readonly publicAddress: boolean;
  /** On platforms of kind kubernetes, and ecs. */
  readonly eksAutoMode: boolean;
  readonly ecsManaged: boolean;
  /** Use of all vCPUs while running, in millionths, of T3, T3a and T4g in unlimited mode; null: no credits are billed. */
  readonly cpuUseMillionths: number | null;
}

export interface ReservedInstancePlan {
  readonly name: string;
  readonly type: string;
  readonly platform: GroupBilling['platform'];
  readonly tenancy: GroupBilling['tenancy'];
  /** Null: regional. */
  readonly zone: string | null;
  readonly count: number;
  readonly years: 1 | 3;
  /** For one instance. */
  readonly upfrontE10: bigint;
  readonly hourlyE10: bigint;
  readonly startEpochMs: number;
}

export interface SavingsPlanPlan {
  readonly name: string;
  /** Family of an EC2 Instance Savings Plan; null: a Compute Savings Plan. */
  readonly family: string | null;
  readonly commitmentE10PerHour: bigint;
  readonly years: 1 | 3;
  readonly startEpochMs: number;
}

export interface CapacityReservationPlan {
  readonly name: string;
  readonly type: string;
  readonly zone: string;
  readonly count: number;
  readonly platform: GroupBilling['platform'];
  readonly tenancy: GroupBilling['tenancy'];
}

export interface StandingVolume {
  readonly name: string;
  readonly zone: string;
  readonly type: VolumeType;
  readonly sizeGiB: number;
  readonly iops: number | null;
  readonly throughputMiBps: number | null;
}

/** Tasks on Fargate; pods of the same requests where the platform is EKS. */
export interface FargateTasks {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly count: number;
  readonly platform: 'linux-x86' | 'linux-arm' | 'windows';
  readonly isSpot: boolean;
  readonly ephemeralGiB: number;
  /** Null: those of the fleet. */
  readonly zones: readonly string[] | null;
  /** Names of platforms; null: all. */
  readonly runsOn: readonly string[] | null;
  /** Since the start of the run. */
  readonly fromMs: number;
  /** Null: they end with the run. */
  readonly toMs: number | null;
}

/** Amounts for each hour that a task behind the balancer holds its place. */
export interface LoadBalancerBilling {
  /** Internet-facing, with a public address in each zone of the fleet. */
  readonly isPublic: boolean;
  readonly rules: number;
  readonly requests: number;
  readonly newConnections: number;
  /** Mean number open at once. */
  readonly activeConnections: number;
  readonly bytes: number;
}

/** Bytes for each hour that a task holds its place. */
export interface TaskTraffic {
  readonly internetBytes: number;
  /** To other tasks, which stand in the zones of the fleet alike. */
  readonly betweenTasksBytes: number;
  readonly natBytes: number;
  readonly logBytes: number;
}

export interface MonitoringBilling {
  readonly metrics: number;
  readonly alarms: number;
  readonly highResolutionAlarms: number;
  readonly dashboards: number;
  /** Null: logs are kept for ever. */
  readonly logRetentionDays: number | null;
  readonly scannedBytes: number;
}

export interface EksSupportPlan {
  readonly version: string;
  readonly standardUntilEpochMs: number;
  readonly extendedUntilEpochMs: number;
}

/** As kops sets it up: instances with a root volume and two volumes of etcd each, for the whole run. */
export interface SelfRunControlPlane {
  readonly type: string;
  readonly zones: readonly string[];
  readonly rootGiB: number;
  readonly etcdGiB: number;
}
