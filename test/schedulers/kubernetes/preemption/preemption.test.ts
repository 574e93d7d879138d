import { describe, expect, test } from 'vitest';
import { postFilterMessage } from '../../../../src/schedulers/kubernetes/preemption/preemption.ts';
import { createScene } from './scene.ts';

/** `n` nodes, each with one pod of priority 0 that fills it. */
function createFullNodes(n: number) {
  const nodes = Array.from({ length: n }, (_, i) => `n${i}`);
  const scene = createScene(nodes);
  nodes.forEach((node, i) => {
    scene.run(`p${i}`, node, { cpu: 4 });
  });
  return scene;
}

const pod = { cpu: 4, priority: 1 };

describe('preempt', () => {
  test('tries the nodes from a random place on and takes the first of equals', () => {
    const scene = createFullNodes(4);
    expect([0, 0.25, 0.5, 0.99].map((draw) => scene.preempt(pod, draw).nominated)).toEqual([
      'n0',
      'n1',
      'n2',
      'n3',
    ]);
  });

  test('stops at 100 candidates of up to 1000 nodes, at a tenth beyond', () => {
    const triedOf = (n: number) => Object.keys(createFullNodes(n).preempt(pod).candidates).length;
    // max(1100 × 10 / 100, 100) = 110
    expect([99, 100, 120, 1100].map(triedOf)).toEqual([99, 100, 100, 110]);
  });

  test('goes on while every candidate breaks a budget', () => {
    const nodes = Array.from({ length: 120 }, (_, i) => `n${i}`);
    const scene = createScene(nodes);
    nodes.forEach((node, i) => {
      scene.run(`p${i}`, node, { cpu: 4, labels: { app: i < 110 ? 'guarded' : 'free' } });
    });
    scene.budgets.push({
      namespace: 'default',
      selector: [{ key: 'app', operator: 'In', values: ['guarded'] }],
      disruptionsAllowed: 0,
      disrupted: new Set(),
    });
    const { candidates, nominated } = scene.preempt(pod);
    expect([Object.keys(candidates).length, nominated]).toEqual([111, 'n110']);
  });

  test('passes over nodes that no eviction can help', () => {
    const scene = createFullNodes(2);
    expect(scene.preempt({ cpu: 5, priority: 1 })).toMatchObject({
      nominated: 'none',
      candidates: {},
      message: '0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    });
  });

  test('tells why evictions would not be enough, node by node', () => {
    const scene = createScene(['a', 'b']);
    scene.run('low', 'a', { cpu: 1 });
    scene.run('high', 'a', { cpu: 3, priority: 9 });
    scene.run('high', 'b', { cpu: 4, priority: 9 });
    expect(scene.preempt({ cpu: 2, priority: 1 }).message).toBe(
      '0/2 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod.',
    );
  });

  test('asks for nothing for a pod that never preempts', () => {
    const never = { ...pod, spec: { preemptionPolicy: 'Never' } };
    const { nominated, message } = createFullNodes(1).preempt(never);
    expect([nominated, message]).toEqual(['none', 'not eligible due to preemptionPolicy=Never.']);
  });
});

describe('pods that are nominated to a node', () => {
  test('take its room for pods of their priority and below', () => {
    const scene = createScene(['a', 'b']);
    scene.run('filler', 'b', { cpu: 1 });
    scene.nominate('a', { cpu: 2, priority: 5 });
    // a would be the emptier one.
    expect(scene.place({ cpu: 3, priority: 5 })).toEqual(['b', 'b']);
    expect(scene.place({ cpu: 3, priority: 6 })).toEqual(['a', 'a']);
    expect(scene.place({ cpu: 4, priority: 5 })).toEqual(['none', 'none']);
  });

  test('go there without being scored, and elsewhere if they do not fit any longer', () => {
    const scene = createScene(['a', 'b', 'c']);
    scene.run('filler', 'b', { cpu: 2 });
    expect(scene.place({ cpu: 2 }, 'b')).toEqual(['b', 'b']);
    expect(scene.place({ cpu: 3 }, 'b')).toEqual(['a', 'a']);
  });
});

describe('postFilterMessage', () => {
  const failed = { nominated: -1, message: 'not eligible due to preemptionPolicy=Never.' };
  const both = ['DynamicResources', 'DefaultPreemption'];

  test('joins the words of the plugins that ran', () => {
    expect(postFilterMessage(both, false, failed)).toBe(
      ' no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    );
    expect(postFilterMessage(['DefaultPreemption'], false, failed)).toBe(
      ' preemption: not eligible due to preemptionPolicy=Never.',
    );
    expect(postFilterMessage([], false, failed)).toBe('');
  });

  test('is empty after a nomination, and lost when no node was looked at', () => {
    expect(postFilterMessage(both, false, { nominated: 3, message: '' })).toBe('');
    expect(postFilterMessage(both, true, failed)).toBe(' not found');
  });

  test('follows the reasons of the nodes in an explanation', () => {
    const scene = createScene(['a', 'b']);
    scene.run('filler', 'a', { cpu: 4 });
    expect(scene.explain({ cpu: 5 })).toBe(
      '0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: ' +
        '0/2 nodes are available: 2 Preemption is not helpful for scheduling.',
    );
  });
});
