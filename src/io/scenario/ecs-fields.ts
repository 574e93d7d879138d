/**
 * Fields of the ECS API's shapes, by what stowage makes of them. `read`: part of the plan, or without any bearing on where
 * and how long tasks run. `leftOut`: they would matter, and are not simulated. Everything else is no field of the shape.
 * Source: AWS ECS API reference (botocore ecs 2014-11-13 service-2.json).
 */
export interface EcsFields {
  readonly read: readonly string[];
  readonly leftOut: readonly string[];
}

const words = (text: string) => text.trim().split(/\s+/);

export const ECS_FIELDS = {
  taskDefinition: {
    read: words(`
      family revision cpu memory networkMode containerDefinitions placementConstraints requiresAttributes
      requiresCompatibilities compatibilities runtimePlatform tags taskDefinitionArn taskRoleArn executionRoleArn status
      registeredAt registeredBy deregisteredAt pidMode ipcMode proxyConfiguration volumes enableFaultInjection`),
    leftOut: words('ephemeralStorage inferenceAccelerators'),
  },
  containerDefinition: {
    read: words(`
      name image essential cpu memory memoryReservation portMappings resourceRequirements command entryPoint environment
      environmentFiles mountPoints volumesFrom linuxParameters secrets hostname user workingDirectory disableNetworking
      privileged readonlyRootFilesystem dnsServers dnsSearchDomains extraHosts dockerSecurityOptions interactive
      pseudoTerminal dockerLabels ulimits logConfiguration systemControls firelensConfiguration credentialSpecs links
      repositoryCredentials versionConsistency startTimeout healthCheck`),
    leftOut: words('dependsOn stopTimeout restartPolicy'),
  },
  service: {
    read: words(`
      serviceName serviceArn clusterArn cluster taskDefinition desiredCount launchType schedulingStrategy
      placementStrategy placementConstraints networkConfiguration loadBalancers deploymentConfiguration status runningCount pendingCount
      deployments events roleArn role createdAt createdBy clientToken enableECSManagedTags propagateTags
      enableExecuteCommand tags platformFamily platformVersion taskSets currentServiceDeployment currentServiceRevisions
      resourceManagementType capacityProviderStrategy healthCheckGracePeriodSeconds availabilityZoneRebalancing`),
    leftOut: words(`
      deploymentController serviceRegistries serviceConnectConfiguration volumeConfigurations
      vpcLatticeConfigurations`),
  },
  runTask: {
    read: words(`
      cluster taskDefinition count group startedBy overrides placementStrategy placementConstraints networkConfiguration
      launchType clientToken enableECSManagedTags propagateTags enableExecuteCommand referenceId tags platformVersion
      capacityProviderStrategy`),
    leftOut: words('volumeConfigurations'),
  },
  startTask: {
    read: words(`
      cluster taskDefinition containerInstances group startedBy overrides networkConfiguration enableECSManagedTags
      propagateTags enableExecuteCommand referenceId tags`),
    leftOut: words('volumeConfigurations'),
  },
  deploymentConfiguration: {
    read: words('minimumHealthyPercent maximumPercent deploymentCircuitBreaker strategy bakeTimeInMinutes'),
    leftOut: words('alarms lifecycleHooks linearConfiguration canaryConfiguration'),
  },
  overrides: {
    read: words('cpu memory containerOverrides taskRoleArn executionRoleArn'),
    leftOut: words('ephemeralStorage inferenceAcceleratorOverrides'),
  },
} as const satisfies Readonly<Record<string, EcsFields>>;

export type EcsShape = keyof typeof ECS_FIELDS;
