import { expect, test } from 'vitest';
import { createScene } from './scene.ts';

test('selectVictims gives back the most important first, as long as the pod still fits', () => {
  const scene = createScene(['n']);
  scene.run('A', 'n', { cpu: 1, priority: 0 });
  scene.run('B', 'n', { cpu: 1, priority: 10 });
  scene.run('C', 'n', { cpu: 2, priority: 5 });
  // Of 4 CPUs the pod takes 2: B back 1+2 fits, C back 3+2 does not, A back 2+2 fits.
  expect(scene.preempt({ cpu: 2, priority: 100 }).victims).toEqual(['C']);
});

test('selectVictims tries those first whose eviction breaks a budget', () => {
  const scene = createScene(['n']);
  scene.run('A', 'n', { cpu: 1, priority: 0 });
  scene.run('B', 'n', { cpu: 1, priority: 10 });
  scene.run('C', 'n', { cpu: 2, priority: 5, labels: { app: 'c' } });
  scene.budgets.push({
    namespace: 'default',
    selector: [{ key: 'app', operator: 'In', values: ['c'] }],
    disruptionsAllowed: 0,
    disrupted: new Set(),
  });
  // C back 2+2 fits, B back 3+2 does not, A back 3+2 does not.
  expect(scene.preempt({ cpu: 2, priority: 100 }).candidates).toEqual({ n: [['B', 'A'], 0] });
});

test('selectVictims takes the younger of equal priority, and of the same age the one placed last', () => {
  const scene = createScene(['n']);
  scene.run('young', 'n', { cpu: 1 }, 2000);
  scene.run('old', 'n', { cpu: 1 }, 1000);
  scene.run('old too', 'n', { cpu: 1 }, 1000);
  scene.run('oldest', 'n', { cpu: 1 }, 500);
  expect(scene.preempt({ cpu: 1, priority: 1 }).victims).toEqual(['young']);
  expect(scene.preempt({ cpu: 2, priority: 1 }).victims).toEqual(['old too', 'young']);
});

test('selectVictims leaves tasks of equal and higher priority alone', () => {
  const scene = createScene(['n']);
  scene.run('peer', 'n', { cpu: 4, priority: 7 });
  expect(scene.preempt({ cpu: 1, priority: 7 })).toMatchObject({
    nominated: 'none',
    message: '0/1 nodes are available: 1 No preemption victims found for incoming pod.',
  });
});

test('selectVictims counts the room of nominated pods as taken', () => {
  const scene = createScene(['n']);
  scene.run('small', 'n', { cpu: 1 });
  scene.run('large', 'n', { cpu: 3 });
  // Without the nomination, evicting either small or large would do; with it 1 + 3 must go together.
  scene.nominate('n', { cpu: 3, priority: 5 });
  expect(scene.preempt({ cpu: 1, priority: 5 }).victims).toEqual(['small', 'large']);
  // A pod of higher priority does not care.
  expect(scene.preempt({ cpu: 1, priority: 6 }).victims).toEqual(['large']);
});

const anti = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'a' } } },
      ],
    },
  },
};

test('selectVictims evicts the pods that anti-affinity is about, and no others', () => {
  const scene = createScene(['n']);
  scene.run('other', 'n', { cpu: 1, labels: { app: 'b' } });
  scene.run('rival', 'n', { cpu: 1, labels: { app: 'a' } });
  expect(scene.preempt({ cpu: 1, priority: 1, spec: anti }).victims).toEqual(['rival']);
  // The other way round: the anti-affinity is that of a pod on the node.
  const hostile = createScene(['n']);
  hostile.run('hostile', 'n', { cpu: 1, spec: anti });
  hostile.run('other', 'n', { cpu: 1 });
  expect(hostile.preempt({ cpu: 1, priority: 1, labels: { app: 'a' } }).victims).toEqual(['hostile']);
});

test('selectVictims evicts the pod that holds a wanted host port', () => {
  const port = {
    containers: [{ image: 'web:1', ports: [{ hostPort: 80, hostIP: '10.0.0.1' }], resources: {} }],
  };
  const scene = createScene(['n']);
  scene.run('other', 'n', { cpu: 1 });
  scene.run('web', 'n', { spec: port });
  expect(scene.preempt({ priority: 1, spec: port }).victims).toEqual(['web']);
});
