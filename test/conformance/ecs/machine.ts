import { AgentQueue, type HostNeed } from '../../../src/controllers/ecs/agent-queue.ts';
import { loadCatalogue } from '../../../src/io/catalogue.ts';
import { cheapestFargateSize, isFargateSize } from '../../../src/model/ecs/fargate-sizes.ts';
import { healthyAt, type TaskHealth } from '../../../src/model/ecs/healthy-at.ts';
import { registeredResources } from '../../../src/model/ecs/registered-resources.ts';
import type { TaskDefinition, TaskOverride } from '../../../src/model/ecs/task-definition.ts';
import { taskResources } from '../../../src/model/ecs/task-resources.ts';
import { estimatedLinuxMemoryMiB } from '../../../src/model/node-overhead.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase } from './case.ts';

/** Kind `taskResources`: what a task takes, or why it is refused. */
export function runTaskResources({
  in: { taskDefinition, overrides },
  out,
}: EcsCase<{ readonly taskDefinition: TaskDefinition; readonly overrides?: TaskOverride }>): CaseOutcome {
  const read = taskResources(taskDefinition, overrides ?? null);
  return compare('resources' in read ? read.resources : { error: read.problems[0]!.exception }, out);
}

/** Kind `eniLimit`: tasks in mode awsvpc that an instance takes. */
export function runEniLimit({
  in: { instanceType, trunking },
  out,
}: EcsCase<{ readonly instanceType: string; readonly trunking: boolean }>): CaseOutcome {
  const catalogue = loadCatalogue();
  for (const region of catalogue.regions) {
    const type = catalogue.type(instanceType, region);
    if ('problem' in type) continue;
    return compare({ limit: trunking ? type.awsvpcTasks.trunked : type.awsvpcTasks.plain }, out);
  }
  return 'unsupported';
}

/** Kind `registeredResources`: by the estimates for types that nobody has measured. */
export function runRegisteredResources({
  in: { generation, advertisedMiB, vcpus, reservedMemory },
  out,
}: EcsCase<{
  readonly generation: string;
  readonly advertisedMiB: number;
  readonly vcpus: number;
  readonly reservedMemory: number;
}>): CaseOutcome {
  const isXen = generation === 'xen';
  const linuxMemoryMiB = estimatedLinuxMemoryMiB({ memoryMiB: advertisedMiB, vcpus, isXen });
  const registered = registeredResources({ vcpus, linuxMemoryMiB }, reservedMemory);
  if (registered === null) return compare({ error: 'ClientException' }, out);
  return compare({ cpu: registered.cpu, memory: registered.memoryMiB }, out);
}

interface Size {
  readonly cpu: number;
  readonly memory: number;
}

/** Kind `fargateSize`: is there such a size? */
export function runFargateSize({ in: { cpu, memory }, out }: EcsCase<Size>): CaseOutcome {
  return compare(isFargateSize(cpu, memory) ? { valid: true } : { error: 'ClientException' }, out);
}

/** Kind `fargateFit`: the cheapest size that is enough. */
export function runFargateFit({ in: { cpu, memory }, out }: EcsCase<Size>): CaseOutcome {
  const size = cheapestFargateSize(cpu, memory);
  return compare({ cpu: size?.cpu ?? null, memory: size?.memoryMiB ?? null }, out);
}

/** Kind `healthyAt`. */
export function runHealthyAt({ in: task, out }: EcsCase<TaskHealth>): CaseOutcome {
  return compare({ healthyAt: healthyAt(task) }, out);
}

interface AgentInput {
  readonly capacity: { readonly cpu: number; readonly memory: number; readonly gpu: number };
  readonly events: readonly (
    | { readonly at: number; readonly assign: string; readonly need?: Partial<HostNeed>; readonly stopSeconds: number }
    | { readonly at: number; readonly stop: string }
  )[];
}

/** Kind `agentQueue`: when each task gets its resources, null for never. */
export function runAgentQueue({ in: { capacity, events }, out }: EcsCase<AgentInput>): CaseOutcome {
  const queue = new AgentQueue<string>(capacity);
  const startedAt: Record<string, number | null> = {};
  const stopSeconds = new Map<string, number>();
  const ends = new Map<string, number>();
  const starts = (at: number, tasks: readonly string[]) => {
    for (const task of tasks) startedAt[task] = at;
  };
  const releaseUntil = (until: number) => {
    for (;;) {
      const at = Math.min(...ends.values());
      if (at > until || ends.size === 0) return;
      const tasks = [...ends].filter(([, end]) => end === at).map(([task]) => task);
      for (const task of tasks) ends.delete(task);
      starts(at, queue.release(tasks));
    }
  };
  for (const event of events) {
    releaseUntil(event.at);
    if ('assign' in event) {
      const { assign: task, need } = event;
      startedAt[task] = null;
      stopSeconds.set(task, event.stopSeconds);
      starts(event.at, queue.assign(task, { cpu: 0, memory: 0, gpu: 0, tcp: [], udp: [], ...need }));
    } else if (queue.holds(event.stop)) ends.set(event.stop, event.at + stopSeconds.get(event.stop)!);
    else starts(event.at, queue.withdraw(event.stop));
  }
  releaseUntil(Number.MAX_VALUE);
  return compare({ startedAt }, out);
}
