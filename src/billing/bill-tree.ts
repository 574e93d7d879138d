import type { LineKey } from './ledger.ts';

/** Marks a line whose quantity rests on assumptions of the scenario rather than on the run. */
export const ASSUMED_MARK = ' *';

const BALANCERS: Readonly<Record<string, string>> = { alb: 'application', nlb: 'network', clb: 'classic' };

/** Part of the bill, by service; services that are not here stand under their own name. */
const PARTS: Readonly<Record<string, string>> = {
  AmazonEC2: 'instances',
  AmazonEBS: 'volumes',
  AmazonEKS: 'control plane',
  AWSELB: 'load balancers',
  AmazonVPC: 'network',
  AWSDataTransfer: 'network',
  AmazonECR: 'images',
  AmazonCloudWatch: 'monitoring',
  AWSMarketplace: 'software',
  AmazonECS: 'managed containers',
  SavingsPlans: 'commitments unused',
};

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
  return ({ service, dimension, type }, resource) => {
    const part = PARTS[service] ?? service;
    const mark = assumed.has(dimension) ? ASSUMED_MARK : '';
    const named = NAMES[dimension];
    if (service === 'AWSELB') {
      return [part, BALANCERS[type] ?? type, ...(named === undefined ? [] : [named + mark])];
    }
    if (dimension === 'eks:standard') return [part];
    const pool = poolOf(resource);
    const isHost = service === 'AmazonEC2' || service === 'AmazonEBS';
    const group = pool === '-' ? [] : [pool];
    const what = isHost && type !== '-' ? [type] : [];
    return [part, ...group, ...what, ...(named === undefined ? [] : [named + mark])];
  };
}
