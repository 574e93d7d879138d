import type { VolumeType } from '../model/ebs-volume.ts';
import type { Fraction, Money } from './money.ts';

/**
 * What an AWS account used and what it committed to: everything a bill is made of, in the words of the services.
 * Instants are integer milliseconds since 1970 UTC; an end of `null` means "still there". Ids are unique over all
 * lists. Whatever is absent was not used.
 */
export interface Usage {
  readonly instances?: readonly InstanceUse[];
  /** Price histories of the pools that Spot Instances ran in. */
  readonly spotPrices?: readonly SpotPriceSeries[];
  readonly capacityReservations?: readonly CapacityReservation[];
  readonly reservedInstances?: readonly ReservedInstance[];
  readonly savingsPlans?: readonly SavingsPlan[];
  readonly fargateTasks?: readonly FargateTask[];
  readonly fargatePods?: readonly FargatePod[];
  readonly volumes?: readonly VolumeUse[];
  readonly snapshotSets?: readonly SnapshotSet[];
  readonly loadBalancers?: readonly LoadBalancerUse[];
  readonly addresses?: readonly PublicAddress[];
  readonly natGateways?: readonly NatGateway[];
  readonly transfers?: readonly Transfer[];
  readonly eksClusters?: readonly EksCluster[];
  readonly externalInstances?: readonly ExternalInstance[];
  readonly repositories?: readonly Repository[];
  readonly cloudwatch?: readonly CloudWatchUse[];
  readonly logGroups?: readonly LogGroup[];
}

/** From the first instant to the one before the end. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number | null;
}

/** Operating system and licence, as EC2 names its billing platforms. `linux`: without an hourly licence. */
export type Platform = 'linux' | 'ubuntu-pro' | 'windows' | 'rhel' | 'suse';
export type Tenancy = 'default' | 'dedicated';

/** What an instance is, as far as its On-Demand price depends on it. */
export interface InstanceKind {
  readonly type: string;
  readonly platform: Platform;
  readonly region: string;
  readonly tenancy: Tenancy;
}

/** A stay in the billed states. Who ended it matters for Spot alone; one that has not ended counts as the user's. */
export interface Visit extends Span {
  readonly endedBy: 'user' | 'aws';
}

export interface InstanceUse extends InstanceKind {
  readonly id: string;
  readonly zone: string;
  readonly option: 'od' | 'spot';
  readonly visits: readonly Visit[];
  /** Default `DEFAULT_ACCOUNT`. */
  readonly account?: string | undefined;
  /** Hourly fee of a Marketplace image. */
  readonly softwarePerHour?: Money | undefined;
  readonly eksAutoMode?: boolean | undefined;
  readonly ecsManaged?: boolean | undefined;
  readonly detailedMonitoring?: boolean | undefined;
  /** Of T3, T3a and T4g in unlimited mode: use of all vCPUs while it runs, 0 to 1; surplus credits are billed. */
  readonly cpuUse?: Fraction | undefined;
}

export const DEFAULT_ACCOUNT = 'a1';

export interface SpotPriceSeries {
  readonly region: string;
  readonly zone: string;
  readonly type: string;
  readonly platform: Platform;
  /** Rising in time; each price holds from its instant on. */
  readonly points: readonly SpotPricePoint[];
}

export interface SpotPricePoint {
  readonly atMs: number;
  /** USD per hour. */
  readonly price: Money;
}

/** On-Demand Capacity Reservation. */
export interface CapacityReservation extends InstanceKind, Span {
  readonly id: string;
  readonly zone: string;
  readonly count: number;
}

/** Reserved Instances bought together. */
export interface ReservedInstance extends InstanceKind {
  readonly id: string;
  /** Of a zonal one; null for a regional one. */
  readonly zone: string | null;
  readonly count: number;
  readonly years: 1 | 3;
  /** Both for one instance. */
  readonly upfront: Money;
  readonly hourly: Money;
  /** Begin of the term, on a clock-hour. */
  readonly startMs: number;
  readonly account?: string | undefined;
}

