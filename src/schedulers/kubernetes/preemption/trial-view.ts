import type { ClusterView, Column } from '../../../model/cluster-view.ts';
import type { TaskClass } from '../../../model/task-class.ts';

/** GPU devices of the largest instances. */
const MAX_DEVICES = 16;

/**
 * The cluster as it would be if some tasks left one instance and others joined it. `look` picks the instance; what is
 * asked about its room is answered with the changes, what is asked about other instances is no concern of a trial, and
 * everything else is passed on. Lists and columns of tasks stay as they are: `tasks` has those of the instance.
 */
export class TrialView implements ClusterView {
  readonly #real: ClusterView;
  /** One lane a column; only the entries of `slot` are kept right. */
  readonly requested: Float64Array[];
  slot = -1;
  /** Tasks taken off the instance, and pending ones put onto it. */
  readonly removed: number[] = [];
  readonly added: number[] = [];

  constructor(real: ClusterView) {
    this.#real = real;
    this.requested = real.requested.map(() => new Float64Array(0));
  }

  /** Turns to an instance as it is, without changes; -1 for none. */
  look(slot: number): void {
    this.slot = slot;
    this.removed.length = 0;
    this.added.length = 0;
    if (slot < 0) return;
    for (let lane = 0; lane < this.requested.length; lane++) {
      const real = this.#real.requested[lane]!;
      if (this.requested[lane]!.length < real.length) this.requested[lane] = new Float64Array(real.length);
      this.requested[lane]![slot] = real[slot]!;
    }
  }

  /** Takes a task of the instance away, or one that was put onto it. */
  remove(task: number): void {
    undoOrDo(this.added, this.removed, task);
    this.#account(task, -1);
  }

  /** Puts a task onto the instance, room or not, or gives back one that was taken away. */
  add(task: number): void {
    undoOrDo(this.removed, this.added, task);
    this.#account(task, 1);
  }

  /** Tasks on the instance: those that are left in order of placement, then the added ones. */
  tasks(): number[] {
    const { firstTask, nextTask } = this.#real;
    const tasks: number[] = [];
    for (let task = firstTask[this.slot]!; task >= 0; task = nextTask[task]!) {
      if (!this.removed.includes(task)) tasks.push(task);
    }
    return [...tasks, ...this.added];
  }

  /** On Kubernetes no port is reserved, so whatever the tasks leave is free. */
  portsFit(_slot: number, { portClashBits }: TaskClass): boolean {
    if (portClashBits.length === 0) return true;
    return this.tasks().every((task) =>
      this.classOf(task).portBits.every((bits, word) => (bits & portClashBits[word]!) === 0),
    );
  }

  gpuFits(slot: number, { gpu }: TaskClass): boolean {
    if (gpu === null) return true;
    const { gpuModel } = this.shapes[this.shapeOf[slot]!]!;
    if (gpu.models.length > 0 && !gpu.models.includes(gpuModel)) return false;
    return this.#freeDevices().filter((free) => free >= gpu.milli).length >= gpu.count;
  }

  gpuFree(_slot: number, device: number): number {
    return this.#freeDevices()[device]!;
  }

  fits(slot: number, taskClass: TaskClass): boolean {
    const { requests, requestedLanes } = taskClass;
    for (const lane of requestedLanes) {
      if (requests[lane]! > this.allocatable[lane]![slot]! - this.requested[lane]![slot]!) return false;
    }
    return this.gpuFits(slot, taskClass) && this.portsFit(slot, taskClass);
  }

  classOf(task: number): TaskClass {
    return this.classes[this.taskClass[task]!]!;
  }

