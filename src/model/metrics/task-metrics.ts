import { exact } from './metric-definition.ts';

/** What tasks experience. */
export const TASK_METRICS = {
  'wait.mean': exact('s', 'less', 'from submission to the first placement, tasks that were placed', true),
  'wait.p50': exact('s', 'less', 'half of the tasks that were placed waited at most this long', true),
  'wait.p95': exact('s', 'less', '95 % of the tasks that were placed waited at most this long', true),
  'wait.p99': exact('s', 'less', '99 % of the tasks that were placed waited at most this long', true),
  'wait.max': exact('s', 'less', 'the longest wait of a task that was placed', true),
  'response.mean': exact('s', 'less', 'from submission to success, tasks that succeeded', true),
  'response.p50': exact('s', 'less', 'half of the tasks that succeeded did so within this time'),
  'response.p95': exact('s', 'less', '95 % of the tasks that succeeded did so within this time', true),
  'response.p99': exact('s', 'less', '99 % of the tasks that succeeded did so within this time'),
  'response.max': exact('s', 'less', 'the slowest task that succeeded'),
  'slowdown.mean': exact(
    'ratio',
    'less',
    'mean of max(1, response / max(run, 10 s)) over tasks that succeeded',
    true,
  ),
  'slowdown.p95': exact('ratio', 'less', '95 % of the tasks that succeeded had at most this slowdown'),
  'slowdown.max': exact('ratio', 'less', 'the largest slowdown of a task that succeeded'),
  unplaced: exact('count', 'less', 'tasks that never got room, rejected ones included', true),
  'tasks.submitted': exact('count', 'neither', 'tasks that entered the system', true),
  'tasks.succeeded': exact('count', 'more', 'tasks that ran to their end', true),
  'tasks.interrupted': exact(
    'count',
    'less',
    'attempts that lost their room: the instance went, or they were evicted',
    true,
  ),
  'slo.tasks': exact(
    'ratio',
    'less',
    'share of the tasks that waited longer than slo.wait; who still waits has waited till the end',
  ),
  'slo.taskSeconds': exact('ratio', 'less', 'share of all seconds waited that lay beyond slo.wait'),
  'slo.budgetBurn': exact(
    'ratio',
    'less',
    'slo.tasks over the share that slo.objective allows: above 1 the budget is spent',
  ),
} as const;
