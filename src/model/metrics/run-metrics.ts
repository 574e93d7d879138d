import { estimate, exact, modelled } from './metric-definition.ts';

/** What happens to services and work, and to everybody at once. */
export const RUN_METRICS = {
  'services.availability': exact(
    'ratio',
    'more',
    'running tasks of services over wanted ones, in time',
    true,
  ),
  'services.secondsBelowMinimum': exact(
    's',
    'less',
    'sum over services: time with fewer running tasks than minimumHealthyPercent of the wanted ones (all of them if not stated)',
  ),
  'outage.duration': exact('s', 'less', 'how long zones were lost, summed over outages'),
  'outage.depth': exact(
    'ratio',
    'less',
    'largest share of the wanted tasks of services that did not run after a zone was lost',
  ),
  'outage.recovery': exact(
    's',
    'less',
    'longest time from the loss of a zone until 99 % of the wanted tasks of services ran; none if they never did',
  ),
  'controlPlane.downtime': exact(
    's',
    'less',
    'how long nothing was scheduled, replaced or scaled, because masters of one’s own had no quorum or no leader',
  ),
  'disruption.preemptions': exact('count', 'less', 'tasks told to go so that another gets their room'),
  'disruption.evictions': exact('count', 'less', 'tasks told to go because their instance drains'),
  'disruption.memoryEvictions': modelled(
    'count',
    'less',
    'pods that kubelet evicted because memory ran short on their node, where templates state usage',
    true,
  ),
  'disruption.oomKills': modelled(
    'count',
    'less',
    'tasks whose containers were killed for using more memory than their limit or their instance has, where templates state usage',
    true,
  ),
  'disruption.losses': exact('count', 'less', 'tasks that were on an instance when it went'),
  'disruption.reclaims': exact('count', 'less', 'Spot instances that AWS ended'),
  'disruption.restarts': exact('count', 'less', 'attempts that got room after an earlier one had lost it'),
  'disruption.lostCpu': exact(
    'vCPU·s',
    'less',
    'work of jobs that was lost with its room: requested CPU times the time run',
  ),
  'disruption.lostMemory': exact('GiB·s', 'less', 'the same for memory'),
  'fairness.jain': exact(
    'ratio',
    'more',
    'Jain index over services, jobs and traces of the share of their task-time in which tasks had room',
  ),
  'fairness.dominantShare': exact(
    'ratio',
    'neither',
    'largest dominant share of a service, job or trace: of CPU, memory or GPU, whichever it has most of',
  ),
  makespan: exact('s', 'less', 'from the first submission to the last success or failure', true),
  throughput: exact('1/s', 'more', 'tasks that succeeded, per second of the run'),
  energy: estimate(
    'kWh',
    'less',
    'energy of the instances: published watts per vCPU and GPU, 50 % busy where use is not known',
  ),
  'carbon.use': estimate(
    'gCO2e',
    'less',
    'energy times the mean intensity of the region’s grid (location-based)',
  ),
  'carbon.embodied': estimate('gCO2e', 'less', 'share in making the servers, over four years'),
  'carbon.total': estimate('gCO2e', 'less', 'both together'),
} as const;
