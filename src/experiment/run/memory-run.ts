import { kernelRules } from '../../controllers/memory/kernel-rules.ts';
import { type MemoryRules, MemoryWatch } from '../../controllers/memory/memory-watch.ts';
import { UsedMemory } from '../../controllers/memory/used-memory.ts';
import type { TaskLife } from '../../controllers/task-life.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { kubeletSettings } from '../../model/kubelet-defaults.ts';
import type { PlatformPlan } from '../../model/plan.ts';
import type { LoadPlan } from '../../model/service-plan.ts';
import { fargateOf } from './fargate-machines.ts';
import { templatesOf } from './plan-parts.ts';
import type { RunTelemetry } from './run-telemetry.ts';
import type { RunWorld } from './run-world.ts';

export interface MemoryRunParts {
  readonly world: RunWorld;
  readonly kernel: Kernel;
  readonly telemetry: RunTelemetry;
  readonly life: TaskLife;
}

/** How the platform deals with tasks that use too much; absent: the kernel alone does. */
export type OwnRules = (used: UsedMemory) => MemoryRules;

/** What tasks of a run use of memory, and what comes of it; there as soon as one template states it. */
export class MemoryRun {
  readonly used: UsedMemory;
  readonly #parts: MemoryRunParts;
  readonly #hasLoads: boolean;
  #watch: MemoryWatch | null = null;

  /** Null where nobody states what tasks use. */
  static of(parts: MemoryRunParts): MemoryRun | null {
    const { plan, manifests, pods, platform } = parts.world;
    const isStated =
      templatesOf(plan).some(({ usage }) => usage !== undefined) ||
      pods.some(({ spec }) => spec.memoryUse !== undefined) ||
      (manifests?.templates ?? []).some(({ pod }) => {
        const read = manifests!.taskClass(pod, platform.resources, () => 0);
        return 'value' in read && read.value.memoryUse !== undefined;
      });
    return isStated ? new MemoryRun(parts) : null;
  }

  private constructor(parts: MemoryRunParts) {
    this.#parts = parts;
    const { world, telemetry } = parts;
    const loads = loadsOf(world);
    this.#hasLoads = loads.size > 0;
    this.used = new UsedMemory({ store: world.store, stream: world.stream, loads });
    telemetry.addFirst(this.used);
    if (telemetry.log !== null) telemetry.log.memory = this.used;
  }

  /** What tasks may use of an instance beyond what is allocatable; null: each has a machine of its own. */
  get beyondBytes(): number | null {
    return memoryBeyond(this.#parts.world.platformPlan);
  }

  /** The controllers are there: whoever deals with what uses too much is known. */
  start(own: OwnRules | undefined): void {
    const { kernel, world, telemetry, life } = this.#parts;
    const isAlone = fargateOf(world.platformPlan) !== undefined;
    const rules = own?.(this.used) ?? kernelRules({ store: world.store, life, isAlone });
    this.#watch = new MemoryWatch({
      kernel,
      store: world.store,
      used: this.used,
      rules,
      onKill: (task, cause, usedBytes) => telemetry.killed(task, cause, usedBytes),
      hasLoads: this.#hasLoads,
    });
    this.#watch.start();
  }
}

function memoryBeyond(platform: PlatformPlan): number | null {
  if (fargateOf(platform) !== undefined) return null;
  return platform.kind === 'kubernetes'
    ? kubeletSettings(platform.controlPlane, platform.kubelet).evictionHardBytes
    : 0;
}

/** Loads that use memory, by the name of their group. */
function loadsOf({ plan, platformPlan }: RunWorld): Map<string, LoadPlan> {
  const loads = new Map<string, LoadPlan>();
  for (const { name, template, load } of plan.workload.services) {
    const usesMemory = load !== undefined && (load.memoryBytes > 0 || load.memoryBytesPerRequest > 0);
    if (!usesMemory || template.usage === undefined) continue;
    loads.set(platformPlan.kind === 'ecs' ? (template.ecs?.group ?? name) : name, load);
  }
  return loads;
}

/** What the reader of a result must know about memory where templates state what tasks use. */
export function memoryNotes(isStated: boolean, platform: PlatformPlan): string[] {
  if (!isStated) return [];
  const common =
    'Memory that templates state in usage is looked at every 10 s; tasks without it use what they ask for, those that start use ' +
    'none, and the system what is kept back for it. ';
  return [
    platform.kind === 'kubernetes'
      ? `${common}Containers over their limit are killed and start again with back-off, and kubelet evicts pods, one at a time, when less than its threshold is available; jobs of the scenario's own words fail when they go over their limit.`
      : `${common}Tasks over their limit are stopped, and when an instance is full the kernel kills the largest; services replace them, jobs over their limit fail.`,
  ];
}
