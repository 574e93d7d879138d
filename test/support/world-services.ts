import fc from 'fast-check';
import type { ServicePlan } from '../../src/model/plan.ts';
import { GIB, MINUTE } from '../../src/units.ts';

type Scaling = NonNullable<ServicePlan['scaling']>;

/** What a task of a random world asks for. */
export const taskSize = fc.constantFrom(
  { cpuMilli: 500, memoryBytes: GIB },
  { cpuMilli: 1000, memoryBytes: 2 * GIB },
  { cpuMilli: 2000, memoryBytes: 3 * GIB },
);

/** Follows a load that doubles and falls; `scheduled` beside it. */
export function scaledService(
  ...scheduled: Scaling['scheduled']
): Required<Pick<ServicePlan, 'load' | 'scaling'>> {
  return {
    load: {
      requests: [
        { atMs: 0, perHour: 36_000 },
        { atMs: 10 * MINUTE, perHour: 144_000 },
        { atMs: 25 * MINUTE, perHour: 18_000 },
      ],
      repeatMs: null,
      cpuMs: 100,
      memoryBytes: 0,
      memoryBytesPerRequest: 0,
    },
    scaling: {
      minCapacity: 1,
      maxCapacity: 8,
      targets: [{ metric: 'cpu', value: 60, scaleInCooldownMs: 60_000, disableScaleIn: false }],
      steps: [],
      scheduled,
    },
  };
}
