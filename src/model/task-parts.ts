/** Parts of an ECS task's life, in order; RUNNING stands between registering and deregistering. */
export const TASK_PARTS = [
  'provisioning',
  'pending',
  'pulling',
  'starting',
  'registering',
  'deregistering',
  'stopping',
  'deprovisioning',
] as const;

export type TaskPart = (typeof TASK_PARTS)[number];

/** Told of each part of a task's life that is over, with how long it took. */
export type PartObserver = (part: TaskPart, durationMs: number) => void;
