import * as z from 'zod';
import { distributionSchema } from './distribution-schema.ts';
import { ecsDocumentSchema } from './ecs-template-schema.ts';
import { bytesLeaf, cpuLeaf, mebibytesLeaf, nameLeaf, priceLeaf, textLeaf } from './leaves.ts';
import { manifestSchema } from './manifest-schema.ts';
import { purchaseSchema } from './spot-schema.ts';
import { labelsSchema, TAINT_EFFECTS } from './template-schema.ts';
import { whole } from './whole-number.ts';

const typeName = nameLeaf('an instance type', 'm6i.xlarge');
const zoneName = nameLeaf('a zone', 'us-east-1a');

/** An instance type made up in the scenario, or a real one at another price. */
export const instanceTypeSchema = z
  .strictObject({
    name: typeName.describe('Name; that of a real type replaces it.'),
    vcpus: whole('vCPUs.', 4, 1, 100_000),
    memory: mebibytesLeaf('an amount of memory', '16GiB').describe('Advertised memory, whole MiB.'),
    architecture: z.enum(['amd64', 'arm64']).describe('Processor architecture.').default('amd64'),
    gpu: z
      .strictObject({
        count: whole('Devices.', 8, 1, 64),
        model: textLeaf('a GPU model', 'T4').describe('Model of all of them.'),
      })
      .describe('GPUs.')
      .optional(),
    price: priceLeaf().describe('On-Demand price per hour.'),
    maxEnis: whole(
      'Network interfaces. Default: as the published formulas have it.',
      4,
      1,
      10_000,
    ).optional(),
    ipv4PerEni: whole('Addresses on each interface.', 15, 1, 10_000).optional(),
    maxPods: whole('Pods that EKS allows on a node.', 58, 1).optional(),
    awsvpcTasks: z
      .strictObject({
        plain: whole('Without trunking.', 3),
        trunked: whole('With trunking.', 18),
      })
      .describe('Tasks in network mode awsvpc.')
      .optional(),
    linuxMemory: mebibytesLeaf('an amount of memory', '15896MiB')
      .describe('Memory that Linux reports, whole MiB: what the ECS agent registers.')
      .optional(),
    eksAllocatable: z
      .strictObject({
        cpu: cpuLeaf().describe('CPU that pods may take.'),
        memory: mebibytesLeaf('an amount of memory', '14930MiB').describe(
          'Memory that pods may take, whole MiB.',
        ),
      })
      .describe('What EKS leaves to pods.')
      .optional(),
  })
  .meta({ id: 'instanceType', description: 'An instance type made up in the scenario.' });

/** With the defaults of the schema. */
export type InstanceTypeInput = z.output<typeof instanceTypeSchema>;

const size = z
  .union([
    whole('Always this many instances.', 3),
    z.strictObject({
      min: whole('The autoscaler goes no lower.', 3).default(0),
      max: whole('The autoscaler goes no higher.', 60),
      initial: whole('Instances at the start. Default: min.', 3).optional(),
    }),
  ])
  .describe('Number of instances: fixed, or a range for the autoscaler.')
  .meta({ examples: [5, { min: 3, max: 60 }] });

const nodeRates = z
  .strictObject({
    vcpu: priceLeaf().describe('Price of one vCPU for an hour.'),
    gib: priceLeaf().describe('Price of one GiB of memory for an hour.'),
    gpu: priceLeaf().describe('Price of one GPU for an hour.'),
  })
  .describe('A node costs the sum over what it has: the list knows no prices.')
  .meta({ examples: [{ vcpu: '0.04 USD/h', gib: '0.005 USD/h', gpu: '0.9 USD/h' }] });

