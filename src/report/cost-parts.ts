import type { CostNode } from '../experiment/result.ts';
import { meanOf, type PlatformColumn } from './comparison-table.ts';

/** In the order they are drawn. */
export const COST_PART_NAMES = ['instances', 'volumes', 'control plane', 'load balancers', 'rest'] as const;
export type CostPartName = (typeof COST_PART_NAMES)[number];

/** A stretch of the bill's bar. `rest`: what the named parts leave of the total (storage of images, addresses, ...). */
export interface CostPart {
  readonly name: CostPartName;
  readonly usd: number;
}

/** Below this a rest is the rounding of the parts. */
const SMALLEST_REST_USD = 0.005;

/** A platform's bill as a bar; the mean over its seeds. */
export interface CostBar {
  readonly platform: string;
  readonly totalUsd: number;
  /** In the order they are drawn, without empty ones. They sum to the total. */
  readonly parts: readonly CostPart[];
  /** Instances and volumes: the stretch at the start of the bar that tasks could ask for. */
  readonly roomUsd: number;
  /** The end of that stretch which no task asked for. */
  readonly idleUsd: number;
}

/** One bar per platform that has a bill. */
export function costBars(platforms: readonly PlatformColumn[]): CostBar[] {
  return platforms.flatMap((platform) => {
    const total = meanOf(platform, 'cost.total');
    return total === null ? [] : [costBar(platform, total)];
  });
}

/** The parts that at least one bar has: the legend. */
export function usedPartNames(bars: readonly CostBar[]): CostPartName[] {
  return COST_PART_NAMES.filter((name) => bars.some((bar) => bar.parts.some((part) => part.name === name)));
}

function costBar(platform: PlatformColumn, totalUsd: number): CostBar {
  const named: CostPart[] = [
    { name: 'instances', usd: meanOf(platform, 'cost.instances') ?? 0 },
    { name: 'volumes', usd: meanOf(platform, 'cost.volumes') ?? 0 },
    { name: 'control plane', usd: meanOf(platform, 'cost.controlPlane') ?? 0 },
    { name: 'load balancers', usd: meanOf(platform, 'cost.loadBalancers') ?? 0 },
  ];
  const rest = totalUsd - named.reduce((sum, part) => sum + part.usd, 0);
  return {
    platform: platform.name,
    totalUsd,
    parts: [
      ...named.filter((part) => part.usd > 0),
      ...(rest >= SMALLEST_REST_USD ? [{ name: 'rest', usd: rest } as const] : []),
    ],
    roomUsd: named[0]!.usd + named[1]!.usd,
    idleUsd: meanOf(platform, 'cost.idle') ?? 0,
  };
}

/** One line of several bills laid side by side: a name under its parents, and what each bill has there. */
export interface CostLine {
  readonly name: string;
  readonly depth: number;
  readonly leaf: boolean;
  /** One per bill, null where a bill has no such line. */
  readonly nodes: readonly (CostNode | null)[];
}

/** Walks several cost trees at once, children matched by name, in order of first appearance. */
export function mergeCostTrees(trees: readonly CostNode[]): CostLine[] {
  const lines: CostLine[] = [];
  const visit = (nodes: readonly (CostNode | null)[], depth: number): void => {
    const first = nodes.find((node) => node !== null);
    if (!first) return;
    const names = new Set(nodes.flatMap((node) => node?.children.map((child) => child.name) ?? []));
    lines.push({ name: first.name, depth, leaf: names.size === 0, nodes });
    for (const name of names) {
      visit(
        nodes.map((node) => node?.children.find((child) => child.name === name) ?? null),
        depth + 1,
      );
    }
  };
  visit(trees, 0);
  return lines;
}
