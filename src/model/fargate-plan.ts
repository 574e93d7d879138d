import type { StrategyItem } from './capacity-provider-strategy.ts';
import type { EcsDefault } from './ecs-defaults.ts';
import type { Distribution } from './plan.ts';

/** The capacity providers of AWS Fargate. They cannot stand in one strategy with Auto Scaling groups. */
export const FARGATE_PROVIDERS = ['FARGATE', 'FARGATE_SPOT'] as const;
export type FargateProvider = (typeof FARGATE_PROVIDERS)[number];

/** An ECS platform without instances: every task has a machine of its own, of the next Fargate size. */
export interface FargatePlan {
  /** Shares of FARGATE and FARGATE_SPOT. */
  readonly strategy: readonly StrategyItem[];
  /** Of the subnets; machines are spread over them. */
  readonly zones: readonly string[];
  readonly architecture: 'amd64' | 'arm64';
  /** PROVISIONING: from the launch until images are pulled, when the bill begins. */
  readonly provisioning: Distribution;
  /** Launches of each provider: a bucket that holds so many and fills at so many a minute. */
  readonly launchBurst: number;
  readonly launchesPerMinute: number;
  /** How often AWS takes a FARGATE_SPOT task back, per task and hour. */
  readonly interruptionsPerHour: number;
  /** From the notice of such a task to its end. */
  readonly noticeMs: number;
  /** While every zone is lost nothing can be launched: so long until the next look. */
  readonly retryMs: number;
}

/** Of every platform on Fargate, where its scenario says nothing else. */
export const FARGATE_DEFAULTS: Omit<FargatePlan, 'zones'> = {
  strategy: [{ capacityProvider: 'FARGATE', base: 0, weight: 1 }],
  architecture: 'amd64',
  provisioning: { kind: 'uniform', minMs: 25_000, maxMs: 35_000 },
  launchBurst: 100,
  launchesPerMinute: 1200,
  interruptionsPerHour: 0.01,
  noticeMs: 120_000,
  retryMs: 60_000,
};

/** The same as rows of a table. */
export const FARGATE_ROWS: readonly EcsDefault[] = (
  [
    [
      'architecture',
      'amd64',
      'documented',
      'AWS ECS developer guide, task definition parameters for Fargate',
    ],
    [
      'provisioning',
      'uniform 25s to 35s',
      'chosen',
      'first tasks of a burst run after about 30 s (Ionescu, 2022)',
    ],
    ['launchBurst', 100, 'documented', 'AWS Fargate service quotas: On-Demand and Spot each'],
    ['launchesPerMinute', 1200, 'documented', 'AWS Fargate service quotas: 20 a second'],
    ['interruptions', '0.01/h', 'chosen', 'AWS publishes no rate'],
    ['notice', '2m', 'documented', 'AWS ECS developer guide, Fargate capacity providers'],
    ['retry', '1m', 'chosen', 'AWS publishes no interval'],
  ] as const
).map(([name, value, evidence, source]) => ({
  name,
  value,
  unit: typeof value === 'number' ? 'count' : '',
  evidence,
  source,
  setting: `fargate.${name}`,
}));
