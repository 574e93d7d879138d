import { expect, test } from 'vitest';
import { AgentQueue, type HostNeed } from '../../../src/controllers/ecs/agent-queue.ts';

const need = (own: Partial<HostNeed>): HostNeed => ({ cpu: 0, memory: 0, gpu: 0, tcp: [], udp: [], ...own });

test('AgentQueue: the head of the line blocks what is behind it, until room is really free', () => {
  const queue = new AgentQueue<string>({ cpu: 1024, memory: 2048, gpu: 0 });
  expect(queue.assign('old', need({ cpu: 1024 }))).toEqual(['old']);
  expect(queue.assign('big', need({ cpu: 1024 }))).toEqual([]);
  expect(queue.assign('small', need({ memory: 64 }))).toEqual([]);
  expect(queue.release(['old'])).toEqual(['big', 'small']);
});

test('AgentQueue: a waiting task that is told to stop leaves without having held anything', () => {
  const queue = new AgentQueue<string>({ cpu: 1024, memory: 2048, gpu: 0 });
  queue.assign('old', need({ cpu: 1024 }));
  queue.assign('big', need({ cpu: 1024 }));
  queue.assign('small', need({ memory: 64 }));
  expect(queue.holds('big')).toBe(false);
  expect(queue.withdraw('big')).toEqual(['small']);
  expect(queue.release(['old'])).toEqual([]);
});

test('AgentQueue: ports are taken per protocol and given back', () => {
  const queue = new AgentQueue<string>({ cpu: 1024, memory: 2048, gpu: 0 });
  expect(queue.assign('tcp', need({ tcp: [53] }))).toEqual(['tcp']);
  expect(queue.assign('udp', need({ udp: [53] }))).toEqual(['udp']);
  expect(queue.assign('again', need({ tcp: [53] }))).toEqual([]);
  expect(queue.release(['udp'])).toEqual([]);
  expect(queue.release(['tcp'])).toEqual(['again']);
});

test('AgentQueue: two stops of one instant count together', () => {
  const queue = new AgentQueue<string>({ cpu: 2, memory: 0, gpu: 0 });
  queue.assign('a', need({ cpu: 1 }));
  queue.assign('b', need({ cpu: 1 }));
  queue.assign('both', need({ cpu: 2 }));
  expect(queue.release(['a', 'b'])).toEqual(['both']);
});
