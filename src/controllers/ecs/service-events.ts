import type { StrategyItem } from '../../model/capacity-provider-strategy.ts';

/** What ECS says of a service, in its own words, behind `(service NAME)`. Source: AWS ECS developer guide, service event messages. */
export const SERVICE_MESSAGES = {
  SERVICE_STEADY_STATE: 'has reached a steady state.',
  SERVICE_TASK_PLACEMENT_FAILURE:
    'was unable to place a task because no container instance met all of its requirements.',
  SERVICE_TASK_START_IMPAIRED: 'is unable to consistently start tasks successfully.',
  ECS_OPERATION_THROTTLED: 'operations are being throttled. Will try again later.',
  SERVICE_DEPLOYMENT_BLOCKED:
    'was unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
    'Update the minimumHealthyPercent or maximumPercent value and try again.',
  SERVICE_DEPLOYMENT_IN_PROGRESS: 'deployment in progress.',
  SERVICE_DEPLOYMENT_COMPLETED: 'deployment completed.',
  SERVICE_DEPLOYMENT_FAILED: 'deployment failed: tasks failed to start.',
  SERVICE_DESIRED_COUNT_UPDATED: 'has updated its desired count.',
  SERVICE_REBALANCING_STARTED: 'has started AZ rebalancing.',
  SERVICE_REBALANCING_COMPLETED: 'has completed AZ rebalancing.',
  SERVICE_REBALANCING_STOPPED: 'has stopped AZ rebalancing.',
  SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED:
    'has stopped a daemon task on an instance that no longer meets its constraints.',
} as const;

export type ServiceEventName = keyof typeof SERVICE_MESSAGES;

/** What a service asks for beyond its template. */
export interface ServiceTerms {
  readonly class: number;
  readonly daemon: boolean;
  readonly distinctInstance: boolean;
  readonly strategy: readonly StrategyItem[];
}

/** Hears what the service scheduler does: for the log, and whoever proves it right from there. */
export interface ServiceObserver {
  /** What the platform says of a service: a `ServiceEventName`, or the reason of a Kubernetes event. */
  said(service: string, event: string, message: string): void;
  /** What a service must keep and may have from now on. */
  bounds(service: string, desired: number, minHealthy: number, maxTotal: number): void;
  /** What a service asks for; before its first task, unless it is a daemon. */
  terms(service: string, terms: ServiceTerms): void;
  /** The health of a task, by its slot, is known. */
  health(task: number, isHealthy: boolean): void;
}
