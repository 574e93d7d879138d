import { expect, test } from 'vitest';
import {
  drainability,
  type DrainQuestion,
  type DrainSettings,
  isMirror,
} from '../../../src/controllers/cluster-autoscaler/drainability.ts';
import type { TaskClass } from '../../../src/model/task-class.ts';
import { HOUR } from '../../../src/units.ts';

const DEFAULTS: DrainSettings = {
  protects: 'nothing',
  skipsSystemPods: true,
  systemPodTimeoutMs: HOUR,
  skipsLocalStorage: true,
  skipsCustomControllers: true,
};

interface Case {
  readonly controller?: string;
  readonly safe?: string;
  readonly localStorage?: true;
  readonly system?: true;
  readonly ask?: Partial<DrainQuestion>;
  readonly settings?: Partial<DrainSettings>;
}

function fate({ controller = 'ReplicaSet', safe, localStorage, system, ask, settings }: Case): string {
  const annotations = safe === undefined ? {} : { 'cluster-autoscaler.kubernetes.io/safe-to-evict': safe };
  const taskClass = {
    namespace: system ? 'kube-system' : 'default',
    groupKind: 'service',
    native: {
      metadata: { annotations, ...(controller !== '' && { controller }) },
      spec: { ...(localStorage && { localStorage }) },
    },
  } as unknown as TaskClass;
  const question = { ageMs: 0, isCovered: false, isOverdrawn: false, ...ask };
  return drainability(taskClass, { ...DEFAULTS, ...settings }, question);
}

// Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 simulator/drainability/rules: an earlier rule answers first.
test.each<[Case, string]>([
  [{}, 'moves'],
  // Safe to evict is asked about before everything else, budgets included.
  [{ controller: '', localStorage: true, safe: 'true', ask: { isOverdrawn: true } }, 'moves'],
  [{ controller: '', safe: 'on-completion' }, 'waits'],
  [{ controller: '' }, 'blocks'],
  [{ controller: 'Workflow' }, 'blocks'],
  [{ controller: 'Workflow', settings: { skipsCustomControllers: false } }, 'moves'],
  [{ controller: '', settings: { skipsCustomControllers: false } }, 'blocks'],
  [{ controller: 'ReplicationController' }, 'moves'],
  [{ system: true, ask: { ageMs: HOUR } }, 'blocks'],
  // After the hour nothing else is asked: neither the annotation nor files on the node hold it.
  [{ system: true, localStorage: true, safe: 'false', ask: { ageMs: HOUR + 1 } }, 'moves'],
  [{ system: true, ask: { isCovered: true } }, 'moves'],
  [{ system: true, ask: { isCovered: true, isOverdrawn: true } }, 'blocks'],
  [{ safe: 'false' }, 'blocks'],
  [{ localStorage: true }, 'blocks'],
  [{ ask: { isCovered: true, isOverdrawn: true } }, 'blocks'],
])('drainability(): %j %s', (one, expected) => {
  expect(fate(one)).toBe(expected);
});

test('isMirror() knows pods of a node by their owner', () => {
  const of = (controller: string) => ({ native: { metadata: { controller } } }) as unknown as TaskClass;
  expect(isMirror(of('Node'))).toBe(true);
  expect(isMirror(of('DaemonSet'))).toBe(false);
});
