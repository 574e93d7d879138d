import {
  isBalanced,
  isRebalanced,
  nextMove,
  type RebalancedService,
  type RebalanceMove,
  type ZoneTasks,
} from '../../../src/controllers/ecs/az-rebalance.ts';
import { mentionsAttribute } from '../../../src/schedulers/ecs/query/mentions-attribute.ts';
import { parseExpression } from '../../../src/schedulers/ecs/query/parse-expression.ts';
import { AVAILABILITY_ZONE } from '../../../src/schedulers/ecs/strategies/step.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase } from './case.ts';

interface NativeService {
  readonly availabilityZoneRebalancing?: 'ENABLED' | 'DISABLED';
  readonly schedulingStrategy?: 'REPLICA' | 'DAEMON';
  readonly launchType?: string;
  readonly classicLoadBalancer?: boolean;
  readonly deploymentConfiguration?: { readonly maximumPercent?: number };
  readonly placementStrategy?: readonly { readonly type: string; readonly field?: string }[];
  readonly placementConstraints?: readonly { readonly type: string; readonly expression?: string }[];
}

type PerZone = Readonly<Record<string, number>>;

interface RebalanceInput {
  readonly service: NativeService;
  readonly counts: PerZone;
  readonly room: PerZone;
  readonly protected?: PerZone;
  readonly unsteady?: boolean;
  readonly deploymentInProgress?: boolean;
}

const ZONE = `attribute:${AVAILABILITY_ZONE}`;

/** Kind `azRebalance`: moves until nothing is left to move. */
export function runAzRebalance({ in: input, out }: EcsCase<RebalanceInput>): CaseOutcome {
  const service = serviceOf(input.service);
  const counts = { ...input.counts };
  const room = { ...input.room };
  const zones = (): ZoneTasks[] =>
    Object.entries(counts).map(([zone, tasks]) => ({
      zone,
      tasks,
      protectedTasks: input.protected?.[zone] ?? 0,
    }));
  const eligible = isRebalanced(service);
  const balanced = isBalanced(zones());
  const moves: RebalanceMove[] = [];
  let end = 'notEligible';
  if (eligible && (input.unsteady || input.deploymentInProgress)) end = 'notSteady';
  else if (eligible) {
    for (;;) {
      const move = nextMove(zones(), service.maximumPercent, (zone) => (room[zone] ?? 0) > 0);
      if ('end' in move) {
        end = move.end;
        break;
      }
      moves.push(move);
      counts[move.start]! += 1;
      counts[move.stop]! -= 1;
      room[move.start]! -= 1;
      room[move.stop] = (room[move.stop] ?? 0) + 1;
    }
  }
  return compare({ eligible, balanced, moves, counts, end }, out);
}

function looksAtZone(text: string | undefined): boolean {
  if (text === undefined) return false;
  const read = parseExpression(text);
  return !('problem' in read) && mentionsAttribute(read.expression, AVAILABILITY_ZONE);
}

function serviceOf(native: NativeService): RebalancedService {
  const [first] = native.placementStrategy ?? [];
  const isZone = first?.type === 'spread' && first.field?.toLowerCase() === ZONE;
  return {
    enabled: native.availabilityZoneRebalancing !== 'DISABLED',
    schedulingStrategy: native.schedulingStrategy ?? 'REPLICA',
    isExternal: native.launchType === 'EXTERNAL',
    hasClassicLoadBalancer: native.classicLoadBalancer ?? false,
    maximumPercent: native.deploymentConfiguration?.maximumPercent ?? 200,
    firstStrategy: first === undefined ? 'none' : isZone ? 'zone' : 'other',
    constrainsZone: (native.placementConstraints ?? []).some(({ expression }) => looksAtZone(expression)),
  };
}
