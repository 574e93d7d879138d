import type { TraceTable } from '../../src/model/trace-table.ts';
import { GIB } from '../../src/units.ts';
import { Checksum } from './checksum.ts';
import { traceColumns } from '../support/trace-columns.ts';
import type { SharedPolicy, SharedWorkload } from './shared-workloads.ts';

/** Tasks as the floor wants them: whole vCPUs and GiB by task. */
export interface FloorTasks {
  readonly submitMs: Float64Array;
  readonly runtimeMs: Float64Array;
  readonly cpu: Int32Array;
  readonly memory: Int32Array;
}

export function floorTasks(table: TraceTable): FloorTasks {
  const { submitMs, runtimeMs, shape, shapes, length } = traceColumns(table);
  const of = (amount: (index: number) => number) =>
    Int32Array.from({ length }, (_, task) => amount(shape[task]!));
  return {
    submitMs,
    runtimeMs,
    cpu: of((index) => shapes[index]!.cpuMilli / 1000),
    memory: of((index) => shapes[index]!.memoryBytes / GIB),
  };
}

/**
 * What the shared workloads cost without any model: a loop over typed arrays and a binary heap of ends, hosts scanned
 * one by one. Nothing is logged, accounted or checked. Returns the check value.
 */
export function runFloor({ hosts }: SharedWorkload, policy: SharedPolicy, tasks: FloorTasks): string {
  const { submitMs, runtimeMs, cpu, memory } = tasks;
  const count = submitMs.length;
  const freeCpu = new Int32Array(hosts).fill(16);
  const freeMemory = new Int32Array(hosts).fill(64);
  const hostOf = new Int32Array(count);
  const ends = new EndHeap();
  const checksum = new Checksum();
  const pick = policy === 'first-fit' ? firstFit : bestFit;
  let head = 0;
  let arrived = 0;
  let sumMs = 0;
  let lastMs = 0;
  const startHeads = (nowMs: number) => {
    while (head < arrived) {
      const host = pick(freeCpu, freeMemory, cpu[head]!, memory[head]!);
      if (host < 0) return;
      freeCpu[host]! -= cpu[head]!;
      freeMemory[host]! -= memory[head]!;
      hostOf[head] = host;
      checksum.add(host);
      sumMs += nowMs;
      ends.push(nowMs + runtimeMs[head]!, head);
      head += 1;
    }
  };
  while (arrived < count || ends.size > 0) {
    if (arrived < count && submitMs[arrived]! < ends.firstMs) {
      arrived += 1;
      startHeads(submitMs[arrived - 1]!);
      continue;
    }
    lastMs = ends.firstMs;
    const task = ends.pop();
    freeCpu[hostOf[task]!]! += cpu[task]!;
    freeMemory[hostOf[task]!]! += memory[task]!;
    startHeads(lastMs);
  }
  return `${head}/${sumMs}/${lastMs}/${checksum.text}`;
}

function firstFit(freeCpu: Int32Array, freeMemory: Int32Array, cpu: number, memory: number): number {
  for (let host = 0; host < freeCpu.length; host++) {
    if (freeCpu[host]! >= cpu && freeMemory[host]! >= memory) return host;
  }
  return -1;
}

function bestFit(freeCpu: Int32Array, freeMemory: Int32Array, cpu: number, memory: number): number {
  let least = Number.POSITIVE_INFINITY;
  let best = -1;
  for (let host = 0; host < freeCpu.length; host++) {
    const free = freeCpu[host]!;
    if (free < cpu || free >= least || freeMemory[host]! < memory) continue;
    least = free;
    best = host;
  }
  return best;
}

/** Ends in order of time; those of one instant in the order in which the tasks started, which is that of their numbers. */
class EndHeap {
  #atMs = new Float64Array(1024);
  #task = new Int32Array(1024);
  size = 0;

  get firstMs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.#atMs[0]!;
  }

  push(atMs: number, task: number): void {
    if (this.size === this.#task.length) this.#grow();
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isAfter(parent, atMs, task)) break;
      this.#copy(parent, at);
      at = parent;
    }
    this.#atMs[at] = atMs;
    this.#task[at] = task;
  }

  pop(): number {
    const first = this.#task[0]!;
    this.size -= 1;
    const atMs = this.#atMs[this.size]!;
    const task = this.#task[this.size]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      const right = child + 1;
      if (right < this.size && this.#isAfter(child, this.#atMs[right]!, this.#task[right]!)) child = right;
      if (this.#isAfter(child, atMs, task)) break;
      this.#copy(child, at);
      at = child;
    }
    this.#atMs[at] = atMs;
    this.#task[at] = task;
    return first;
  }

  #isAfter(at: number, atMs: number, task: number): boolean {
    return this.#atMs[at]! > atMs || (this.#atMs[at] === atMs && this.#task[at]! > task);
  }

  #copy(from: number, to: number): void {
    this.#atMs[to] = this.#atMs[from]!;
    this.#task[to] = this.#task[from]!;
  }

  #grow(): void {
    const atMs = new Float64Array(this.size * 2);
    atMs.set(this.#atMs);
    this.#atMs = atMs;
    const task = new Int32Array(this.size * 2);
    task.set(this.#task);
    this.#task = task;
  }
}
