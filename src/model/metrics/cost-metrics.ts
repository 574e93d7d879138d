import { exact, modelled } from './metric-definition.ts';

/** What a run costs, and what it pays for. */
export const COST_METRICS = {
  'cost.total': exact('USD', 'less', 'everything on the bill', true),
  'cost.instances': exact('USD', 'less', 'EC2 instances and what is charged on them', true),
  'cost.volumes': exact('USD', 'less', 'EBS volumes and snapshots', true),
  'cost.controlPlane': exact('USD', 'less', 'control plane, managed or run by oneself', true),
  'cost.loadBalancers': exact('USD', 'less', 'load balancers: hours and traffic', true),
  'cost.idle': exact('USD', 'less', 'instance and volume cost that no task asked for', true),
  'cost.idleShare': exact('ratio', 'less', 'idle cost over the cost of instances and volumes', true),
  'cost.perTask': exact('USD', 'less', 'total cost per task that succeeded', true),
  'cost.perVcpuHour': exact('USD', 'less', 'total cost per requested vCPU-hour', true),
  'cost.perUsedVcpuHour': modelled(
    'USD',
    'less',
    'total cost per vCPU-hour that was used; known where all tasks have a load',
  ),
  'instances.hours': exact('h', 'less', 'instance-hours from running to terminated', true),
  'instances.readyHours': exact('h', 'less', 'instance-hours from ready to terminated', true),
  'instances.launched': exact('count', 'less', 'instances ever requested', true),
  'instances.peak': exact('count', 'less', 'most instances running at once', true),
} as const;