  #account(task: number, sign: 1 | -1): void {
    const { requests } = this.classOf(task);
    for (let lane = 0; lane < requests.length; lane++) {
      this.requested[lane]![this.slot]! += sign * requests[lane]!;
    }
  }

  /** Free thousandths by device. Added tasks take devices as placing them would; what is missing they go without. */
  #freeDevices(): number[] {
    const free = Array.from({ length: MAX_DEVICES }, (_, device) => this.#real.gpuFree(this.slot, device));
    for (const task of this.removed) {
      const milli = this.classOf(task).gpu?.milli ?? 0;
      const mask = this.#real.taskGpuMask[task]!;
      for (let device = 0; device < MAX_DEVICES; device++) if ((mask >> device) & 1) free[device]! += milli;
    }
    for (const task of this.added) {
      const { count, milli } = this.classOf(task).gpu ?? { count: 0, milli: 0 };
      const fitting = [...free.keys()].filter((device) => free[device]! >= milli);
      fitting.sort((a, b) => free[a]! - free[b]! || a - b);
      for (const device of fitting.slice(0, count)) free[device]! -= milli;
    }
    return free;
  }

  // ---- as it is ---------------------------------------------------------------------------------------------------

  get resources(): ClusterView['resources'] {
    return this.#real.resources;
  }
  get changes(): ClusterView['changes'] {
    return this.#real.changes;
  }
  get strings(): ClusterView['strings'] {
    return this.#real.strings;
  }
  get groups(): ClusterView['groups'] {
    return this.#real.groups;
  }
  get classes(): ClusterView['classes'] {
    return this.#real.classes;
  }
  get slotCount(): number {
    return this.#real.slotCount;
  }
  get readyCount(): number {
    return this.#real.readyCount;
  }
  get state(): Column {
    return this.#real.state;
  }
  get accepts(): Column {
    return this.#real.accepts;
  }
  get instanceId(): Column {
    return this.#real.instanceId;
  }
  get zone(): Column {
    return this.#real.zone;
  }
  get revision(): Column {
    return this.#real.revision;
  }
  get capacity(): readonly Column[] {
    return this.#real.capacity;
  }
  get allocatable(): readonly Column[] {
    return this.#real.allocatable;
  }
  get shapes(): ClusterView['shapes'] {
    return this.#real.shapes;
  }
  get shapeOf(): Column {
    return this.#real.shapeOf;
  }
  get taskCount(): Column {
    return this.#real.taskCount;
  }
  get taskState(): Column {
    return this.#real.taskState;
  }
  get taskClass(): Column {
    return this.#real.taskClass;
  }
  get taskInstance(): Column {
    return this.#real.taskInstance;
  }
  taskOrdinal(task: number): number {
    return this.#real.taskOrdinal(task);
  }
  taskAttempt(task: number): number {
    return this.#real.taskAttempt(task);
  }
  taskSubmitMs(task: number): number {
    return this.#real.taskSubmitMs(task);
  }
  taskSinceMs(task: number): number {
    return this.#real.taskSinceMs(task);
  }
  get taskGpuMask(): Column {
    return this.#real.taskGpuMask;
  }
  get firstTask(): Column {
    return this.#real.firstTask;
  }
  get nextTask(): Column {
    return this.#real.nextTask;
  }
  instanceName(slot: number): string {
    return this.#real.instanceName(slot);
  }
  taints(slot: number): ReturnType<ClusterView['taints']> {
    return this.#real.taints(slot);
  }
  labelColumn(key: string): Column | undefined {
    return this.#real.labelColumn(key);
  }
  label(slot: number, key: string): string | undefined {
    return this.#real.label(slot, key);
  }
  hasImage(slot: number, imageId: number): boolean {
    return this.#real.hasImage(slot, imageId);
  }
  imageCount(imageId: number): number {
    return this.#real.imageCount(imageId);
  }
  taskName(task: number): string {
    return this.#real.taskName(task);
  }
}

/** Strikes the task off the list of opposite changes, or notes the change. */
function undoOrDo(opposite: number[], changes: number[], task: number): void {
  const position = opposite.indexOf(task);
  if (position >= 0) opposite.splice(position, 1);
  else changes.push(task);
}
