import * as z from 'zod';
import { distributionSchema } from './distribution-schema.ts';
import { bytesLeaf, durationLeaf, nameLeaf, rateLeaf } from './leaves.ts';

const whole = (description: string, example: number, min: number, max: number) =>
  z
    .int()
    .min(min)
    .max(max)
    .describe(description)
    .meta({ examples: [example] });

/** A control plane on instances of one's own. */
const selfRun = z.strictObject({
  kind: z.literal('self-run').describe('Masters on instances of the cluster itself, as kops sets them up.'),
  type: nameLeaf('an instance type', 't3.medium')
    .describe('Instance type of the masters.')
    .default('t3.medium'),
  masters: z
    .union([z.literal(1), z.literal(3), z.literal(5)])
    .describe(
      'How many; more than half of them must be up. Default: 3 where the fleet has three zones, else 1.',
    )
    .meta({ examples: [3] })
    .optional(),
  zones: z
    .array(nameLeaf('a zone', 'us-east-1a'))
    .min(1)
    .max(5)
    .describe('Their zones, one after the other. Default: those of the fleet.')
    .meta({ examples: [['us-east-1a', 'us-east-1b', 'us-east-1c']] })
    .optional(),
  root: bytesLeaf('a size', '64GiB').describe('Root volume, gp3, whole GiB.').default('64GiB'),
  etcd: bytesLeaf('a size', '20GiB')
    .describe('Each of two volumes of etcd, gp3, whole GiB; they outlive their master.')
    .default('20GiB'),
  loadBalancer: z.enum(['network', 'classic', 'none']).describe('In front of the API.').default('network'),
  launch: distributionSchema.describe('From the request for a master to running, not billed.').default('22s'),
  boot: distributionSchema.describe('From running until a master answers, billed. Chosen.').default('3m'),
  replaceAfter: durationLeaf()
    .describe('From the loss of a master until its Auto Scaling group asks for another one.')
    .default('1m'),
  lease: durationLeaf()
    .describe('--leader-elect-lease-duration: how long the others wait for a leader that is gone.')
    .default('15s'),
  election: durationLeaf()
    .describe('--leader-elect-retry-period: between two tries to take its place.')
    .default('2s'),
  failures: rateLeaf().describe('How often one master fails by itself. Default: never.').optional(),
});

/** Who runs the masters. */
export const controlPlaneSchema = z
  .union([z.enum(['eks', 'none']), selfRun])
  .describe(
    'Who runs the masters: eks is billed and never fails, none is free, self-run is instances in the bill that can fail.',
  )
  .meta({ examples: ['eks', { kind: 'self-run', type: 'm6i.large', masters: 3 }] })
  .default('eks');

/** How nodes and masters are replaced by another version. */
export const upgradesSchema = z
  .strictObject({
    controlPlane: durationLeaf()
      .describe('How long a managed control plane takes; it answers meanwhile. Default 10m (chosen).')
      .optional(),
    maxSurge: whole(
      'Nodes that a group gets beforehand. Default: two per zone on EKS, 1 with self-run masters.',
      1,
      0,
      100,
    ).optional(),
    maxUnavailable: whole(
      'Nodes that are drained at once. Default 1; 0 with self-run masters that surge.',
      1,
      0,
      100,
    ).optional(),
    drainTimeout: durationLeaf({ positive: true })
      .describe('The longest that a drain may take. Default 15m.')
      .optional(),
    onDrainTimeout: z
      .enum(['fail', 'force'])
      .describe(
        'fail: the update stops there; force: the node ends with the pods that are left. Default fail.',
      )
      .optional(),
    postDrain: durationLeaf()
      .describe('From the end of the drain to that of the node. Default 1m on EKS, 5s with self-run masters.')
      .optional(),
    interval: durationLeaf()
      .describe('After a node has ended. Default 0s on EKS, 15s with self-run masters.')
      .optional(),
    validations: whole(
      'Looks in a row that must find every node and master up before the next one. Default 0 on EKS, 2 with self-run masters.',
      2,
      0,
      100,
    ).optional(),
    validationTimeout: durationLeaf({ positive: true })
      .describe('The longest to wait for that. Default 15m.')
      .optional(),
  })
  .describe('How an upgrade goes, where the owner of the cluster may choose.')
  .meta({ examples: [{ maxSurge: 1, drainTimeout: '30m', onDrainTimeout: 'force' }] });

/** With the defaults of the schema; so the next. */
export type ControlPlaneInput = z.output<typeof controlPlaneSchema>;
export type UpgradesInput = z.output<typeof upgradesSchema>;
