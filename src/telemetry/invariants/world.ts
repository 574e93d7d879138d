import type { ClassRecord, InstanceRecord, LogRecord, RunRecord, TaintsRecord } from '../log-record.ts';

/** A living instance. */
export interface WorldInstance {
  readonly facts: InstanceRecord;
  state: 'requested' | 'booting' | 'ready' | 'draining';
  taints: TaintsRecord['taints'];
  /** When it must have ended, because AWS said so. */
  endsMs: number | null;
  /** Can its agent be reached? */
  isConnected: boolean;
  runningMs: number | null;
  readyMs: number | null;
  /** Sum of requests of the tasks here, per lane. */
  readonly used: number[];
  /** Thousandths taken of each GPU device. */
  readonly devicesUsed: number[];
  /** Tasks here, by ordinal. */
  readonly tasks: Map<number, WorldTask>;
}

/** A task in the system. */
export interface WorldTask {
  readonly ordinal: number;
  readonly class: ClassRecord;
  readonly submitMs: number;
  readonly startupMs: number | null;
  readonly runtimeMs: number | null;
  state: 'pending' | 'starting' | 'running';
  /** Of the attempt under way, or to come while pending. */
  attempt: number;
  waitingSinceMs: number;
  /** Position of the record that made it wait: tells turns apart that began at one instant. */
  waitingSinceSeq: number;
  placedMs: number;
  runningMs: number;
  instance: WorldInstance | null;
  /** What it uses of memory from its start on, where that is stated. */
  readonly memoryBytes: number | null;
  /** When its killed containers are up again; null: they were not killed in this attempt. */
  upMs: number | null;
  /** The kernel kills it. */
  isKilled: boolean;
  /** When it must be gone; null while it is not evicted. */
  evictedUntilMs: number | null;
  devices: readonly number[];
}

/**
 * The state that a log tells, record by record: the checker's only memory, of the size of what is alive. Records
 * that make no sense change as little as possible and are never refused here: finding them is the rules' business.
 */
export class World {
  run: RunRecord | null = null;
  ended = false;
  nowMs = 0;
  lastSeq = -1;
  readonly classes = new Map<number, ClassRecord>();
  readonly instances = new Map<number, WorldInstance>();
  readonly tasks = new Map<number, WorldTask>();
  /** By class id: tasks that wait, in the order in which they began to wait. */
  readonly waiting = new Map<number, Map<number, WorldTask>>();
  /** Highest instance id ever; a lower one that is not in `instances` has ended. */
  instancesEver = 0;
  /** Tasks ever; a lower ordinal that is not in `tasks` has left. */
  tasksEver = 0;
  readonly outcomes = { succeeded: 0, failed: 0, stopped: 0, rejected: 0 };

  apply(record: LogRecord): void {
    this.nowMs = record.timeMs;
    this.lastSeq = record.seq;
    switch (record.kind) {
      case 'run':
        this.run ??= record;
        break;
      case 'class':
        this.classes.set(record.class, record);
        break;
      case 'instance':
        this.#addInstance(record);
        break;
      case 'state':
        this.#setState(record.instance, record.state);
        break;
      case 'notice': {
        const instance = this.instances.get(record.instance);
        if (instance !== undefined) instance.endsMs = record.endsMs;
        break;
      }
      case 'submitted':
        this.#submit(record);
        break;
      case 'placed':
        this.#place(record);
        break;
      case 'running': {
        const task = this.tasks.get(record.task);
        if (task?.state !== 'starting') break;
        task.state = 'running';
        task.runningMs = record.timeMs;
        task.isKilled = false;
        break;
      }
      case 'restarted': {
        const task = this.tasks.get(record.task);
        if (task?.state !== 'running') break;
        task.state = 'starting';
        task.upMs = record.upMs;
        break;
      }
      case 'killed': {
        const task = this.tasks.get(record.task);
        if (task !== undefined && record.cause !== 'pressure') task.isKilled = true;
        break;
      }
      case 'evicted': {
        const task = this.tasks.get(record.task);
        if (task !== undefined && task.state !== 'pending') task.evictedUntilMs = record.untilMs;
        break;
      }
      case 'requeued': {
        const task = this.tasks.get(record.task);
        if (task === undefined || task.state === 'pending') break;
        this.#giveBack(task);
        task.attempt += 1;
        task.state = 'pending';
        task.waitingSinceMs = record.timeMs;
        task.waitingSinceSeq = record.seq;
        this.#queueOf(task.class.class).set(task.ordinal, task);
        break;
      }
      case 'ended': {
        const task = this.tasks.get(record.task);
        if (task === undefined) break;
        if (task.state === 'pending') this.#queueOf(task.class.class).delete(task.ordinal);
        else this.#giveBack(task);
        this.tasks.delete(record.task);
        this.outcomes[record.outcome] += 1;
        break;
      }
      case 'agent': {
        const instance = this.instances.get(record.instance);
        if (instance !== undefined) instance.isConnected = record.isConnected;
        break;
      }
      case 'taints': {
        const instance = this.instances.get(record.instance);
        if (instance !== undefined) instance.taints = record.taints;
        break;
      }
      case 'pass':
      case 'service':
      case 'outage':
      case 'bounds':
      case 'health':
        break;
      case 'end':
        this.ended = true;
        break;
    }
  }

