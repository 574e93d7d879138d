import { describe, test } from 'vitest';
import type { TaskClassSpec } from '../../../src/model/task-class.ts';
import { kubernetesScheduler } from '../../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { kubernetesResourceTable } from '../../../src/schedulers/kubernetes/resource-names.ts';
import { checkSchedulerLaws, type LawOptions } from '../../support/laws.ts';

const resources = kubernetesResourceTable([]);
const laws: LawOptions = {
  resources,
  zoneLabel: 'topology.kubernetes.io/zone',
  nameLabel: 'kubernetes.io/hostname',
  memoryless: false,
  dress: (spec: TaskClassSpec) => spec,
  numRuns: 300,
};

describe('laws', () => {
  test.each([
    ['defaults', {}],
  ])('kubernetes with %s', (_name, options) => {
    checkSchedulerLaws(kubernetesScheduler, options, laws);
  });
});
