import { assert } from '../errors.ts';
import { CHANGE, ChangeLog } from './change-log.ts';
import {
  type ClusterView,
  INSTANCE_STATE,
  type InstanceShape,
  type InstanceState,
  TASK_STATE,
  type TaskEnd,
} from './cluster-view.ts';
import { GpuDevices } from './gpu-devices.ts';
import { grown } from './grown.ts';
import { InstanceImages } from './instance-images.ts';
import { InstanceLabels } from './instance-labels.ts';
import { Interner } from './interner.ts';
import { PortTable } from './port-table.ts';
import { PortsInUse } from './ports-in-use.ts';
import { type InstanceNotice, type Recorder, SILENT_RECORDER } from './recorder.ts';
import { LANE, type ResourceTable } from './resources.ts';
import type { HostPort, Taint, TaskClass, TaskClassSpec } from './task-class.ts';
import { TaskClasses } from './task-classes.ts';
import { TASK_FIELD, type TaskRecords } from './task-records.ts';
import { TaskTable } from './task-table.ts';

const { free, requested, booting, ready, draining, terminated } = INSTANCE_STATE;

export interface NewInstance {
  readonly shape: InstanceShape;
  readonly zone: string;
  /** Labels of this instance alone: zone, host name. They win over the shape's. */
  readonly labels?: ReadonlyMap<string, string>;
  /** Default: `i-` and the ordinal with seven digits, so that text order is order of request. */
  readonly name?: string;
  /** Label key that gets the instance's name. */
  readonly hostnameLabel?: string;
  /** Host ports taken by the system itself (ECS: 22, 2375, ...); must be in the store's port table. */
  readonly reservedPorts?: readonly HostPort[];
}

export interface ClusterStoreOptions {
  readonly resources: ResourceTable;
  /** Every host port that any task or instance of the run may take. */
  readonly hostPorts?: readonly HostPort[];
}

/** What two stores have in common whose tasks are of the same classes. */
interface Shared {
  readonly groups: Interner;
  readonly classes: TaskClasses;
  readonly ports: PortTable;
}

/**
 * The state of one cluster, and its only writer. Memory layout: one typed array per property, indexed by instance
 * slot (task slot for tasks), doubled when full; per-lane amounts are one Float64Array of whole numbers per lane.
 * Every write appends to the change log and tells the recorder. Every write asserts what must hold before it
 * (no overcommit, nothing shared, legal transitions only): a scheduler that decides wrongly stops the run.
 */
export class ClusterStore implements ClusterView {
  readonly resources: ResourceTable;
  readonly changes = new ChangeLog();
  readonly strings = new Interner();
  readonly groups: Interner;
  readonly shapes: InstanceShape[] = [];
  /** Told about every write. Set before the first one: recorders read this store. */
  recorder: Recorder = SILENT_RECORDER;
  slotCount = 0;
  readyCount = 0;

  state = new Uint8Array(0);
  accepts = new Uint8Array(0);
  instanceId = new Int32Array(0);
  zone = new Int32Array(0);
  revision = new Float64Array(0);
  shapeOf = new Int32Array(0);
  taskCount = new Int32Array(0);
  firstTask = new Int32Array(0);
  readonly capacity: Float64Array[];
  readonly allocatable: Float64Array[];
  readonly requested: Float64Array[];

  readonly #ports: PortTable;
  readonly #portsInUse: PortsInUse;
  readonly #classes: TaskClasses;
  readonly #gpus = new GpuDevices();
  readonly #tasks = new TaskTable();
  /** What the parts that follow tasks keep of each, beside what the store does: see `TASK_FIELD`. */
  readonly taskRecords: TaskRecords = this.#tasks.records;
  readonly #labels = new InstanceLabels(this.strings);
  readonly #images = new InstanceImages();
  readonly #taints: (readonly Taint[])[] = [];
  readonly #names: string[] = [];
  readonly #freeSlots: number[] = [];
  #lastTask = new Int32Array(0);
  #instancesEver = 0;
  /** Where `readAhead` puts what it has read, so that no compiler leaves the reading out. */
  readonly #sink = new Float64Array(1);