  #addInstance(facts: InstanceRecord): void {
    this.instancesEver = Math.max(this.instancesEver, facts.instance);
    if (this.instances.has(facts.instance)) return;
    this.instances.set(facts.instance, {
      facts,
      state: 'requested',
      taints: facts.taints,
      endsMs: null,
      isConnected: true,
      runningMs: null,
      readyMs: null,
      used: facts.allocatable.map(() => 0),
      devicesUsed: Array.from({ length: facts.gpuDevices }, () => 0),
      tasks: new Map(),
    });
  }

  #setState(id: number, state: 'booting' | 'ready' | 'draining' | 'terminated'): void {
    const instance = this.instances.get(id);
    if (instance === undefined) return;
    if (state === 'terminated') {
      this.instances.delete(id);
      return;
    }
    instance.state = state;
    if (state === 'booting') instance.runningMs ??= this.nowMs;
    if (state === 'ready') instance.readyMs ??= this.nowMs;
  }

  #submit(record: LogRecord & { kind: 'submitted' }): void {
    const taskClass = this.classes.get(record.class);
    if (taskClass === undefined || record.task < this.tasksEver) return;
    this.tasksEver = record.task + 1;
    const task: WorldTask = {
      ordinal: record.task,
      class: taskClass,
      submitMs: record.timeMs,
      startupMs: record.startupMs,
      runtimeMs: record.runtimeMs,
      state: 'pending',
      attempt: 0,
      waitingSinceMs: record.timeMs,
      waitingSinceSeq: record.seq,
      placedMs: 0,
      runningMs: 0,
      instance: null,
      memoryBytes: record.memoryBytes ?? null,
      upMs: null,
      isKilled: false,
      evictedUntilMs: null,
      devices: [],
    };
    this.tasks.set(task.ordinal, task);
    this.#queueOf(record.class).set(task.ordinal, task);
  }

  #place(record: LogRecord & { kind: 'placed' }): void {
    const task = this.tasks.get(record.task);
    const instance = this.instances.get(record.instance);
    if (task?.state !== 'pending' || instance === undefined) return;
    this.#queueOf(task.class.class).delete(task.ordinal);
    task.state = 'starting';
    task.placedMs = record.timeMs;
    task.instance = instance;
    task.devices = record.devices;
    instance.tasks.set(task.ordinal, task);
    add(instance, task, 1);
  }

  #giveBack(task: WorldTask): void {
    if (task.instance !== null) {
      task.instance.tasks.delete(task.ordinal);
      add(task.instance, task, -1);
    }
    task.instance = null;
    task.evictedUntilMs = null;
    task.upMs = null;
    task.isKilled = false;
    task.devices = [];
  }

  #queueOf(classId: number): Map<number, WorldTask> {
    let queue = this.waiting.get(classId);
    if (queue === undefined) {
      queue = new Map();
      this.waiting.set(classId, queue);
    }
    return queue;
  }
}

function add(instance: WorldInstance, task: WorldTask, sign: 1 | -1): void {
  const { requests, gpu } = task.class;
  for (let lane = 0; lane < instance.used.length; lane++)
    instance.used[lane]! += sign * (requests[lane] ?? 0);
  for (const device of task.devices) {
    if (device < instance.devicesUsed.length) instance.devicesUsed[device]! += sign * (gpu?.milli ?? 0);
  }
}
