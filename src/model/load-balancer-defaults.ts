import type { EcsDefault } from './ecs-defaults.ts';

export const LOAD_BALANCER_KINDS = ['classic', 'application', 'network'] as const;
export type LoadBalancerKind = (typeof LOAD_BALANCER_KINDS)[number];

/**
 * From the start of a task until its load balancer sends it requests, where the scenario says nothing. A check comes every
 * 30 s by default; a new target of an application load balancer is healthy with the first that passes, one of a network
 * load balancer takes longer to become known, an instance of a classic load balancer needs ten in a row.
 */
export const REGISTRATION_DEFAULTS_MS: Readonly<Record<LoadBalancerKind, number>> = {
  classic: 300_000,
  application: 30_000,
  network: 120_000,
};

const GUIDE = 'Elastic Load Balancing user guide';

/** The same as rows of a table. */
export const LOAD_BALANCER_ROWS: readonly EcsDefault[] = (
  [
    ['classic', 'documented', `${GUIDE}, classic: healthy threshold 10, interval 30 s`],
    ['application', 'documented', `${GUIDE}, application: a new target passes one check, interval 30 s`],
    ['network', 'chosen', `a check of 30 s (${GUIDE}, network) after about 90 s until the target is known`],
  ] as const
).map(([kind, evidence, source]) => ({
  name: `registration, ${kind} load balancer`,
  value: REGISTRATION_DEFAULTS_MS[kind],
  unit: 'ms',
  evidence,
  source,
  setting: 'loadBalancer.registration',
}));
