import type { ClusterAutoscalerSettings } from '../../model/autoscaler-plan.ts';
import { LANE } from '../../model/resources.ts';
import type { RandomDraws } from '../../schedulers/scheduler.ts';
import type { Fleet } from '../fleet.ts';
import { estimate, type PodGroup } from './estimator.ts';
import { bestOptions, type ExpanderContext, type ExpansionOption } from './expanders.ts';
import { addTemplateNode, type NodeTemplate } from './node-template.ts';
import type { PodSimulator } from './pod-simulator.ts';
import { shareOut } from './similar-groups.ts';

export interface ScaleUpOptions {
  readonly fleet: Pick<Fleet, 'groups' | 'alive'>;
  readonly settings: ClusterAutoscalerSettings;
  readonly simulator: PodSimulator;
  /** Chooses among equally good groups. */
  readonly random: RandomDraws;
  readonly podPrice: ExpanderContext['podPrice'];
  /** Of a node, per hour, in the same unit. */
  readonly nodePrice: (groupIndex: number, typeName: string) => number;
  /** Null: a group that is not to grow now. */
  readonly templateOf: (groupIndex: number) => NodeTemplate | null;
}

/** So many nodes more for a group. */
export interface Growth {
  readonly group: number;
  readonly count: number;
}

/** A group that could grow, and those of the pods that would fit onto an empty node of it. */
interface Candidate {
  readonly group: number;
  readonly template: NodeTemplate;
  readonly pods: readonly PodGroup[];
}

/**
 * Decides which node group grows, and by how much: each is asked how many of its nodes the pods would take, the
 * expanders choose, and groups that are alike share if they are to.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 core/scaleup/orchestrator/orchestrator.go
 */
export class ScaleUp {
  readonly #options: ScaleUpOptions;

  constructor(options: ScaleUpOptions) {
    this.#options = options;
  }

  /** Empty: no node would help, or there are as many as there may be. */
  plan(pods: readonly PodGroup[]): readonly Growth[] {
    const { fleet, settings, random, podPrice } = this.#options;
    const total = fleet.groups.reduce((sum, _, group) => sum + fleet.alive(group), 0);
    const spare = settings.maxNodesTotal === 0 ? Number.POSITIVE_INFINITY : settings.maxNodesTotal - total;
    if (spare <= 0) return [];
    const candidates = fleet.groups.flatMap((_, group) => this.#candidateOf(group, pods) ?? []);
    const options = candidates.flatMap((candidate) => this.#optionOf(candidate, candidates, spare) ?? []);
    const { priorities } = settings;
    const best = bestOptions(options, settings.expanders, { priorities, clusterSize: total, podPrice });
    if (best.length === 0) return [];
    const chosen = best[best.length === 1 ? 0 : Math.floor(random.double() * best.length)]!;
    const own = candidates.find(({ group }) => group === chosen.group)!;
    const sharing = [own, ...this.#similarTo(own, candidates)].map(({ group }) => ({
      group,
      size: fleet.alive(group),
      max: fleet.groups[group]!.size.max,
    }));
    return shareOut(sharing, Math.min(chosen.nodes, spare, settings.maxNodesPerScaleUp));
  }

  /** Null: a group that cannot grow, or that none of the pods fits. */
  #candidateOf(group: number, pods: readonly PodGroup[]): Candidate | null {
    const { simulator, templateOf } = this.#options;
    const template = this.#spareOf(group) <= 0 ? null : templateOf(group);
    if (template === null) return null;
    const { snapshot } = simulator;
    const mark = snapshot.fork();
    const slot = addTemplateNode(snapshot, template);
    const fitting = pods.filter(({ taskClass }) => simulator.fits(taskClass.id, slot));
    snapshot.revert(mark);
    return fitting.length === 0 ? null : { group, template, pods: fitting };
  }

  #optionOf(candidate: Candidate, all: readonly Candidate[], spare: number): ExpansionOption | null {
    const { fleet, settings, simulator, nodePrice } = this.#options;
    const { group, template, pods } = candidate;
    const sharing = [candidate, ...this.#similarTo(candidate, all)];
    const room = sharing.reduce((sum, one) => sum + this.#spareOf(one.group), 0);
    const most = Math.min(room, spare, settings.maxNodesPerScaleUp);
    const { nodes, placed } = estimate(pods, template, most, simulator);
    if (nodes === 0) return null;
    const { shape } = template;
    const price = nodePrice(group, shape.typeName);
    return { group, name: fleet.groups[group]!.name, shape, nodes, pods: placed, nodePrice: price };
  }

  #spareOf(group: number): number {
    const { fleet } = this.#options;
    return fleet.groups[group]!.size.max - fleet.alive(group);
  }

  /** Groups with the same labels, CPU and memory, that would take the same pods; none unless they are to share. */
  #similarTo(chosen: Candidate, all: readonly Candidate[]): readonly Candidate[] {
    const { fleet, settings } = this.#options;
    if (!settings.balanceSimilarGroups) return [];
    const { labels } = fleet.groups[chosen.group]!;
    return all.filter((other) => {
      const theirs = fleet.groups[other.group]!.labels;
      return (
        other !== chosen &&
        [LANE.cpu, LANE.memory].every(
          (lane) => other.template.shape.capacity[lane] === chosen.template.shape.capacity[lane],
        ) &&
        theirs.size === labels.size &&
        [...labels].every(([key, value]) => theirs.get(key) === value) &&
        chosen.pods.every((pods) => other.pods.includes(pods))
      );
    });
  }
}
