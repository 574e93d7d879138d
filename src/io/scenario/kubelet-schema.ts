import * as z from 'zod';
import { bytesLeaf, durationLeaf } from './leaves.ts';

const threshold = (what: string) => bytesLeaf('an amount of memory', '100MiB').describe(what);

/** The KubeletConfiguration of the nodes, in its own words where it has them. */
export const kubeletSchema = z
  .strictObject({
    kubeReserved: z
      .enum(['eks', 'none'])
      .describe(
        'CPU, memory and disk kept back for kubelet and the runtime: as EKS sets it up, or nothing. Default eks; on a self-run ' +
          'control plane none, as kops leaves it.',
      )
      .optional(),
    maxPods: z
      .union([z.enum(['interfaces']), z.int().min(1).max(1000)])
      .describe(
        'Pods of a node at most; interfaces: as many as its network interfaces carry addresses for. Default interfaces; on a ' +
          'self-run control plane 110.',
      )
      .meta({ examples: [110] })
      .optional(),
    evictionHard: threshold(
      'memory.available below which pods are evicted at once. Default 100MiB.',
    ).optional(),
    evictionSoft: threshold(
      'memory.available below which they are evicted after a grace period. Default: none.',
    ).optional(),
    evictionSoftGracePeriod: durationLeaf().describe('That grace period. Default 90s (chosen).').optional(),
    evictionMaxPodGracePeriod: durationLeaf()
      .describe(
        'The longest grace period of pods evicted for the soft threshold. Default 0s: the least that there is.',
      )
      .optional(),
    evictionMinimumReclaim: threshold(
      'Once evicting, kubelet goes on until so much more than the threshold is available. Default 0.',
    ).optional(),
    evictionPressureTransitionPeriod: durationLeaf()
      .describe('How long a node stays tainted after memory was last short. Default 5m.')
      .optional(),
    maxContainerRestartPeriod: durationLeaf({ positive: true })
      .describe('The longest back-off of containers that keep dying. Default 5m.')
      .optional(),
  })
  .describe('The kubelets of the nodes. Thresholds matter where templates state usage.')
  .meta({ examples: [{ evictionHard: '500MiB', evictionSoft: '1GiB', evictionSoftGracePeriod: '1m30s' }] });

/** As written. */
export type KubeletInput = z.output<typeof kubeletSchema>;
