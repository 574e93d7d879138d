import { MAX_RUN_TASK_COUNT, MAX_START_TASK_INSTANCES } from '../model/ecs/request-limits.ts';
import { MAX_CONTAINERS } from '../model/ecs/task-checks.ts';
import { ECS_SERVICE_DEFAULT_ROWS, type EcsDefault } from '../model/ecs-defaults.ts';
import { ECS_QUOTA_ROWS } from '../model/ecs-quotas.ts';
import { FARGATE_ROWS } from '../model/fargate-plan.ts';
import { RUN_TASK_ROWS } from '../model/ecs-run-task.ts';
import { ECS_TASK_LIFE_ROWS } from '../model/ecs-task-life.ts';
import { START_TASK_ROWS } from '../model/start-task-plan.ts';
import { HEALTH_CHECK_ROWS } from '../model/ecs/container-health.ts';
import { LOAD_BALANCER_ROWS } from '../model/load-balancer-defaults.ts';
import { ECS_CPU_UNITS_PER_VCPU } from '../model/node-overhead.ts';
import { AGENT_VERSION, MAX_CONSTRAINTS, MAX_STRATEGIES } from '../schedulers/ecs/ecs-options.ts';
import { MAX_EXPRESSION_LENGTH } from '../schedulers/ecs/query/parse-expression.ts';
import { formatDurationMs } from '../units.ts';

const API = 'Amazon ECS API reference';
const GUIDE = 'AWS ECS developer guide';
const AGENT = 'aws/amazon-ecs-agent 1.105.1';
const fixed = (name: string, value: EcsDefault['value'], source: string): EcsDefault => ({
  name,
  value,
  unit: typeof value === 'number' ? 'count' : '',
  evidence: 'documented',
  source,
  setting: '',
});

/** What placement, requests and registration go by. */
const PLACEMENT_ROWS: readonly EcsDefault[] = [
  {
    name: 'strategy of services',
    value: 'spread zone, instance',
    unit: '',
    evidence: 'documented',
    source: `${GUIDE}, service definition parameters`,
    setting: 'placementStrategy',
  },
  {
    name: 'strategy of RunTask',
    value: 'random',
    unit: '',
    evidence: 'documented',
    source: 'AWS compute blog, Amazon ECS task placement',
    setting: 'placementStrategy',
  },
  {
    name: 'ties',
    value: 'lowestId',
    unit: '',
    evidence: 'chosen',
    source: 'AWS publishes no rule',
    setting: 'tieBreak',
  },
  {
    name: 'agent version',
    value: AGENT_VERSION,
    unit: '',
    evidence: 'chosen',
    source: 'a current one',
    setting: 'agentVersion',
  },
  {
    name: 'reserved memory',
    value: 0,
    unit: 'MiB',
    evidence: 'source',
    source: `${AGENT} README.md, ECS_RESERVED_MEMORY`,
    setting: 'reservedMemory',
  },
  {
    name: 'awsvpc trunking',
    value: false,
    unit: '',
    evidence: 'documented',
    source: `${GUIDE}, elastic network interface trunking`,
    setting: 'awsvpcTrunking',
  },
  {
    name: 'memory seen, Xen',
    value: 'A - floor(A / 64) - c',
    unit: 'MiB',
    evidence: 'observed',
    source: 'fit to 27 published registrations',
    setting: 'linuxMemory',
  },
  {
    name: 'memory seen, Nitro',
    value: 'floor(0.966 A - 128)',
    unit: 'MiB',
    evidence: 'chosen',
    source: 'middle of the measured types',
    setting: 'linuxMemory',
  },
  {
    name: 'task start-up',
    value: 2000,
    unit: 'ms',
    evidence: 'chosen',
    source: 'pull from a cache and start',
    setting: 'startup',
  },
  {
    name: 'agent losses',
    value: 'none',
    unit: '',
    evidence: 'chosen',
    source: `several an hour are normal (${GUIDE}, container instance state change events), too short to matter`,
    setting: 'agentLosses',
  },
  {
    name: 'event delivery',
    value: 500,
    unit: 'ms',
    evidence: 'chosen',
    source: 'Amazon EventBridge promises no latency; half a second is typical',
    setting: 'trigger.delay',
  },
  fixed('CPU units per vCPU', ECS_CPU_UNITS_PER_VCPU, `${GUIDE}, task size`),
  {
    ...fixed('ports of the system', '22 2375 2376 51678 51679', `${AGENT} agent/config/config_unix.go`),
    evidence: 'source',
  },
  fixed('strategies per request', MAX_STRATEGIES, `${API}, RunTask`),
  fixed('constraints per request', MAX_CONSTRAINTS, `${API}, RunTask`),
  fixed('characters per expression', MAX_EXPRESSION_LENGTH, `${API}, PlacementConstraint`),
  fixed('containers per task', MAX_CONTAINERS, `${GUIDE}, service quotas`),
  fixed('tasks per RunTask', MAX_RUN_TASK_COUNT, `${GUIDE}, service quotas`),
  fixed('instances per StartTask', MAX_START_TASK_INSTANCES, `${GUIDE}, service quotas`),
];

export const DEFAULT_COLUMNS: readonly string[] = ['default', 'value', 'evidence', 'setting', 'source'];

/** Every default, quota and delay of Amazon ECS that runs go by, as texts for a table. */
export function ecsRows(): readonly (readonly string[])[] {
  return [
    ...PLACEMENT_ROWS,
    ...ECS_SERVICE_DEFAULT_ROWS,
    ...LOAD_BALANCER_ROWS,
    ...HEALTH_CHECK_ROWS,
    ...RUN_TASK_ROWS,
    ...START_TASK_ROWS,
    ...ECS_TASK_LIFE_ROWS,
    ...FARGATE_ROWS,
    ...ECS_QUOTA_ROWS,
  ].map((row) => {
    const { name, evidence, setting, source } = row;
    return [name, shown(row), evidence, setting === '' ? '-' : setting, source];
  });
}

function shown({ value, unit }: EcsDefault): string {
  if (unit === 'ms') return formatDurationMs(Number(value));
  if (unit === 'percent') return `${value} %`;
  return unit === 'MiB' && typeof value === 'number' ? `${value} MiB` : String(value);
}
