import * as z from 'zod';
import type { LocatedObject } from './manifest-documents.ts';

/** What a document of the ECS API is, told by its fields: the API's own outputs and inputs carry no kind. */
export type EcsDocumentKind =
  | 'taskDefinition'
  | 'service'
  | 'runTask'
  | 'startTask'
  | 'containerInstance'
  | 'subnet'
  | 'unknown';

export interface EcsDocument extends LocatedObject {
  readonly kind: EcsDocumentKind;
  /** Tags that stand beside the document, as describe-task-definition prints them. */
  readonly tags: unknown;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Lists that the API's describe operations answer with, each entry a document. */
const ANSWER_LISTS = ['services', 'containerInstances', 'Subnets', 'taskDefinitions'] as const;

/**
 * Takes apart what a file holds: single documents, lists of them, and answers of describe-task-definition,
 * describe-services, describe-container-instances and (EC2) describe-subnets.
 */
export function ecsDocumentsOf(object: LocatedObject): EcsDocument[] {
  const { value, path, locate } = object;
  const inner = (part: unknown, ...keys: (string | number)[]) => ({
    value: part,
    path: [...path, ...keys],
    locate,
  });
  if (Array.isArray(value)) return value.flatMap((item, index) => ecsDocumentsOf(inner(item, index)));
  if (!isObject(value)) return [{ ...object, kind: 'unknown', tags: undefined }];
  if (isObject(value['taskDefinition'])) {
    return [
      { ...inner(value['taskDefinition'], 'taskDefinition'), kind: 'taskDefinition', tags: value['tags'] },
    ];
  }
  for (const key of ANSWER_LISTS) {
    const list = value[key];
    if (!Array.isArray(list) || !list.every(isObject) || typeof value['taskDefinition'] === 'string')
      continue;
    return list.flatMap((item, index) => ecsDocumentsOf(inner(item, key, index)));
  }
  return [{ ...object, kind: kindOf(value), tags: value['tags'] }];
}

function kindOf(value: JsonObject): EcsDocumentKind {
  if ('containerDefinitions' in value) return 'taskDefinition';
  if ('serviceName' in value) return 'service';
  if ('containerInstanceArn' in value && 'registeredResources' in value) return 'containerInstance';
  if ('SubnetId' in value) return 'subnet';
  if (!('taskDefinition' in value)) return 'unknown';
  return 'containerInstances' in value ? 'startTask' : 'runTask';
}

/** A JSON object, no list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const text = z.string().nullish();
const whole = z.int().nullish();
const size = z.union([z.string(), z.int()]).nullish();
const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).nullish();
const attributes = listOf(z.looseObject({ name: z.string().min(1).max(128), value: text }));
const constraints = listOf(z.looseObject({ type: text, expression: text }));
const strategies = listOf(z.looseObject({ type: text, field: text }));
const requirements = listOf(z.looseObject({ type: z.string(), value: z.string() }));
const providers = listOf(z.looseObject({ capacityProvider: z.string(), base: whole, weight: whole }));
const tags = listOf(z.looseObject({ key: z.string(), value: text }));
const network = z
  .looseObject({ awsvpcConfiguration: z.looseObject({ subnets: listOf(z.string()) }).nullish() })
  .nullish();
const amounts = { cpu: whole, memory: whole, memoryReservation: whole, resourceRequirements: requirements };
const overrides = z
  .looseObject({
    cpu: size,
    memory: size,
    containerOverrides: listOf(z.looseObject({ name: text, ...amounts })),
  })
  .nullish();

/** The fields that are read, with their types. What else there is passes, and is looked at elsewhere. */
export const ECS_SHAPES = {
  taskDefinition: z.looseObject({
    family: z.string().min(1).max(255),
    revision: z.int().min(1).nullish(),
    cpu: size,
    memory: size,
    networkMode: text,
    containerDefinitions: z.array(
      z.looseObject({
        name: z.string(),
        essential: z.boolean().nullish(),
        ...amounts,
        portMappings: listOf(z.looseObject({ containerPort: whole, hostPort: whole, protocol: text })),
        healthCheck: z
          .looseObject({
            interval: z.int().min(5).max(300).nullish(),
            timeout: z.int().min(2).max(60).nullish(),
            retries: z.int().min(1).max(10).nullish(),
            startPeriod: z.int().min(0).max(300).nullish(),
          })
          .nullish(),
      }),
    ),
    placementConstraints: constraints,
    requiresAttributes: attributes,
    requiresCompatibilities: listOf(z.string()),
    runtimePlatform: z.looseObject({ cpuArchitecture: text, operatingSystemFamily: text }).nullish(),
  }),
  service: z.looseObject({
    serviceName: z.string().min(1),
    taskDefinition: z.string().min(1),
    desiredCount: z.int().min(0).max(100_000_000).nullish(),
    launchType: text,
    capacityProviderStrategy: providers,
    availabilityZoneRebalancing: z.enum(['ENABLED', 'DISABLED']).nullish(),
    healthCheckGracePeriodSeconds: z.int().min(0).max(2_147_483_647).nullish(),
    schedulingStrategy: text,
    placementStrategy: strategies,
    placementConstraints: constraints,
    networkConfiguration: network,
    deploymentConfiguration: z
      .looseObject({
        minimumHealthyPercent: z.int().min(0).max(100).nullish(),
        maximumPercent: z.int().min(0).max(1000).nullish(),
        strategy: text,
        deploymentCircuitBreaker: z
          .looseObject({
            enable: z.boolean().nullish(),
            rollback: z.boolean().nullish(),
            resetOnHealthyTask: z.boolean().nullish(),
            thresholdConfiguration: z
              .looseObject({
                type: z.enum(['COUNT', 'BOUNDED_PERCENT', 'UNBOUNDED_PERCENT']),
                value: z.int().min(1).max(10_000),
              })
              .nullish(),
          })
          .nullish(),
      })
      .nullish(),
    loadBalancers: listOf(z.looseObject({ targetGroupArn: text, loadBalancerName: text })),
    tags,
  }),
  runTask: z.looseObject({
    taskDefinition: z.string().min(1),
    count: whole,
    group: text,
    startedBy: text,
    launchType: text,
    capacityProviderStrategy: providers,
    overrides,
    placementStrategy: strategies,
    placementConstraints: constraints,
    networkConfiguration: network,
    tags,
  }),
  startTask: z.looseObject({
    taskDefinition: z.string().min(1),
    containerInstances: z.array(z.string()),
    group: text,
    startedBy: text,
    overrides,
    networkConfiguration: network,
    tags,
  }),
  containerInstance: z.looseObject({
    containerInstanceArn: z.string().min(1),
    ec2InstanceId: text,
    status: z.string(),
    agentConnected: z.boolean().nullish(),
    runningTasksCount: whole,
    registeredResources: z.array(
      z.looseObject({
        name: z.string(),
        integerValue: z.int().min(0).optional(),
        stringSetValue: z.array(z.string()).optional(),
      }),
    ),
    attributes: z.array(z.looseObject({ name: z.string().min(1).max(128), value: text })),
  }),
  subnet: z.looseObject({ SubnetId: z.string(), AvailabilityZone: z.string() }),
} as const;

export type EcsShapes = { readonly [Kind in keyof typeof ECS_SHAPES]: z.output<(typeof ECS_SHAPES)[Kind]> };
