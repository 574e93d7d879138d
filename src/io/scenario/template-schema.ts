import * as z from 'zod';
import { distributionSchema } from './distribution-schema.ts';
import { ecsTemplateSchema } from './ecs-template-schema.ts';
import { usageSchema } from './usage-schema.ts';
import { bytesLeaf, cpuLeaf, gpuShareLeaf, nameLeaf, textLeaf } from './leaves.ts';

/** As Kubernetes spells them. */
export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

const count = (description: string, example: number, min = 0, max = 1e9) =>
  z
    .int()
    .min(min)
    .max(max)
    .describe(description)
    .meta({ examples: [example] });

/** Text by name. */
export const labelsSchema = z
  .record(textLeaf('a label name', 'tier'), textLeaf('text', 'front', { mayBeEmpty: true }))
  .meta({ examples: [{ tier: 'front' }] });

const port = z.int().min(1).max(65_535);

const hostPort = z.union([
  port.describe('A TCP port.').meta({ examples: [8080] }),
  z.strictObject({
    port: port.describe('The port.').meta({ examples: [53] }),
    protocol: z.enum(['TCP', 'UDP']).default('TCP').describe('Its protocol.'),
  }),
]);

const toleration = z.strictObject({
  key: textLeaf('a taint key', 'dedicated')
    .describe('Key of the taint; absent with operator Exists: every key.')
    .optional(),
  operator: z
    .enum(['Exists', 'Equal'])
    .describe('Equal compares the value, Exists does not. Default Equal.')
    .optional(),
  value: textLeaf('text', 'batch', { mayBeEmpty: true })
    .describe('Value of the taint, for Equal.')
    .optional(),
  effect: z.enum(TAINT_EFFECTS).describe('Effect of the taint; absent: every effect.').optional(),
  tolerationSeconds: count('Seconds that a NoExecute taint is tolerated; absent: for ever.', 300).optional(),
});

const gpu = z.union([
  count('Whole devices.', 1, 1, 64),
  z.strictObject({
    count: count('Whole devices.', 2, 1, 64).optional(),
    share: gpuShareLeaf().describe('Part of one device, instead of a count.').optional(),
    models: z
      .array(textLeaf('a GPU model', 'T4'))
      .min(1)
      .describe('Models that will do; absent: any.')
      .meta({ examples: [['T4', 'A10']] })
      .optional(),
  }),
]);

/** What rows of traces do not say either. */
const restOfTemplate = {
  ephemeral: bytesLeaf('an amount of storage', '2GiB')
    .describe('Scratch space on the root volume.')
    .default(0),
  extended: z
    .record(textLeaf('a resource name', 'example.com/fpga'), count('Amount.', 1, 1))
    .describe('Extended resources: whole amounts by name.')
    .meta({ examples: [{ 'example.com/fpga': 1 }] })
    .default({}),
  hostPorts: z
    .array(hostPort)
    .max(100)
    .describe('Ports fixed on the instance: two tasks with the same one cannot share an instance.')
    .meta({ examples: [[8080]] })
    .default([]),
  ports: z
    .array(hostPort)
    .max(100)
    .describe(
      'Container ports. With network bridge or awsvpc they take no port of the instance, with network host they do.',
    )
    .meta({ examples: [[8080]] })
    .default([]),
  network: z
    .enum(['bridge', 'host', 'awsvpc', 'none'])
    .describe(
      'awsvpc: each task takes a network interface on ECS. Kubernetes pods always have an address of their own.',
    )
    .default('bridge'),
  image: z
    .strictObject({
      name: textLeaf('an image name', 'web').describe('Name, with tag if it matters.'),
      size: bytesLeaf('a size', '300MB').describe('Size as pulled: compressed. Or see layers.').optional(),
      layers: z
        .array(
          z.strictObject({
            name: textLeaf('a layer name', 'node-22').describe(
              'Name; equal layers of several images share it.',
            ),
            size: bytesLeaf('a size', '60MB').describe('Size as pulled.'),
          }),
        )
        .min(1)
        .max(127)
        .describe('What the image consists of, in place of its size: an instance pulls each layer once.')
        .meta({ examples: [[{ name: 'node-22', size: '60MB' }]] })
        .optional(),
    })
    .describe('Image of the task.')
    .optional(),
  startup: z
    .union([...distributionSchema.options, z.enum(['parts'])])
    .describe(
      'From placement to running: pull, start, health check. parts: what taskLife of an ECS platform makes of it, elsewhere 2s. ' +
        'Default: parts when a platform has taskLife, else 2s (chosen).',
    )
    .meta({ examples: ['10s', 'parts', { uniform: { min: '3s', max: '8s' } }] })
    .optional(),
  labels: labelsSchema.describe('Labels of the tasks.').default({}),
  where: labelsSchema
    .describe('Only instances whose attributes (ECS) or labels (Kubernetes) have these values.')
    .default({}),
  kubernetes: z
    .strictObject({
      schedulerName: textLeaf('a scheduler name', 'batch-scheduler')
        .describe('Profile of the scheduler configuration that places the pods. Default default-scheduler.')
        .optional(),
    })
    .describe('What only Kubernetes platforms look at.')
    .optional(),
  usage: usageSchema.optional(),
  distinctInstance: z.boolean().describe('No two tasks of the group on one instance.').default(false),
  tolerations: z
    .array(toleration)
    .max(100)
    .describe('Taints that do not keep the tasks away.')
    .meta({ examples: [[{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }]] })
    .default([]),
  priority: z
    .int()
    .min(-1_000_000_000)
    .max(1_000_000_000)
    .describe(
      'Higher goes first where the platform knows priorities; Kubernetes evicts lower ones for it. ECS knows none.',
    )
    .meta({ examples: [100] })
    .default(0),
  ecs: ecsTemplateSchema.optional(),
  preemptionPolicy: z
    .enum(['PreemptLowerPriority', 'Never'])
    .describe('Kubernetes: may tasks of lower priority be evicted to make room for these?')
    .default('PreemptLowerPriority'),
};

const requests = {
  cpu: cpuLeaf().describe('CPU request of one task.'),
  memory: bytesLeaf().describe('Memory request of one task.'),
};

/** A named template. Services and jobs need its `cpu` and `memory`, traces must not find them there. */
export const namedTemplateSchema = z
  .strictObject({
    cpu: requests.cpu.optional(),
    memory: requests.memory.optional(),
    gpu: gpu.describe('GPUs of one task.').optional(),
    ...restOfTemplate,
  })
  .meta({ id: 'namedTemplate', description: 'What one task asks for.' });

const templateName = nameLeaf('a template name', 'web').describe('Name of an entry of templates.');

/** For services and jobs. */
export const templateSchema = z
  .union([
    templateName,
    z.strictObject({ ...requests, gpu: gpu.describe('GPUs of one task.').optional(), ...restOfTemplate }),
  ])
  .meta({
    id: 'template',
    description: 'What one task asks for: the name of an entry of templates, or the template itself.',
    examples: ['web', { cpu: '500m', memory: '1GiB' }],
  });

/** For traces and measured distributions: what their rows do not say. */
export const rowTemplateSchema = z.union([templateName, z.strictObject(restOfTemplate)]).meta({
  id: 'rowTemplate',
  description:
    'What the rows do not say: image, start-up, constraints. CPU, memory and GPUs come from the rows.',
  examples: [{ startup: '10s' }],
});

/** With the defaults of the schema. */
export type NamedTemplateInput = z.output<typeof namedTemplateSchema>;
