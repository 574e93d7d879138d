/** Reason of a refusal, in AWS's words. Source: AWS ECS developer guide, API failure reasons. */
export const ATTRIBUTE_REASON = 'ATTRIBUTE';

/** What an instance must have to give tasks in network mode awsvpc their interface; the Linux agent registers it. */
export const TASK_ENI_CAPABILITY = 'ecs.capability.task-eni';

/**
 * requiresAttributes of a task definition: the attribute must be there, with the value if one is named. ECS computes
 * the list when the definition is registered. Source: AWS ECS API reference, TaskDefinition and Attribute.
 */
export interface RequiredAttribute {
  readonly name: string;
  /** null: any value, or none. */
  readonly value: string | null;
}

/** `attributeOf` gives an attribute's value, undefined where it is missing. */
export function hasRequiredAttributes(
  required: readonly RequiredAttribute[],
  attributeOf: (attribute: string) => string | undefined,
): boolean {
  return required.every(({ name, value }) => {
    const actual = attributeOf(name);
    return actual !== undefined && (value === null || actual === value);
  });
}
