import type { QueueingHint } from '../../src/schedulers/kubernetes/cluster-event.ts';
import { type QueuePlace, SchedulingQueue } from '../../src/schedulers/kubernetes/scheduling-queue.ts';

/** Operations recorded on the real priority queue, with what was in it after each. */
export interface QueueStep {
  readonly op: 'add' | 'ungate' | 'advance' | 'pop' | 'fail' | 'move';
  readonly atMillis: number;
  readonly pod?: string;
  readonly priority?: number;
  readonly gated?: boolean;
  readonly error?: boolean;
  readonly attempts?: number;
  readonly backoffExpiresMillis?: number;
  readonly active?: readonly string[];
  readonly backoff?: readonly string[];
  readonly unschedulable?: readonly string[];
}

interface TestPod {
  readonly name: string;
  readonly priority: number;
  gated: boolean;
}

const GATES: QueueingHint<TestPod, TestPod> = {
  plugin: 'SchedulingGates',
  resource: 'UnscheduledPod',
  actions: ['UpdatePodSchedulingGatesEliminated'],
  isWorthIt: (pod, { after }) => pod === after,
};

/** The first difference to what was recorded, or null. */
export function playQueue(steps: readonly QueueStep[]): string | null {
  const pods = new Map<string, TestPod>();
  const queue = new SchedulingQueue<TestPod, TestPod>({
    priorityOf: ({ priority }) => priority,
    preEnqueue: [{ name: 'SchedulingGates', admits: ({ gated }) => !gated }],
    hints: [GATES],
  });
  let failed: TestPod | undefined;
  for (const [index, step] of steps.entries()) {
    const nowMs = step.atMillis;
    const pod = pods.get(step.pod ?? '')!;
    const answers: [what: string, ours: unknown, recorded: unknown][] = [];
    switch (step.op) {
      case 'add': {
        const { pod: name = '', priority = 0, gated = false } = step;
        const created = { name, priority, gated };
        pods.set(name, created);
        queue.add(created, nowMs);
        break;
      }
      case 'ungate':
        pod.gated = false;
        queue.update(
          pod,
          [{ resource: 'UnscheduledPod', action: 'UpdatePodSchedulingGatesEliminated', before: pod, after: pod }],
          nowMs,
        );
        break;
      case 'pop': {
        const popped = queue.pop();
        answers.push(['pod', popped?.pod.name, step.pod], ['attempts', popped?.attempts, step.attempts]);
        break;
      }
      case 'fail':
        failed = pod;
        queue.fail(pod, step.error === true ? {} : { unschedulablePlugins: ['NodeResourcesFit'] }, nowMs);
        break;
      case 'move':
        queue.moveAll(nowMs);
        if (step.backoffExpiresMillis !== undefined) {
          const expiresMs = failed && queue.find(failed)?.backoffExpiresMs;
          answers.push(['backoffExpiresMillis', expiresMs, step.backoffExpiresMillis]);
        }
        break;
      case 'advance':
        break;
    }
    for (const place of ['active', 'backoff', 'unschedulable'] satisfies QueuePlace[]) {
      const names = queue.podsIn(place).map(({ name }) => name);
      answers.push([place, names.sort().join(), (step[place] ?? []).join()]);
    }
    for (const [what, ours, recorded] of answers) {
      if (ours !== recorded) return `step ${index}, ${step.op}: ${what} ${ours}, recorded ${recorded}`;
    }
  }
  return null;
}
