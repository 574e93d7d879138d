import { describe, expect, test } from 'vitest';
import { createResourceTable, LANE, UNLIMITED } from '../../src/model/resources.ts';
import { FreeRoom } from '../../src/telemetry/free-room.ts';
import type { TypicalTask } from '../../src/telemetry/typical-tasks.ts';
import { MIB } from '../../src/units.ts';

const resources = createResourceTable({ cpuPerVcpu: 1000 });
const amounts = (cpu: number, memory: number, gpus = 0) => [
  cpu,
  memory * MIB,
  100,
  UNLIMITED,
  gpus * 1000,
  UNLIMITED,
];
const asked = (cpu: number, memory: number, gpu: TypicalTask['gpu'] = null): number[] => [
  cpu,
  memory * MIB,
  1,
  0,
  gpu === null ? 0 : gpu.count * gpu.milli,
  0,
];
const typical = (
  share: number,
  cpu: number,
  memory: number,
  gpu: TypicalTask['gpu'] = null,
): TypicalTask => ({
  requests: asked(cpu, memory, gpu),
  gpu,
  share,
});
const roomOf = (free: readonly number[], kinds: readonly TypicalTask[], median = asked(0, 0), gpus = 0) => {
  const shape = {
    typeName: 't',
    groupName: 'g',
    capacity: free,
    allocatable: free,
    gpuDevices: gpus,
    gpuModel: 'T4',
    labels: new Map(),
    taints: [],
  };
  const room = new FreeRoom(shape, { typical: kinds, median, resources });
  room.look();
  return room;
};

describe('fragmentation of CPU', () => {
  // Half of the tasks ask for (1, 2), three in ten for (2, 4), two for (4, 16), in CPU and memory.
  const mix = [typical(0.5, 1, 2), typical(0.3, 2, 4), typical(0.2, 4, 16)];
  test.each([
    // Everything fits.
    { free: [4, 16], lost: 0 },
    // (4, 16) does not: .2 × 3
    { free: [3, 16], lost: 0.6 },
    // Only (1, 2) does: .3 × 4 + .2 × 4
    { free: [4, 3], lost: 2 },
    // Nothing does: 1
    { free: [1, 1], lost: 1 },
  ])('of $free free is $lost', ({ free, lost }) => {
    expect(roomOf(amounts(free[0]!, free[1]!), mix).fragmentedCpu).toBeCloseTo(lost, 12);
  });
});

describe('fragmentation of GPUs', () => {
  const half = typical(0.5, 1, 1, { count: 1, milli: 500, models: [] });
  const two = typical(0.3, 1, 1, { count: 2, milli: 1000, models: [] });
  const none = typical(0.2, 1, 1);

  test('two free devices: only the task without GPUs cannot use them', () => {
    // .2 × 2000
    expect(roomOf(amounts(8, 8, 2), [half, two, none], asked(1, 1), 2).fragmentedGpu).toBeCloseTo(400, 9);
  });

  test('a device with too little room is lost to those that fit on the other one, both to those that do not', () => {
    const room = roomOf(amounts(8, 8, 2), [half, two, none], asked(1, 1), 2);
    room.take(
      {
        requests: Float64Array.from([0, 0, 0, 0, 700, 0]),
        gpu: { count: 1, milli: 700, models: [] },
      } as never,
      0b01,
    );
    room.look();
    // Free 300 and 1000. Half: .5 × 300; two: .3 × 1300; none: .2 × 1300
    expect(room.fragmentedGpu).toBeCloseTo(150 + 390 + 260, 9);
    room.release(
      {
        requests: Float64Array.from([0, 0, 0, 0, 700, 0]),
        gpu: { count: 1, milli: 700, models: [] },
      } as never,
      0b01,
    );
    room.look();
    expect(room.fragmentedGpu).toBeCloseTo(400, 9);
  });

  test('devices of another model are lost', () => {
    const other = typical(1, 1, 1, { count: 1, milli: 500, models: ['V100'] });
    expect(roomOf(amounts(8, 8, 2), [other], asked(1, 1), 2).fragmentedGpu).toBe(2000);
  });
});

describe('holes', () => {
  test.each([
    // min(⌊7/2⌋, ⌊9/3⌋) = 3
    { free: [7, 9], median: asked(2, 3), holes: 3 },
    { free: [7, 2], median: asked(2, 3), holes: 0 },
    // A resource that the median task does not ask for does not count.
    { free: [7, 0], median: asked(2, 0), holes: 3 },
  ])('of $median in $free: $holes', ({ free, median, holes }) => {
    expect(roomOf(amounts(free[0]!, free[1]!), [], median).holes).toBe(holes);
  });

  test('places are a resource too', () => {
    const free = amounts(100, 100);
    free[LANE.slots] = 4;
    expect(roomOf(free, [], asked(1, 1)).holes).toBe(4);
  });
});

test.each([
  { free: [7, 9], stranded: 0b000 },
  // Less memory than the median: CPU (and GPUs) are stranded.
  { free: [7, 2], stranded: 0b101 },
  { free: [1, 9], stranded: 0b110 },
  { free: [1, 2], stranded: 0b111 },
])('of $free free, stranded lanes are $stranded', ({ free, stranded }) => {
  expect(roomOf(amounts(free[0]!, free[1]!), [], asked(2, 3)).strandedLanes).toBe(stranded);
});