export interface SavingsPlanTerms {
  readonly id: string;
  /** USD per hour, at Savings Plan rates. */
  readonly commitment: Money;
  readonly years: 1 | 3;
  /** Begin of the term, on a clock-hour. */
  readonly startMs: number;
  readonly account?: string | undefined;
}

export type SavingsPlan = SavingsPlanTerms &
  (
    | { readonly kind: 'compute' }
    /** EC2 Instance Savings Plan: one family (`m5`) in one region. */
    | { readonly kind: 'ec2'; readonly region: string; readonly family: string }
  );

export type FargatePlatform = 'linux-x86' | 'linux-arm' | 'windows';

export interface FargateTask {
  readonly id: string;
  readonly region: string;
  readonly zone: string;
  readonly platform: FargatePlatform;
  readonly option: 'fargate' | 'fargate-spot';
  /** 1024 to a vCPU. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  /** Default 20, which is in the price. */
  readonly ephemeralGiB?: number | undefined;
  readonly pullStartMs: number;
  readonly endMs: number | null;
  readonly account?: string | undefined;
}

/** A pod of EKS on Fargate, Linux on x86. */
export interface FargatePod {
  readonly id: string;
  readonly region: string;
  readonly zone: string;
  readonly containers: readonly ContainerRequest[];
  readonly initContainers: readonly ContainerRequest[];
  /** Default 20, which is in the price. */
  readonly ephemeralGiB?: number | undefined;
  readonly pullStartMs: number;
  readonly endMs: number | null;
}

export interface ContainerRequest {
  readonly cpuMilli: number;
  readonly memoryMiB: number;
}

export interface VolumeUse extends Span {
  readonly id: string;
  readonly region: string;
  readonly zone: string;
  readonly type: VolumeType;
  readonly sizeGiB: number;
  /** Provisioned; absent where the type has none, or for the included amount of gp3. */
  readonly iops?: number | undefined;
  readonly throughputMiBps?: number | undefined;
  /** I/O requests of a `standard` volume. */
  readonly requests?: readonly { readonly atMs: number; readonly count: number }[] | undefined;
}

/** All snapshots of one volume. */
export interface SnapshotSet {
  readonly id: string;
  readonly region: string;
  /** GiB of each chunk of blocks that snapshots refer to. */
  readonly chunkGiB: ReadonlyMap<string, number>;
  readonly snapshots: readonly (Span & { readonly chunks: readonly string[] })[];
}

interface LoadBalancerCommon extends Span {
  readonly id: string;
  readonly region: string;
  /** Zones of an internet-facing one: it holds a public IPv4 address in each. Empty for an internal one. */
  readonly publicZones: readonly string[];
}

/** Traffic is given by hour of the balancer's own life, counted from 0: totals of that hour. */
export type LoadBalancerUse = LoadBalancerCommon &
  (
    | { readonly kind: 'alb'; readonly traffic: ReadonlyMap<number, AlbTraffic> }
    | { readonly kind: 'nlb'; readonly traffic: ReadonlyMap<number, NlbTraffic> }
    | { readonly kind: 'clb'; readonly traffic: ReadonlyMap<number, { readonly bytes: number }> }
  );

export interface AlbTraffic {
  readonly newConnections: number;
  /** Sum over the minutes of the connections active in each. */
  readonly activeConnectionMinutes: number;
  /** To ordinary targets, and to Lambda functions. */
  readonly bytes: number;
  readonly lambdaBytes: number;
  readonly requests: number;
  readonly rules: number;
}

export const NLB_PROTOCOLS = ['tcp', 'udp', 'tls'] as const;
export type NlbProtocol = (typeof NLB_PROTOCOLS)[number];
export type NlbTraffic = Readonly<Partial<Record<NlbProtocol, FlowTraffic>>>;

export interface FlowTraffic {
  readonly newFlows: number;
  readonly activeFlowMinutes: number;
  readonly bytes: number;
}

/** A public IPv4 address. */
export interface PublicAddress extends Span {
  readonly id: string;
  readonly region: string;
  readonly zone: string;
  /** Brought along by the customer: free. */
  readonly isOwn?: boolean | undefined;
}

export interface BytesAt {
  readonly atMs: number;
  readonly bytes: number;
}

