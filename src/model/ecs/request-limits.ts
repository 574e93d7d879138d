/** Tasks that one RunTask call starts at most. Source of these four: AWS ECS API reference, RunTask and StartTask. */
export const MAX_RUN_TASK_COUNT = 10;
export const MAX_START_TASK_INSTANCES = 10;
export const MAX_GROUP_LENGTH = 255;
export const MAX_STARTED_BY_LENGTH = { runTask: 128, startTask: 36 } as const;