  constructor(options: ClusterStoreOptions, shared?: Shared) {
    this.resources = options.resources;
    this.#ports = shared?.ports ?? new PortTable(options.hostPorts ?? []);
    this.#portsInUse = new PortsInUse(this.#ports);
    this.groups = shared?.groups ?? new Interner();
    this.#classes = shared?.classes ?? new TaskClasses(this.resources, this.groups, this.#ports);
    const lanes = Array.from({ length: this.resources.laneCount });
    this.capacity = lanes.map(() => new Float64Array(0));
    this.allocatable = lanes.map(() => new Float64Array(0));
    this.requested = lanes.map(() => new Float64Array(0));
  }

  /** Another cluster, empty, whose tasks are of the same classes: where a simulation tries things out. */
  sibling(): ClusterStore {
    const { resources, groups } = this;
    return new ClusterStore({ resources }, { groups, classes: this.#classes, ports: this.#ports });
  }

  // ---- what schedulers read -------------------------------------------------------------------------------------

  get classes(): readonly TaskClass[] {
    return this.#classes.list;
  }
  get taskState(): Uint8Array {
    return this.#tasks.state;
  }
  get taskClass(): Uint16Array | Int32Array {
    return this.#tasks.classId;
  }
  get taskInstance(): Int32Array {
    return this.#tasks.instance;
  }
  taskOrdinal(task: number): number {
    return this.taskRecords.integer(task, TASK_FIELD.ordinal);
  }
  taskAttempt(task: number): number {
    return this.#tasks.attempt(task);
  }
  taskSubmitMs(task: number): number {
    return this.taskRecords.time(task, TASK_FIELD.submitMs);
  }
  taskSinceMs(task: number): number {
    return this.taskRecords.time(task, TASK_FIELD.sinceMs);
  }
  get taskGpuMask(): Uint16Array {
    return this.#tasks.gpuMask;
  }
  get nextTask(): Int32Array {
    return this.#tasks.next;
  }
  /** Tasks in the system: pending, starting or running. */
  get liveTasks(): number {
    return this.#tasks.live;
  }

  instanceName(slot: number): string {
    return this.#names[slot]!;
  }

  taskName(task: number): string {
    return `${this.classes[this.taskClass[task]!]!.groupName}/${this.taskOrdinal(task)}`;
  }

  taints(slot: number): readonly Taint[] {
    return this.#taints[slot]!;
  }

  /** Every label key that any instance has had. */
  get labelKeys(): Iterable<string> {
    return this.#labels.keys;
  }

  labelColumn(key: string): Int32Array | undefined {
    return this.#labels.column(key);
  }

  label(slot: number, key: string): string | undefined {
    return this.#labels.value(slot, key);
  }

  hasImage(slot: number, imageId: number): boolean {
    return this.#images.has(slot, imageId);
  }

  imageCount(imageId: number): number {
    return this.#images.count(imageId);
  }

  gpuFree(slot: number, device: number): number {
    return this.#gpus.free(slot, device);
  }

  gpuFits(slot: number, taskClass: TaskClass): boolean {
    const { gpu } = taskClass;
    if (gpu === null) return true;
    if (gpu.models.length > 0 && !gpu.models.includes(this.shapes[this.shapeOf[slot]!]!.gpuModel))
      return false;
    return this.#gpus.fits(slot, gpu);
  }

  portsFit(slot: number, taskClass: TaskClass): boolean {
    return this.#portsInUse.fit(slot, taskClass.portClashBits);
  }

  fits(slot: number, taskClass: TaskClass): boolean {
    const { requests, requestedLanes } = taskClass;
    for (let i = 0; i < requestedLanes.length; i++) {
      const lane = requestedLanes[i]!;
      if (requests[lane]! > this.allocatable[lane]![slot]! - this.requested[lane]![slot]!) return false;
    }
    return this.gpuFits(slot, taskClass) && this.portsFit(slot, taskClass);
  }

  // ---- instances --------------------------------------------------------------------------------------------------

  /** A new instance in state requested; returns its slot. */
  addInstance(instance: NewInstance, nowMs: number): number {
    const slot = this.#freeSlots.pop() ?? this.slotCount++;
    if (slot >= this.state.length) this.#growInstances();
    const { shape } = instance;
    let shapeId = this.shapes.indexOf(shape);
    if (shapeId < 0) shapeId = this.shapes.push(shape) - 1;
    assert(
      shape.allocatable.length === this.resources.laneCount,
      'a shape needs one amount per resource lane',
    );

    this.#instancesEver += 1;
    this.instanceId[slot] = this.#instancesEver;
    this.#names[slot] = instance.name ?? `i-${String(this.#instancesEver).padStart(7, '0')}`;
    this.zone[slot] = this.strings.id(instance.zone);
    this.shapeOf[slot] = shapeId;
    this.#taints[slot] = shape.taints;
    for (let lane = 0; lane < this.resources.laneCount; lane++) {
      assert(
        shape.allocatable[lane]! >= 0 && Number.isSafeInteger(shape.allocatable[lane]),
        'bad allocatable',
      );
      this.capacity[lane]![slot] = shape.capacity[lane]!;
      this.allocatable[lane]![slot] = shape.allocatable[lane]!;
    }
    for (const [key, value] of shape.labels) this.#labels.set(slot, key, value);
    for (const [key, value] of instance.labels ?? []) this.#labels.set(slot, key, value);
    if (instance.hostnameLabel !== undefined)
      this.#labels.set(slot, instance.hostnameLabel, this.#names[slot]!);
    this.#gpus.install(slot, shape.gpuDevices);
    this.#portsInUse.install(slot, instance.reservedPorts ?? []);

    this.state[slot] = requested;
    this.revision[slot] = this.changes.append(CHANGE.altered, slot, -1);
    this.recorder.instance(nowMs, slot, requested);
    return slot;
  }

  /** requested → booting → ready ⇄ draining. Ending an instance is `removeInstance`. */
  setInstanceState(slot: number, state: InstanceState, nowMs: number): void {
    const from = this.state[slot]!;
    const legal =
      (from === requested && state === booting) ||
      (from === booting && state === ready) ||
      (from === ready && state === draining) ||
      (from === draining && state === ready);
    assert(legal, 'illegal change of instance state');
    this.state[slot] = state;
    this.accepts[slot] = state === ready ? 1 : 0;
    if (state === ready) this.readyCount += 1;
    if (from === ready) this.readyCount -= 1;
    const kind = from === booting ? CHANGE.joined : CHANGE.altered;
    this.revision[slot] = this.changes.append(kind, slot, -1);
    this.recorder.instance(nowMs, slot, state);
  }

  /** Whether the agent of a ready instance can be reached: without it the instance keeps its tasks and takes no new ones. */
  setAgentConnected(slot: number, isConnected: boolean): void {
    assert(this.state[slot] === ready, 'only of a ready instance it matters whether its agent is connected');
    this.accepts[slot] = isConnected ? 1 : 0;
    this.revision[slot] = this.changes.append(CHANGE.altered, slot, -1);
  }

  /** The taints of a living instance are these from now on. */
  setTaints(slot: number, taints: readonly Taint[], nowMs: number): void {
    const state = this.state[slot]!;
    assert(state >= requested && state <= draining, 'only a living instance has taints');
    this.#taints[slot] = taints;
    this.revision[slot] = this.changes.append(CHANGE.altered, slot, -1);
    this.recorder.tainted?.(nowMs, slot);
  }

  /** AWS has said what will become of the instance: told to recorders, changes nothing. */
  notice(slot: number, notice: InstanceNotice, nowMs: number): void {
    const state = this.state[slot]!;
    assert(state >= requested && state <= draining, 'only a living instance gets a notice');
    this.recorder.noticed?.(nowMs, slot, notice);
  }

  /** The instance is gone and its slot free. It must be empty: requeue or end its tasks first. */
  removeInstance(slot: number, nowMs: number): void {
    const from = this.state[slot]!;
    assert(from >= requested && from <= draining, 'only a living instance can end');
    assert(this.taskCount[slot] === 0, 'an instance with tasks cannot end');
    if (from === ready) this.readyCount -= 1;
    this.state[slot] = terminated;
    this.accepts[slot] = 0;
    this.recorder.instance(nowMs, slot, terminated);
    this.#labels.clear(slot);
    this.#images.clear(slot);
    this.#portsInUse.clear(slot);
    for (let lane = 0; lane < this.resources.laneCount; lane++) {
      assert(this.requested[lane]![slot] === 0, 'an empty instance has nothing requested');
      this.allocatable[lane]![slot] = 0;
      this.capacity[lane]![slot] = 0;
    }
    this.state[slot] = free;
    this.revision[slot] = this.changes.append(CHANGE.left, slot, -1);
    this.#freeSlots.push(slot);
  }

  /** The image is on the instance from now on. */
  addImage(slot: number, imageName: string): void {
    if (!this.#images.add(slot, this.strings.id(imageName))) return;
    this.revision[slot] = this.changes.append(CHANGE.images, slot, -1);
  }

  // ---- tasks ------------------------------------------------------------------------------------------------------

  /** Equal specifications get the same class. */
  internClass(spec: TaskClassSpec): TaskClass {
    return this.#classes.intern(spec);
  }

  /** The task slot that the next `addTask` will use: a task's plan can stand ready before anybody hears of it. */
  nextTaskSlot(): number {
    return this.#tasks.nextSlot();
  }

  /** A new pending task; returns its task slot. */
  addTask(classId: number, nowMs: number): number {
    assert(classId < this.classes.length, 'unknown task class');
    const task = this.#tasks.add(classId, nowMs);
    this.recorder.submitted(nowMs, task);
    return task;
  }

  /**
   * pending → starting on the instance in `slot`, which must be ready and have room for all of it. `gpuMask`: the GPU
   * devices to take, bit d for device d; each must have the room asked for. Absent: the store's choice (best fit).
   */
  place(task: number, slot: number, nowMs: number, gpuMask?: number): void {
    assert(this.taskState[task] === TASK_STATE.pending, 'only a pending task can be placed');
    assert(this.accepts[slot] === 1, 'only a ready instance takes tasks');
    const taskClass = this.classes[this.taskClass[task]!]!;
    assert(this.fits(slot, taskClass), 'the task does not fit on the chosen instance');
    const { requests, takenLanes, portBits } = taskClass;
    for (let i = 0; i < takenLanes.length; i++) {
      const lane = takenLanes[i]!;
      this.requested[lane]![slot]! += requests[lane]!;
    }
    this.#portsInUse.take(slot, portBits);
    if (taskClass.gpu !== null) this.#tasks.holdGpus(task, this.#gpus.take(slot, taskClass.gpu, gpuMask));
    this.#link(task, slot);
    this.taskState[task] = TASK_STATE.starting;
    this.#since(task, nowMs);
    this.revision[slot] = this.changes.append(CHANGE.taskAdded, slot, taskClass.id);
    this.recorder.placed(nowMs, task, slot);
  }

  /** starting → running: the start-up is over. */
  startRunning(task: number, nowMs: number): void {
    assert(this.taskState[task] === TASK_STATE.starting, 'only a starting task can start to run');
    this.taskState[task] = TASK_STATE.running;
    this.recorder.running(nowMs, task, this.taskInstance[task]!);
  }

  /** running → starting again, with its room: its containers were killed, and are up again at `upMs`. */
  restart(task: number, upMs: number, nowMs: number): void {
    assert(this.taskState[task] === TASK_STATE.running, 'only a running task can be restarted');
    this.taskState[task] = TASK_STATE.starting;
    this.recorder.restarted?.(nowMs, task, this.taskInstance[task]!, upMs);
  }

  /**
   * The task is to go, and will be gone by `untilMs`: for the sake of `forTask`, a pending one, or because whoever made
   * it has told it to (null). It keeps its state and its room until it ends or is requeued, and is of another class
   * until then: equal in all, but evicted.
   */
  evict(task: number, forTask: number | null, untilMs: number, nowMs: number): void {
    const state = this.taskState[task]!;
    assert(state === TASK_STATE.starting || state === TASK_STATE.running, 'only a task with room is evicted');
    const isForWaiting = forTask === null || this.taskState[forTask] === TASK_STATE.pending;
    assert(isForWaiting, 'a task is evicted for one that waits');
    const slot = this.taskInstance[task]!;
    const origin = this.classes[this.taskClass[task]!]!;
    const evicted = this.#classes.evicted(origin);
    this.#tasks.setClass(task, evicted.id);
    this.changes.append(CHANGE.taskRemoved, slot, origin.id);
    this.revision[slot] = this.changes.append(CHANGE.taskAdded, slot, evicted.id);
    this.recorder.evicted?.(nowMs, task, slot, forTask, untilMs);
  }

  /** starting or running → pending again, as the next attempt; its room is free. */
  requeue(task: number, nowMs: number): void {
    const slot = this.#giveBack(task);
    const heldSinceMs = this.taskSinceMs(task);
    this.#tasks.setClass(task, this.#classes.origin(this.classes[this.taskClass[task]!]!).id);
    this.#tasks.nextAttempt(task);
    this.taskState[task] = TASK_STATE.pending;
    this.#since(task, nowMs);
    this.recorder.requeued(nowMs, task, slot, heldSinceMs);
  }

  /** The task leaves the system; its room, if it had any, is free. Its task slot may be reused at once. */
  endTask(task: number, end: TaskEnd, nowMs: number): void {
    const state = this.taskState[task]!;
    assert(state !== TASK_STATE.free, 'the task has left already');
    const slot = state === TASK_STATE.pending ? -1 : this.#giveBack(task);
    this.recorder.ended(nowMs, task, slot, end, this.taskSinceMs(task));
    this.#tasks.remove(task);
  }

  /**
   * Reads what the end of the task will need, and does nothing with it: asked for many tasks one right after the other, the
   * processor waits for the memory of all of them at once.
   */
  readAhead(task: number): void {
    const tasks = this.#tasks;
    const slot = tasks.instance[task]!;
    const before = tasks.previous[task]!;
    const after = tasks.next[task]!;
    let sum = tasks.state[task]! + tasks.classId[task]! + tasks.records.integer(task, TASK_FIELD.submitMs);
    if (before >= 0) sum += tasks.next[before]!;
    if (after >= 0) sum += tasks.previous[after]!;
    if (slot >= 0) sum += this.taskCount[slot]! + this.requested[LANE.cpu]![slot]!;
    this.#sink[0] = sum;
  }

  #since(task: number, nowMs: number): void {
    this.taskRecords.setTime(task, TASK_FIELD.sinceMs, nowMs);
  }

  #giveBack(task: number): number {
    const state = this.taskState[task]!;
    assert(
      state === TASK_STATE.starting || state === TASK_STATE.running,
      'the task has no room to give back',
    );
    const slot = this.taskInstance[task]!;
    const taskClass = this.classes[this.taskClass[task]!]!;
    const { requests, takenLanes, portBits } = taskClass;
    for (let i = 0; i < takenLanes.length; i++) {
      const lane = takenLanes[i]!;
      const left = this.requested[lane]![slot]! - requests[lane]!;
      assert(left >= 0, 'more given back than was taken');
      this.requested[lane]![slot] = left;
    }
    this.#portsInUse.release(slot, portBits);
    if (taskClass.gpu !== null) this.#gpus.release(slot, taskClass.gpu, this.#tasks.gpuMask[task]!);
    this.#unlink(task, slot);
    this.revision[slot] = this.changes.append(CHANGE.taskRemoved, slot, taskClass.id);
    return slot;
  }

  #link(task: number, slot: number): void {
    const last = this.#lastTask[slot]!;
    this.#tasks.previous[task] = last;
    this.#tasks.next[task] = -1;
    if (last < 0) this.firstTask[slot] = task;
    else this.#tasks.next[last] = task;
    this.#lastTask[slot] = task;
    this.#tasks.instance[task] = slot;
    this.taskCount[slot]! += 1;
  }

