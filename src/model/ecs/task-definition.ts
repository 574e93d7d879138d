/**
 * A task definition as `aws ecs describe-task-definition` prints it, as far as it decides where tasks may run. JSON's
 * null means the same as an absent field. Source: AWS ECS API reference, TaskDefinition and ContainerDefinition.
 */
export interface TaskDefinition {
  readonly family?: string | null;
  readonly revision?: number | null;
  /** `512` or `0.5 vCPU`. */
  readonly cpu?: string | number | null;
  /** `1024` (MiB) or `1 GB`. */
  readonly memory?: string | number | null;
  /** Default bridge, as on Linux. */
  readonly networkMode?: string | null;
  readonly containerDefinitions: readonly ContainerDefinition[];
  readonly placementConstraints?: readonly PlacementConstraint[] | null;
  readonly requiresAttributes?: readonly Attribute[] | null;
}

export interface ContainerDefinition {
  readonly name: string;
  /** Default true: the task ends with it. */
  readonly essential?: boolean | null;
  /** Units of 1/1024 vCPU. */
  readonly cpu?: number | null;
  /** MiB: hard and soft limit. */
  readonly memory?: number | null;
  readonly memoryReservation?: number | null;
  readonly portMappings?: readonly PortMapping[] | null;
  readonly resourceRequirements?: readonly ResourceRequirement[] | null;
}

export interface PortMapping {
  readonly containerPort?: number | null;
  readonly hostPort?: number | null;
  readonly protocol?: string | null;
}

export interface ResourceRequirement {
  readonly type: string;
  readonly value: string;
}

export interface PlacementConstraint {
  readonly type?: string | null;
  readonly expression?: string | null;
}

export interface PlacementStrategy {
  readonly type?: string | null;
  readonly field?: string | null;
}

/** An attribute of a container instance, or one that a task requires. */
export interface Attribute {
  readonly name: string;
  readonly value?: string | null;
}

/** `overrides` of RunTask and StartTask: what they name replaces what the task definition says. */
export interface TaskOverride {
  readonly cpu?: string | number | null;
  readonly memory?: string | number | null;
  readonly containerOverrides?: readonly ContainerOverride[] | null;
}

export interface ContainerOverride {
  readonly name?: string | null;
  readonly cpu?: number | null;
  readonly memory?: number | null;
  readonly memoryReservation?: number | null;
  readonly resourceRequirements?: readonly ResourceRequirement[] | null;
}

/** What the API would answer instead of doing what was asked. */
export interface EcsProblem {
  readonly exception: 'ClientException' | 'InvalidParameterException';
  /** Path below what was given: `['containerDefinitions', 0, 'memory']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}
