import { type BillContext, type SecondRange, billedRange, require } from './bill-context.ts';
import { type Granularity, SECONDS_FROM_A_MINUTE } from './billed-time.ts';
import type { CoverableUse } from './coverable-use.ts';
import { isFargateSize } from '../model/ecs/fargate-sizes.ts';
import { fargatePodSize } from './fargate-sizes.ts';
import type { LineKey } from './ledger.ts';
import type { Money } from './money.ts';
import { DEFAULT_ACCOUNT, type FargatePod, type FargateTask, type Usage } from './usage.ts';

/** Ephemeral storage in the price of every task, and the most it can have. */
const INCLUDED_GIB = 20;
const MOST_GIB = 200;

/**
 * Posts Fargate tasks and pods: vCPUs and GB of the declared size, ephemeral storage beyond 20 GiB, from the
 * start of the image pull to the end, whole seconds, at least 60 (Windows 300). Fargate Spot has its own price, the same
 * clock, and no refund. When there are Savings Plans, vCPUs and GB at On-Demand prices are not posted but
 * returned, for them to cover. Source: AWS Fargate pricing page; Amazon ECS developer guide, AWS_Fargate.md.
 */
export function billFargate(context: BillContext, usage: Usage): CoverableUse[] {
  const isCommitted = (usage.reservedInstances?.length ?? 0) + (usage.savingsPlans?.length ?? 0) > 0;
  const uses: CoverableUse[] = [];
  for (const [service, task] of fargateUses(context, usage)) {
    const range = billedRange(context, { startMs: task.pullStartMs, endMs: task.endMs }, granularityOf(task));
    const seconds = range.to - range.from;
    for (const part of partsOf(task)) {
      const priceKey = `${task.option}/${task.region}/${task.platform}/${part.name}`;
      const price = context.prices.need(priceKey);
      if (seconds === 0) continue;
      const line = context.ledger.line(
        lineKey(service, task, `${task.option}:${part.name}`, part.unit, price),
      );
      if (isCommitted && task.option === 'fargate') {
        uses.push(coverable({ service, task, part, price, line, range }));
      } else {
        context.ledger.post(line, task.id, part.size * seconds, part.per * 3600);
      }
    }
    postEphemeral(context, service, task, seconds);
  }
  return uses;
}

/** Tasks of ECS and pods of EKS alike, without those that cannot be. */
function* fargateUses(context: BillContext, usage: Usage): Iterable<[service: string, FargateTask]> {
  const hasStorage = ({ id, ephemeralGiB = INCLUDED_GIB }: FargateTask | FargatePod) => {
    const isLegal = ephemeralGiB >= INCLUDED_GIB && ephemeralGiB <= MOST_GIB;
    return require(context, isLegal, 'ephemeral-out-of-range', id);
  };
  for (const task of usage.fargateTasks ?? []) {
    const { id, cpuUnits, memoryMiB } = task;
    const isLegal = require(context, isFargateSize(cpuUnits, memoryMiB), 'illegal-fargate-size', id);
    if (hasStorage(task) && isLegal) yield ['AmazonECS', task];
  }
  for (const pod of usage.fargatePods ?? []) {
    const size = fargatePodSize(pod);
    if (size === null) {
      context.problems.add('pod-too-large', pod.id);
      continue;
    }
    if (!hasStorage(pod)) continue;
    const { containers: _, initContainers: __, ...place } = pod;
    const { cpu: cpuUnits, memoryMiB } = size;
    yield ['AmazonEKS', { ...place, cpuUnits, memoryMiB, platform: 'linux-x86', option: 'fargate' }];
  }
}

/** Windows tasks are billed for five minutes at least. Source: AWS Fargate pricing page. */
const SECONDS_FROM_FIVE_MINUTES: Granularity = { stepSeconds: 1, minimumSeconds: 300 };

function granularityOf({ platform }: FargateTask): Granularity {
  return platform === 'windows' ? SECONDS_FROM_FIVE_MINUTES : SECONDS_FROM_A_MINUTE;
}

interface TaskPart {
  readonly name: 'vcpu' | 'gb';
  readonly unit: string;
  /** Units of the price: `size / per`. */
  readonly size: number;
  readonly per: number;
}

function partsOf({ cpuUnits, memoryMiB }: FargateTask): TaskPart[] {
  return [
    { name: 'gb', unit: 'GB-Hrs', size: memoryMiB, per: 1024 },
    { name: 'vcpu', unit: 'vCPU-Hrs', size: cpuUnits, per: 1024 },
  ];
}

function lineKey(service: string, task: FargateTask, dimension: string, unit: string, price: Money): LineKey {
  const { region, zone: az, platform: type, option } = task;
  return { service, dimension, region, az, type, option, unit, price };
}

function coverable(one: {
  readonly service: string;
  readonly task: FargateTask;
  readonly part: TaskPart;
  readonly price: Money;
  readonly line: number;
  readonly range: SecondRange;
}): CoverableUse {
  const { service, task, part, price, line, range } = one;
  const covered = lineKey(service, task, `fargate:sp-covered-${part.name}`, part.unit, price);
  return {
    id: task.id,
    account: task.account ?? DEFAULT_ACCOUNT,
    host: null,
    visits: [{ startMs: task.pullStartMs, ...range }],
    perSecond: { units: part.size, per: part.per * 3600 },
    price,
    line,
    rateKeys: { ec2: null, compute: `sp-compute/fargate/${task.region}/${task.platform}/${part.name}` },
    covered: { ...covered, option: 'sp' },
    tieOrder: part.name === 'gb' ? 0 : 1,
  };
}

function postEphemeral(
  { prices, ledger }: BillContext,
  service: string,
  task: FargateTask,
  seconds: number,
): void {
  const extraGiB = (task.ephemeralGiB ?? INCLUDED_GIB) - INCLUDED_GIB;
  if (extraGiB === 0 || seconds === 0) return;
  const price = prices.need(`fargate/${task.region}/ephemeral`);
  const line = ledger.line(lineKey(service, task, 'fargate:ephemeral', 'GB-Hrs', price));
  ledger.post(line, task.id, extraGiB * seconds, 3600);
}
