import type { EcsDefault } from './ecs-defaults.ts';

/** Quotas of Amazon ECS that a scenario may meet without knowing it. Accounts can have others. */
export interface EcsQuotas {
  /** Host ports that are in use on an instance, those of the system included. */
  readonly hostPortsPerInstance: number;
  readonly instancesPerCluster: number;
  readonly servicesPerCluster: number;
  /** Desired count. */
  readonly tasksPerService: number;
}

/** Of every ECS platform, where its scenario says nothing else. */
export const ECS_QUOTAS: EcsQuotas = {
  hostPortsPerInstance: 100,
  instancesPerCluster: 5000,
  servicesPerCluster: 5000,
  tasksPerService: 5000,
};

const GUIDE = 'AWS ECS developer guide, service quotas';

/** The same as rows of a table. */
export const ECS_QUOTA_ROWS: readonly EcsDefault[] = Object.entries(ECS_QUOTAS).map(([name, value]) => ({
  name,
  value,
  unit: 'count',
  evidence: 'documented',
  source: name === 'hostPortsPerInstance' ? 'Amazon ECS API reference, PortMapping' : GUIDE,
  setting: `quotas.${name}`,
}));
