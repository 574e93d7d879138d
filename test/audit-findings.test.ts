import { expect, test } from 'vitest';
import type { Autoscaler } from '../src/model/plan.ts';
import { SECOND } from '../src/units.ts';
import { group, job, plan, platform, seconds, template } from './support/plans.ts';
import { play } from './support/play.ts';

const demand = (idleS: number): Autoscaler => ({
  kind: 'demand',
  intervalMs: 10 * SECOND,
  idleMs: idleS * SECOND,
});
