import { exact, modelled } from './metric-definition.ts';

/** How full the instances are, and what of the rest is of use. */
export const CAPACITY_METRICS = {
  'packing.density': exact(
    'ratio',
    'more',
    'requested over allocatable CPU, instances with tasks only',
    true,
  ),
  'packing.densityMemory': exact('ratio', 'more', 'the same for memory', true),
  'packing.holes': exact(
    'count',
    'more',
    'tasks of the typical size (median request) that the free room would have taken, mean over time',
  ),
  'utilisation.cpu': exact('ratio', 'more', 'requested over allocatable CPU, all ready instances', true),
  'utilisation.memory': exact('ratio', 'more', 'the same for memory', true),
  'utilisation.gpu': exact('ratio', 'more', 'the same for GPUs', true),
  'usage.cpu': modelled(
    'ratio',
    'more',
    'used over allocatable CPU, all ready instances; known where all tasks have a load',
  ),
  'usage.memory': modelled('ratio', 'more', 'the same for memory'),
  'usage.efficiencyCpu': modelled('ratio', 'more', 'used over requested CPU of the services with a load'),
  'usage.efficiencyMemory': modelled('ratio', 'more', 'the same for memory'),
  'fragmentation.cpu': exact(
    'vCPU',
    'less',
    'free CPU that a task drawn from the workload could not have used, mean over time',
  ),
  'fragmentation.gpu': exact('GPU', 'less', 'the same for GPUs, rooms too small on each device included'),
  'stranded.cpu': exact(
    'vCPU',
    'less',
    'free CPU of instances with less free memory or GPU than the median request, mean over time',
  ),
  'stranded.memory': exact(
    'GiB',
    'less',
    'free memory of instances with less free CPU or GPU than the median request, mean over time',
  ),
  'stranded.gpu': exact(
    'GPU',
    'less',
    'free GPUs of instances with less free CPU or memory than the median request, mean over time',
  ),
} as const;
