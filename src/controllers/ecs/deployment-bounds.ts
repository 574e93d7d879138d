/** How many tasks a service must keep healthy, and how many it may have, while it is changed. */
export interface DeploymentBounds {
  /** Tasks that must stay RUNNING and healthy. */
  readonly minHealthy: number;
  /** Tasks in all that may be RUNNING or on their way. */
  readonly maxTotal: number;
}

/** Both percents are whole numbers of the desired count. */
export interface DeploymentConfiguration {
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
}

/**
 * The bounds of a deployment: `minHealthy = ceil(desired * minimumHealthyPercent / 100)`, `maxTotal =
 * floor(desired * maximumPercent / 100)`. Source: Amazon ECS API reference, DeploymentConfiguration.
 */
export function deploymentBounds(
  desiredCount: number,
  { minimumHealthyPercent, maximumPercent }: DeploymentConfiguration,
): DeploymentBounds {
  return {
    minHealthy: Math.ceil((desiredCount * minimumHealthyPercent) / 100),
    maxTotal: Math.floor((desiredCount * maximumPercent) / 100),
  };
}