export interface NatGateway extends Span {
  readonly id: string;
  readonly region: string;
  readonly zone: string;
  readonly traffic: readonly BytesAt[];
}

export const TRANSFER_KINDS = [
  'private',
  'public-ip',
  'nlb-target',
  'alb-target',
  'internet-in',
  'internet-out',
] as const;
export type TransferKind = (typeof TRANSFER_KINDS)[number];

export interface Place {
  readonly region: string;
  readonly zone: string;
}

export interface Transfer extends BytesAt {
  readonly id: string;
  readonly kind: TransferKind;
  /** The sender; with the internet kinds the side inside AWS. */
  readonly from: Place;
  /** Null with the internet kinds. */
  readonly to: Place | null;
}

export interface EksCluster extends Span {
  readonly id: string;
  readonly region: string;
  /** Kubernetes versions in force from each instant on; the first begins with the cluster. */
  readonly versions: readonly { readonly fromMs: number; readonly version: string }[];
}

/** When a Kubernetes version leaves standard and extended support of EKS: 00:00 UTC of the day. */
export interface EksSupport {
  readonly standardUntilMs: number;
  readonly extendedUntilMs: number;
}

/** An instance outside AWS, registered through ECS Anywhere. */
export interface ExternalInstance extends Span {
  readonly id: string;
  readonly region: string;
}

export interface Repository {
  readonly id: string;
  readonly region: string;
  readonly visibility: 'private' | 'public';
  /** Bytes by digest, compressed. */
  readonly layers: ReadonlyMap<string, number>;
  readonly images: readonly RepositoryImage[];
  /** Evaluated once, with effect at that instant. */
  readonly lifecycle?: { readonly atMs: number; readonly rules: readonly LifecycleRule[] } | undefined;
}

export interface RepositoryImage {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedMs: number;
  readonly deletedMs: number | null;
  readonly layers: readonly string[];
}

export interface LifecycleRule {
  readonly priority: number;
  readonly tagStatus: 'tagged' | 'untagged' | 'any';
  readonly tagPrefixes: readonly string[];
  readonly countType: 'imageCountMoreThan' | 'sinceImagePushed';
  /** Images, or days. */
  readonly count: number;
}

export const CLOUDWATCH_KINDS = ['alarm-standard', 'alarm-high', 'metric', 'dashboard'] as const;
export type CloudWatchKind = (typeof CLOUDWATCH_KINDS)[number];

export interface CloudWatchUse extends Span {
  readonly id: string;
  readonly region: string;
  readonly kind: CloudWatchKind;
  readonly count: number;
}

export interface LogGroup {
  readonly id: string;
  readonly region: string;
  readonly ingested: readonly BytesAt[];
  /** Read by queries. */
  readonly scanned: readonly BytesAt[];
  /** Null: kept for ever. */
  readonly retentionDays: number | null;
}

/** What the bill covers and the choices that AWS leaves open or that change with the times. */
export interface BillRules {
  /** The clock-hours (UTC) billed: both on a full hour, the end exclusive. */
  readonly period: { readonly startMs: number; readonly endMs: number };
  /** `hourly`: instances and volumes as before 2017-10-02. */
  readonly era: 'per-second' | 'hourly';
  /** Spot: the price of each second, or the price at the start of each instance-hour. */
  readonly spotPrice: 'integrated' | 'hour-latched';
  /** Commitments also serve the other accounts. */
  readonly sharing: boolean;
  /** A broken hour of an EKS control plane. */
  readonly eksHours: 'prorate' | 'ceil';
  /** Free GB per calendar month and account: to the internet, and stored in repositories. */
  readonly internetFreeGb: Fraction;
  readonly ecrFreeGbPrivate: Fraction;
  readonly ecrFreeGbPublic: Fraction;
  /** By Kubernetes version. */
  readonly eksSupport: ReadonlyMap<string, EksSupport>;
  /**
   * `cut`: a bill of one period among many; seconds that a minimum adds after its end belong to the next.
   * `owed`: the only bill there will be; they are billed here.
   */
  readonly tail: 'cut' | 'owed';
}