  #unlink(task: number, slot: number): void {
    const before = this.#tasks.previous[task]!;
    const after = this.#tasks.next[task]!;
    if (before < 0) this.firstTask[slot] = after;
    else this.#tasks.next[before] = after;
    if (after < 0) this.#lastTask[slot] = before;
    else this.#tasks.previous[after] = before;
    this.#tasks.instance[task] = -1;
    this.taskCount[slot]! -= 1;
  }

  #growInstances(): void {
    const length = Math.max(16, this.state.length * 2);
    this.state = grown(Uint8Array, this.state, length);
    this.accepts = grown(Uint8Array, this.accepts, length);
    this.instanceId = grown(Int32Array, this.instanceId, length);
    this.zone = grown(Int32Array, this.zone, length);
    this.revision = grown(Float64Array, this.revision, length);
    this.shapeOf = grown(Int32Array, this.shapeOf, length);
    this.taskCount = grown(Int32Array, this.taskCount, length);
    this.firstTask = grown(Int32Array, this.firstTask, length, -1);
    this.#lastTask = grown(Int32Array, this.#lastTask, length, -1);
    for (const columns of [this.capacity, this.allocatable, this.requested]) {
      columns.forEach((column, lane) => {
        columns[lane] = grown(Float64Array, column, length);
      });
    }
    this.#labels.grow(length);
    this.#images.grow(length);
    this.#portsInUse.grow(length);
    this.#gpus.grow(length);
  }
}
