import type { LineKey } from './ledger.ts';

/** Marks a line whose quantity rests on assumptions of the scenario rather than on the run. */
export const ASSUMED_MARK = ' *';

const BALANCERS: Readonly<Record<string, string>> = { alb: 'application', nlb: 'network', clb: 'classic' };

/** Resources of a control plane that the cluster runs itself have ids that begin with this. */
export const SELF_RUN_PREFIX = 'control-plane/';

/** First level of the bill. */
export type BillPart =
  | 'instances'
  | 'volumes'
  | 'control plane'
  | 'load balancers'
  | 'network'
  | 'images'
  | 'monitoring'
  | 'containers without instances'
  | 'commitments unused';

const BY_SERVICE: Readonly<Record<string, BillPart>> = {
  AmazonEC2: 'instances',
  AWSMarketplace: 'instances',
  AmazonEBS: 'volumes',
  AWSELB: 'load balancers',
  AmazonVPC: 'network',
  AWSDataTransfer: 'network',
  AmazonECR: 'images',
  AmazonCloudWatch: 'monitoring',
  SavingsPlans: 'commitments unused',
};

const BY_DIMENSION: Readonly<Record<string, BillPart>> = {
  'eks:standard': 'control plane',
  'eks:extended': 'control plane',
  'eks:auto-mode': 'instances',
  'ecs:managed-instances': 'instances',
};

/** The part of the bill that a posting belongs to: fees on an instance go with the instance. */
export function billPart({ service, dimension, az }: LineKey, resource: string): BillPart {
  if (resource.startsWith(SELF_RUN_PREFIX)) return 'control plane';
  if (dimension === 'cloudwatch:metric' && az !== '-') return 'instances';
  return BY_DIMENSION[dimension] ?? BY_SERVICE[service] ?? 'containers without instances';
}

/** Dimensions that say more than the type does, or stand beside others of the same type. */
const NAMES: Readonly<Record<string, string>> = {
  'ec2:spot': 'Spot',
  'ec2:ri-covered': 'Reserved Instances',
  'ec2:ri-unused': 'Reserved Instances unused',
  'ec2:sp-covered': 'Savings Plans',
  'ec2:unused-reservation': 'Capacity Reservations unused',
  'ec2:credits': 'surplus CPU credits',
  'ebs:snapshot': 'snapshots',
  'ebs:standard-io': 'requests',
  'eks:extended': 'extended support',
  'eks:auto-mode': 'Auto Mode',
  'ecs:managed-instances': 'Managed Instances',
  'ecs:anywhere': 'ECS Anywhere',
  'fargate:vcpu': 'Fargate vCPUs',
  'fargate:gb': 'Fargate memory',
  'fargate:ephemeral': 'Fargate storage',
  'fargate:sp-covered-vcpu': 'Fargate vCPUs, Savings Plans',
  'fargate:sp-covered-gb': 'Fargate memory, Savings Plans',
  'fargate-spot:vcpu': 'Fargate Spot vCPUs',
  'fargate-spot:gb': 'Fargate Spot memory',
  'software:hours': 'Marketplace software',
  'alb:lcu': 'capacity units',
  'nlb:nlcu': 'capacity units',
  'clb:gb': 'traffic',
  'ipv4:hours': 'public IPv4 addresses',
  'nat:hours': 'NAT gateways',
  'nat:gb': 'NAT traffic',
  'transfer:az-out': 'between zones, out',
  'transfer:az-in': 'between zones, in',
  'transfer:region-out': 'to other regions',
  'transfer:internet-out': 'to the internet',
  'ecr:private-storage': 'private repositories',
  'ecr:public-storage': 'public repositories',
  'cloudwatch:metric': 'metrics',
  'cloudwatch:dashboard': 'dashboards',
  'cloudwatch:alarm-standard': 'alarms',
  'cloudwatch:alarm-high': 'alarms, high resolution',
  'logs:ingest': 'logs ingested',
  'logs:store': 'logs stored',
  'logs:scan': 'logs scanned',
};

/**
 * The way from the total to a line: part of the bill, instance group, what it is. `assumed` names the dimensions
 * that get a star.
 */
export function billTreePath(
  poolOf: (resource: string) => string,
  assumed: ReadonlySet<string>,
): (line: LineKey, resource: string) => readonly string[] {
  return (line, resource) => {
    const { service, dimension, type } = line;
    const part = billPart(line, resource);
    const mark = assumed.has(dimension) ? ASSUMED_MARK : '';
    const named = NAMES[dimension];
    if (service === 'AWSELB') {
      return [part, BALANCERS[type] ?? type, ...(named === undefined ? [] : [named + mark])];
    }
    if (dimension === 'eks:standard') return [part];
    const pool = poolOf(resource);
    const isHost = part === 'instances' || part === 'volumes' || part === 'control plane';
    const group = pool === '-' ? [] : [pool];
    const what = isHost && type !== '-' ? [type] : [];
    return [part, ...group, ...what, ...(named === undefined ? [] : [named + mark])];
  };
}
