import type { Replacement } from '../../../src/controllers/karpenter/consolidation.ts';
import { byPrice, cheapestPrice } from '../../../src/controllers/karpenter/instance-types.ts';
import { written } from '../../../src/controllers/karpenter/requirement.ts';
import { LANE } from '../../../src/model/resources.ts';
import { formatQuantity } from '../../../src/schedulers/kubernetes/quantity.ts';

/** A node claim as the cases write it. */
export interface WrittenClaim {
  readonly instanceTypes: readonly (readonly [string, number])[];
  readonly nodePool: string;
  readonly pods: readonly string[];
  readonly requests: Readonly<Record<string, string>>;
  readonly requirements: readonly string[];
}

const LEFT_OUT = [
  'node.kubernetes.io/instance-type',
  'kubernetes.io/hostname',
  'karpenter.sh/nodepool',
  'karpenter.sh/registered',
  'karpenter.sh/initialized',
];
const ZONE_REQUIREMENT = 'topology.kubernetes.io/zone In ';

export function claimNames({ claim, types, requirements }: Replacement): WrittenClaim {
  return {
    instanceTypes: byPrice(types, requirements).map((type) => [type.name, cheapestPrice(type, requirements)] as const),
    nodePool: claim.template.pool.name,
    pods: claim.pods.map(({ name }) => name).sort(),
    requests: quantities(claim.requests),
    requirements: [...requirements.values()]
      .filter(({ key }) => !LEFT_OUT.includes(key))
      .flatMap((one) => written(one).map(({ operator, values }) => `${one.key} ${operator} ${JSON.stringify(values)}`))
      .sort(),
  };
}

function quantities(amounts: ArrayLike<number>): Record<string, string> {
  const list = [
    ['cpu', LANE.cpu, 1_000_000n],
    ['ephemeral-storage', LANE.ephemeral, 1_000_000_000n],
    ['memory', LANE.memory, 1_000_000_000n],
    ['pods', LANE.slots, 1_000_000_000n],
  ] as const;
  return Object.fromEntries(
    list
      .filter(([, lane]) => amounts[lane]! > 0)
      .map(([name, lane, nano]) => [name, formatQuantity(BigInt(amounts[lane]!) * nano, name === 'memory' || name === 'ephemeral-storage')]),
  );
}

/** Zones that are alike, by the order in which they appear. */
export function zoneNames(claims: readonly WrittenClaim[]): WrittenClaim[] {
  const seen: string[] = [];
  return claims.map((claim) => ({
    ...claim,
    requirements: claim.requirements.map((text) => {
      if (!text.startsWith(ZONE_REQUIREMENT)) return text;
      const zones: string[] = JSON.parse(text.slice(ZONE_REQUIREMENT.length));
      if (zones.length !== 1) return `${ZONE_REQUIREMENT}["any ${zones.length}"]`;
      if (!seen.includes(zones[0]!)) seen.push(zones[0]!);
      return `${ZONE_REQUIREMENT}["zone#${seen.indexOf(zones[0]!) + 1}"]`;
    }),
  }));
}
