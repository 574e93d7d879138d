/**
 * Every metric of a run's summary: its name in checks, tables and JSON, its unit, which way is better, and what it
 * means. `null` in a summary: the run does not support the number (no task ended, nothing was priced).
 */
export const METRICS = {
  'cost.total': { unit: 'USD', better: 'less', about: 'everything on the bill' },
  'cost.instances': { unit: 'USD', better: 'less', about: 'EC2 instances and what is charged on them' },
  'cost.volumes': { unit: 'USD', better: 'less', about: 'EBS volumes and snapshots' },
  'cost.controlPlane': { unit: 'USD', better: 'less', about: 'control plane, managed or run by oneself' },
  'cost.loadBalancers': { unit: 'USD', better: 'less', about: 'load balancers: hours and traffic' },
  'cost.idle': { unit: 'USD', better: 'less', about: 'instance and volume cost that no task asked for' },
  'cost.idleShare': {
    unit: 'ratio',
    better: 'less',
    about: 'idle cost over the cost of instances and volumes',
  },
  'cost.perTask': { unit: 'USD', better: 'less', about: 'total cost per task that succeeded' },
  'cost.perVcpuHour': { unit: 'USD', better: 'less', about: 'total cost per requested vCPU-hour' },
  'instances.hours': { unit: 'h', better: 'less', about: 'instance-hours from running to terminated' },
  'instances.readyHours': {
    unit: 'h',
    better: 'less',
    about: 'instance-hours from ready to terminated',
  },
  'instances.launched': { unit: 'count', better: 'less', about: 'instances ever requested' },
  'instances.peak': { unit: 'count', better: 'less', about: 'most instances running at once' },
  'wait.mean': {
    unit: 's',
    better: 'less',
    about: 'from submission to the first placement, tasks that were placed',
  },
  'wait.p50': {
    unit: 's',
    better: 'less',
    about: 'half of the tasks that were placed waited at most this long',
  },
  'wait.p95': {
    unit: 's',
    better: 'less',
    about: '95 % of the tasks that were placed waited at most this long',
  },
  'wait.p99': {
    unit: 's',
    better: 'less',
    about: '99 % of the tasks that were placed waited at most this long',
  },
  'wait.max': { unit: 's', better: 'less', about: 'the longest wait of a task that was placed' },
  'response.mean': { unit: 's', better: 'less', about: 'from submission to success, tasks that succeeded' },
  'response.p95': {
    unit: 's',
    better: 'less',
    about: '95 % of the tasks that succeeded did so within this time',
  },
  'slowdown.mean': {
    unit: 'ratio',
    better: 'less',
    about: 'mean of max(1, response / max(run, 10 s)) over tasks that succeeded',
  },
  unplaced: { unit: 'count', better: 'less', about: 'tasks that never got room, rejected ones included' },
  'tasks.submitted': { unit: 'count', better: 'neither', about: 'tasks that entered the system' },
  'tasks.succeeded': { unit: 'count', better: 'more', about: 'tasks that ran to their end' },
  'tasks.interrupted': {
    unit: 'count',
    better: 'less',
    about: 'attempts that lost their room: the instance went, or they were evicted',
  },
  'packing.density': {
    unit: 'ratio',
    better: 'more',
    about: 'requested over allocatable CPU, instances with tasks only',
  },
  'packing.densityMemory': { unit: 'ratio', better: 'more', about: 'the same for memory' },
  'utilisation.cpu': {
    unit: 'ratio',
    better: 'more',
    about: 'requested over allocatable CPU, all ready instances',
  },
  'utilisation.memory': { unit: 'ratio', better: 'more', about: 'the same for memory' },
  'utilisation.gpu': { unit: 'ratio', better: 'more', about: 'the same for GPUs' },
  'services.availability': {
    unit: 'ratio',
    better: 'more',
    about: 'running tasks of services over wanted ones, in time',
  },
  makespan: { unit: 's', better: 'less', about: 'from the first submission to the last success or failure' },
} as const satisfies Record<string, { unit: Unit; better: 'less' | 'more' | 'neither'; about: string }>;

export type Unit = 'USD' | 's' | 'h' | 'count' | 'ratio';
export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];
