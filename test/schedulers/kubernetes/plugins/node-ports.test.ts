import { expect, test } from 'vitest';
import { createFixture } from '../fixture.ts';

const port = (hostIP: string, protocol: string) => ({
  spec: { containers: [{ ports: [{ hostPort: 80, containerPort: 80, hostIP, protocol }] }] },
});

test.each([
  { used: ['', 'TCP'], wanted: ['10.0.0.1', 'TCP'], clash: true },
  { used: ['', 'TCP'], wanted: ['', 'TCP'], clash: true },
  { used: ['', 'TCP'], wanted: ['', 'UDP'], clash: false },
  { used: ['10.0.0.1', 'TCP'], wanted: ['10.0.0.2', 'TCP'], clash: false },
  { used: ['10.0.0.1', 'TCP'], wanted: ['10.0.0.1', 'TCP'], clash: true },
  { used: ['10.0.0.1', 'TCP'], wanted: ['0.0.0.0', 'TCP'], clash: true },
] as const)('NodePorts: $used taken, $wanted wanted', ({ used, wanted, clash }) => {
  const { bind, examine } = createFixture([{ name: 'a' }, { name: 'b' }]);
  bind(port(used[0], used[1]), 'a');
  const { refusals, resolvable } = examine(port(wanted[0], wanted[1]));
  const reasons = ["node(s) didn't have free ports for the requested pod ports"];
  expect(refusals).toEqual(clash ? { a: reasons } : {});
  expect(resolvable).toEqual(clash ? ['a'] : []);
});

test('NodePorts counts sidecars, not plain init containers', () => {
  const ports = [{ hostPort: 80, containerPort: 80 }];
  const { bind, examine } = createFixture([{ name: 'a' }, { name: 'b' }]);
  bind(port('', 'TCP'), 'a');
  const withInit = (init: object) => ({ spec: { containers: [{}], initContainers: [{ ports, ...init }] } });
  expect(Object.keys(examine(withInit({})).refusals)).toEqual([]);
  expect(Object.keys(examine(withInit({ restartPolicy: 'Always' })).refusals)).toEqual(['a']);
});
