import { GIB } from '../../src/units.ts';
import { DEMAND, group, job, plan, platform, seconds, template } from './plans.ts';
import { play, type PlayedRun } from './play.ts';

/** 4 vCPU at 0.36 USD per vCPU-hour. */
export const HOST_USD_PER_S = 0.0004;
/** 30 GiB at 0.08 USD per GB-month; March has 2,678,400 s. */
export const VOLUME_USD_PER_S: number = (30 * 0.08) / 2_678_400;

/**
 * 1,000 s on instances of 4 vCPU and 16 GiB, one there from the start and at most one more (5 s to launch, 15 s to
 * boot):
 *
 *   whole  4 vCPU,  8 GiB  at 0 for 100 s, on the first instance
 *   half   2 vCPU,  4 GiB  two at 0, for 50 s after 10 s of start-up: they wait; the look at 10 asks for the second
 *                          instance, which runs from 15, takes both at 30, is empty from 90 and ends at 150
 *   huge   5 vCPU          at 0: no instance could take it
 *   late   1 vCPU,  1 GiB  at 990 for 100 s: still running at the end
 */
export function smallDay(): PlayedRun {
  const sized = (vcpus: number, gib: number, startS = 0) =>
    template({ cpuMilli: vcpus * 1000, memoryBytes: gib * GIB, startup: seconds(startS) });
  const jobs = [
    job('whole', { runS: 100, template: sized(4, 8) }),
    job('half', { runS: 50, count: 2, template: sized(2, 4, 10) }),
    job('huge', { template: sized(5, 1) }),
    job('late', { at: [990], runS: 100, template: sized(1, 1) }),
  ];
  const fleet = [group({ min: 1, max: 2 }, { launch: seconds(5), boot: seconds(15) })];
  return play(plan({ jobs }, { fleet, horizonS: 1000 }), platform('bare', {}, { autoscaler: DEMAND }));
}