/** A group of equal instances, or a list of given ones. */
export const fleetGroupSchema = z
  .strictObject({
    name: nameLeaf('a name', 'general').describe('Name of the group.'),
    type: z
      .union([typeName, z.array(typeName).min(1).max(100)])
      .describe('Instance type, or several in order of preference.')
      .meta({ examples: ['m6i.xlarge', ['m6i.xlarge', 'm5.xlarge']] })
      .optional(),
    zones: z
      .array(zoneName)
      .min(1)
      .max(100)
      .describe('Availability zones. Default: the first three of the region; for a node list the first one.')
      .meta({ examples: [['us-east-1a', 'us-east-1b']] })
      .optional(),
    size: size.optional(),
    instances: z
      .array(
        z.strictObject({
          name: textLeaf('an instance name', 'node-1').describe('Name of the instance.'),
          type: typeName.describe('Its type.'),
          zone: zoneName.describe('Its zone.'),
        }),
      )
      .min(1)
      .describe('Instances with their own names and types, instead of type, zones and size.')
      .optional(),
    from: z
      .strictObject({
        file: textLeaf('a file name', '{traces}/alibaba-gpu-2023-openb/openb_node_list_all_node.csv.gz', {
          maxLength: 1000,
        }).describe('The list. {traces} stands for the folder of the traces.'),
        format: z.literal('openb').describe('Its format: the node list of the Alibaba GPU trace of 2023.'),
        rates: nodeRates,
      })
      .describe('Instances read from a list of nodes, instead of type and size.')
      .optional(),
    nodes: z
      .array(manifestSchema)
      .min(1)
      .max(100_000)
      .describe(
        'Node objects as Kubernetes has them, instead of type, zones and size: files, or objects as they are. For Kubernetes platforms only.',
      )
      .meta({ examples: [['k8s/nodes.yaml']] })
      .optional(),
    containerInstances: z
      .array(ecsDocumentSchema)
      .min(1)
      .max(100_000)
      .describe(
        'Container instances as describe-container-instances prints them, instead of type, zones and size: files, or documents as they are. For ECS platforms only.',
      )
      .meta({ examples: [['ecs/container-instances.json']] })
      .optional(),
    price: priceLeaf()
      .describe('Of each of the nodes whose instance type is not known, per hour.')
      .optional(),
    launch: distributionSchema
      .describe(
        'From the request to running, not billed. Default 22s (measured: 5 s in the API, 17 s pending).',
      )
      .default('22s'),
    boot: distributionSchema
      .describe('From running to ready for tasks, billed. Default 40s (measured on an unoptimised image).')
      .default('40s'),
    volume: z
      .strictObject({
        type: z.enum(['gp2', 'gp3']).describe('Volume type.').default('gp3'),
        size: bytesLeaf('a size', '30GiB').describe('Size, whole GiB.').default('30GiB'),
        iops: whole('Provisioned IOPS, gp3 only. Default 3000, which the price includes.', 3000).optional(),
        throughput: whole('MiB/s, gp3 only. Default 125, which the price includes.', 125).optional(),
      })
      .describe('Root volume. Default: gp3 with 30 GiB, the size of the ECS-optimised images.')
      .default({ type: 'gp3', size: '30GiB' }),
    labels: labelsSchema.describe('Attributes (ECS) or labels (Kubernetes) of every instance.').default({}),
    taints: z
      .array(
        z.strictObject({
          key: textLeaf('a taint key', 'dedicated').describe('Key.'),
          value: textLeaf('text', 'batch', { mayBeEmpty: true }).describe('Value.').default(''),
          effect: z.enum(TAINT_EFFECTS).describe('What happens to tasks that do not tolerate it.'),
        }),
      )
      .max(100)
      .describe('Taints of every instance.')
      .meta({ examples: [[{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }]] })
      .default([]),
    extended: z
      .record(textLeaf('a resource name', 'example.com/fpga'), whole('Amount.', 2, 1, 1_000_000_000))
      .describe('Extended resources that every instance offers: whole amounts by name.')
      .meta({ examples: [{ 'example.com/fpga': 2 }] })
      .default({}),
    purchase: purchaseSchema.default('on-demand'),
  })
  .meta({ id: 'fleetGroup', description: 'A group of instances.' });

/** With the defaults of the schema. */
export type FleetGroupInput = z.output<typeof fleetGroupSchema>;
