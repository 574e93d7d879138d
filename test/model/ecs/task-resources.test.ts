import { describe, expect, test } from 'vitest';
import type { ContainerDefinition, TaskDefinition } from '../../../src/model/ecs/task-definition.ts';
import { taskResources } from '../../../src/model/ecs/task-resources.ts';
import { readTaskSize } from '../../../src/model/ecs/task-size.ts';

const app: ContainerDefinition = { name: 'app', memory: 128 };
const task = (own: Partial<TaskDefinition>): TaskDefinition => ({ containerDefinitions: [app], ...own });
const container = (own: Partial<ContainerDefinition>) => task({ containerDefinitions: [{ ...app, ...own }] });

function problemsOf(definition: TaskDefinition): string[] {
  const read = taskResources(definition);
  return 'problems' in read ? read.problems.map(({ path }) => path.join('.')) : [];
}

describe('taskResources()', () => {
  test.each<[string, TaskDefinition, object]>([
    ['the container alone, no CPU', task({}), { cpu: 0, memory: 128 }],
    // 512 + 512: the reservation counts, and where there is none the limit
    [
      'reservations before limits',
      task({
        containerDefinitions: [
          { name: 'a', memory: 1024, memoryReservation: 512 },
          { name: 'b', memory: 512 },
        ],
      }),
      { memory: 1024 },
    ],
    ['the task level wins', task({ cpu: '0.5 vCPU', memory: '2 GB' }), { cpu: 512, memory: 2048 }],
    [
      'fixed ports only',
      container({
        portMappings: [{ containerPort: 80 }, { containerPort: 81, hostPort: 8081, protocol: 'udp' }],
      }),
      { tcp: [], udp: [8081] },
    ],
    [
      'in mode host the container port',
      task({ ...container({ portMappings: [{ containerPort: 80 }] }), networkMode: 'host' }),
      { tcp: [80] },
    ],
    [
      'in mode awsvpc an interface and no ports',
      task({ ...container({ portMappings: [{ containerPort: 80 }] }), networkMode: 'awsvpc' }),
      { tcp: [], eni: 1 },
    ],
    ['GPUs', container({ resourceRequirements: [{ type: 'GPU', value: '2' }] }), { gpu: 2 }],
  ])('counts %s', (_, definition, expected) => {
    const read = taskResources(definition);
    expect('resources' in read && read.resources).toMatchObject(expected);
  });

  test('overrides replace what they name before anything is counted', () => {
    const overrides = { cpu: '1024', containerOverrides: [{ name: 'app', memory: 256 }] };
    const read = taskResources(container({ cpu: 10 }), overrides);
    expect('resources' in read && read.resources).toMatchObject({ cpu: 1024, memory: 256 });
  });

  test('an override of a container that is not there is found before all else', () => {
    const read = taskResources(container({ memory: 1 }), { containerOverrides: [{ name: 'nosuch' }] });
    expect('problems' in read && read.problems.map(({ exception }) => exception)).toEqual([
      'InvalidParameterException',
    ]);
  });

  test.each<[TaskDefinition, string[]]>([
    [task({ cpu: '127' }), ['cpu']],
    [task({ cpu: '196609' }), ['cpu']],
    [task({ memory: '1 MB' }), ['memory']],
    [task({ networkMode: 'overlay' }), ['networkMode']],
    [task({ containerDefinitions: [] }), ['containerDefinitions']],
    [task({ containerDefinitions: [{ ...app, essential: false }] }), ['containerDefinitions']],
    [task({ containerDefinitions: [app, app] }), ['containerDefinitions.1.name']],
    [container({ memory: 5 }), ['containerDefinitions.0.memory']],
    [container({ memory: 0 }), ['containerDefinitions.0']],
    [container({ memoryReservation: 128 }), ['containerDefinitions.0.memoryReservation']],
    [task({ memory: '127' }), ['containerDefinitions.0.memory', 'memory']],
    [
      container({ portMappings: [{ containerPort: 0 }] }),
      ['containerDefinitions.0.portMappings.0.containerPort'],
    ],
    [
      container({
        portMappings: [
          { containerPort: 1, hostPort: 9 },
          { containerPort: 2, hostPort: 9 },
        ],
      }),
      ['containerDefinitions.0.portMappings.1.hostPort'],
    ],
    [task({ placementConstraints: [{ type: 'distinctInstance' }] }), ['placementConstraints.0.type']],
  ])('refuses %j at %j', (definition, paths) => {
    expect(problemsOf(definition)).toEqual(paths);
  });

  test('reports everything that is wrong, not the first alone', () => {
    expect(problemsOf({ ...container({ cpu: -1, memory: 1 }), cpu: 'x', networkMode: 'y' })).toHaveLength(4);
  });
});

test.each([
  ['512', 512],
  [' 1024 ', 1024],
  [2048, 2048],
  ['.25 vCPU', 256],
  ['1.0VCPU', 1024],
  // 0.1 * 1024 = 102.4
  ['0.1 vCPU', null],
  ['1 GB', null],
  ['256.5', null],
  ['-1', null],
  ['', null],
])('readTaskSize() of %j in vCPU: %s', (text, units) => {
  expect(readTaskSize(text, 'vCPU')).toBe(units);
});
