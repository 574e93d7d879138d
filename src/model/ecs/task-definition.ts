/**
 * A task definition as `aws ecs describe-task-definition` prints it, as far as it decides where tasks may run. JSON's
 * null means the same as an absent field. Source: AWS ECS API reference, TaskDefinition and ContainerDefinition.
 */
export interface TaskDefinition {
  readonly family?: string | null | undefined;
  readonly revision?: number | null | undefined;
  /** `512` or `0.5 vCPU`. */
  readonly cpu?: string | number | null | undefined;
  /** `1024` (MiB) or `1 GB`. */
  readonly memory?: string | number | null | undefined;
  /** Default bridge, as on Linux. */
  readonly networkMode?: string | null | undefined;
  readonly containerDefinitions: readonly ContainerDefinition[];
  readonly placementConstraints?: readonly PlacementConstraint[] | null | undefined;
  readonly requiresAttributes?: readonly Attribute[] | null | undefined;
}

export interface ContainerDefinition {
  readonly name: string;
  /** Default true: the task ends with it. */
  readonly essential?: boolean | null | undefined;
  /** Units of 1/1024 vCPU. */
  readonly cpu?: number | null | undefined;
  /** MiB: hard and soft limit. */
  readonly memory?: number | null | undefined;
  readonly memoryReservation?: number | null | undefined;
  readonly portMappings?: readonly PortMapping[] | null | undefined;
  readonly resourceRequirements?: readonly ResourceRequirement[] | null | undefined;
}

export interface PortMapping {
  readonly containerPort?: number | null | undefined;
  readonly hostPort?: number | null | undefined;
  readonly protocol?: string | null | undefined;
}

export interface ResourceRequirement {
  readonly type: string;
  readonly value: string;
}

export interface PlacementConstraint {
  readonly type?: string | null | undefined;
  readonly expression?: string | null | undefined;
}

export interface PlacementStrategy {
  readonly type?: string | null | undefined;
  readonly field?: string | null | undefined;
}

/** An attribute of a container instance, or one that a task requires. */
export interface Attribute {
  readonly name: string;
  readonly value?: string | null | undefined;
}

/** `overrides` of RunTask and StartTask: what they name replaces what the task definition says. */
export interface TaskOverride {
  readonly cpu?: string | number | null | undefined;
  readonly memory?: string | number | null | undefined;
  readonly containerOverrides?: readonly ContainerOverride[] | null | undefined;
}

export interface ContainerOverride {
  readonly name?: string | null | undefined;
  readonly cpu?: number | null | undefined;
  readonly memory?: number | null | undefined;
  readonly memoryReservation?: number | null | undefined;
  readonly resourceRequirements?: readonly ResourceRequirement[] | null | undefined;
}

/** What the API would answer instead of doing what was asked. */
export interface EcsProblem {
  readonly exception: 'ClientException' | 'InvalidParameterException';
  /** Path below what was given: `['containerDefinitions', 0, 'memory']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}
