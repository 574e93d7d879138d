import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { EKS_AGENTS, NODE_AGENT_NAMES, requestsOfAgents } from '../../src/model/node-agents.ts';
import { resolveScenario } from '../../src/io/scenario/resolve-plan.ts';
import { MIB } from '../../src/units.ts';
import { findings, scenarioWith, testContext } from '../support/scenarios.ts';

test('requestsOfAgents() adds up what the agents of a node ask for, a pod each', () => {
  expect(requestsOfAgents(EKS_AGENTS)).toEqual({ cpuMilli: 150, memoryBytes: 0, pods: 2 });
  // CPU 50 + 100 + 25 + 50 + 112 + 200, memory 5 + 25 + 200 + 200 MiB.
  expect(requestsOfAgents(NODE_AGENT_NAMES)).toEqual({ cpuMilli: 537, memoryBytes: 430 * MIB, pods: 6 });
});

const scenario = (daemons: object) =>
  stringify({
    ...scenarioWith({}),
    fleet: [{ name: 'general', type: 'm6i.xlarge', size: 1 }],
    platforms: [{ name: 'kube', kind: 'kubernetes', daemons }],
  });

test('a platform names the agents of its nodes, or states what they ask for, not both', async () => {
  const of = async (daemons: object) => {
    const bytes = new TextEncoder().encode(scenario(daemons));
    const { plan } = await resolveScenario({ file: 'test.yaml', bytes }, testContext);
    const [on] = plan.platforms;
    return on?.kind === 'kubernetes' ? on.daemons : null;
  };
  expect(await of({})).toEqual({ cpuMilli: 150, memoryBytes: 0, pods: 2 });
  expect(await of({ cpu: '1' })).toEqual({ cpuMilli: 1000, memoryBytes: 0, pods: 2 });
  expect(await of({ agents: ['dns', 'logs'] })).toEqual({ cpuMilli: 75, memoryBytes: 30 * MIB, pods: 2 });
  expect(await of({ agents: [] })).toEqual({ cpuMilli: 0, memoryBytes: 0, pods: 0 });
  const problems = await findings(scenario({ agents: ['dns'], memory: '1GiB' }));
  expect(problems.filter((line) => line.startsWith('E'))).toEqual([
    expect.stringContaining('daemons say agents and memory: the agents bring their own requests'),
  ]);
});
