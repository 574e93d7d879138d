/** A task in PROVISIONING, waiting for its capacity provider to have room. */
export interface ProvisioningTask {
  readonly id: string;
  readonly createdAtMs: number;
}

export interface ProvisioningPass<Task> {
  /** Waited for the timeout or longer. */
  readonly stopped: readonly Task[];
  readonly placed: readonly Task[];
  readonly waiting: readonly Task[];
}

/** Tasks of a cluster that may be PROVISIONING at once. Source: AWS ECS developer guide, service quotas. */
export const PROVISIONING_QUOTA = 500;
/**
 * How long a task waits for capacity; AWS says between 10 and 30 minutes (aws/containers-roadmap 2381). Chosen: 30.
 */
export const PROVISIONING_TIMEOUT_MS = 1_800_000;

/**
 * One pass over the tasks in PROVISIONING: those that waited for the timeout stop first, then the others are placed one
 * by one, the oldest first; one that finds no room does not block those behind it. The order is chosen: AWS documents
 * none, and users report unfairness (aws/containers-roadmap 1641). `place` tries one task and tells whether it found room.
 */
export function provisioningPass<Task extends ProvisioningTask>(
  queue: readonly Task[],
  nowMs: number,
  timeoutMs: number,
  place: (task: Task) => boolean,
): ProvisioningPass<Task> {
  const inOrder = queue.toSorted(oldestFirst);
  const stopped = inOrder.filter(({ createdAtMs }) => nowMs - createdAtMs >= timeoutMs);
  const placed: Task[] = [];
  const waiting: Task[] = [];
  for (const task of inOrder) {
    if (nowMs - task.createdAtMs >= timeoutMs) continue;
    (place(task) ? placed : waiting).push(task);
  }
  return { stopped, placed, waiting };
}

function oldestFirst(a: ProvisioningTask, b: ProvisioningTask): number {
  return a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
