/** Seconds after RUNNING that count for health where nothing checks it. Source: AWS ECS API reference, CreateService. */
export const UNCHECKED_HEALTHY_SECONDS = 40;

/** When what about a task turned out well. Times in seconds; null: never. */
export interface TaskHealth {
  readonly runningAt: number;
  /** Is there a load balancer, and when did its target group see the task as healthy? */
  readonly loadBalancer: boolean;
  readonly targetHealthyAt: number | null;
  /** Has an essential container a health check, and when did it turn HEALTHY? */
  readonly healthCheck: boolean;
  readonly containerHealthyAt: number | null;
}

/**
 * When a service counts the task as healthy: with a load balancer or a health check when they say so (with both, the later
 * one: chosen), else 40 s after RUNNING. Null: never.
 * Source: AWS ECS API reference, DeploymentConfiguration, minimumHealthyPercent.
 */
export function healthyAt(task: TaskHealth): number | null {
  const { runningAt, loadBalancer, targetHealthyAt, healthCheck, containerHealthyAt } = task;
  const said = [...(loadBalancer ? [targetHealthyAt] : []), ...(healthCheck ? [containerHealthyAt] : [])];
  if (said.length === 0) return runningAt + UNCHECKED_HEALTHY_SECONDS;
  return said.reduce<number | null>(
    (last, at) => (last === null || at === null ? null : Math.max(last, at)),
    0,
  );
}
