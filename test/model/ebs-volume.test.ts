import { expect, test } from 'vitest';
import { type VolumeRequest, volumeProblem } from '../../src/model/ebs-volume.ts';

test.each<VolumeRequest>([
  { type: 'gp2', sizeGiB: 1 },
  { type: 'gp2', sizeGiB: 16_384 },
  { type: 'gp3', sizeGiB: 1 },
  { type: 'gp3', sizeGiB: 1, iops: 3000, throughputMiBps: 125 },
  { type: 'gp3', sizeGiB: 32, iops: 16_000, throughputMiBps: 1000 },
  { type: 'gp3', sizeGiB: 7, iops: 3001, throughputMiBps: 750 },
  { type: 'io1', sizeGiB: 10, iops: 500 },
  { type: 'io2', sizeGiB: 65_536, iops: 256_000 },
  { type: 'st1', sizeGiB: 125 },
  { type: 'standard', sizeGiB: 1024 },
])(
  'volumeProblem() has nothing against $type with $sizeGiB GiB, $iops IOPS, $throughputMiBps MiB/s',
  (volume) => {
    expect(volumeProblem(volume)).toBeUndefined();
  },
);

test.each<VolumeRequest & { problem: string }>([
  { type: 'gp2', sizeGiB: 16_385, problem: 'a gp2 volume has 1 to 16384 GiB, not 16385' },
  { type: 'gp2', sizeGiB: 1.5, problem: 'a gp2 volume has 1 to 16384 GiB, not 1.5' },
  { type: 'gp2', sizeGiB: 10, iops: 100, problem: 'IOPS of a gp2 volume cannot be chosen' },
  { type: 'gp3', sizeGiB: 100, iops: 2999, problem: 'a gp3 volume has 3000 to 16000 IOPS, not 2999' },
  { type: 'gp3', sizeGiB: 6, iops: 3001, problem: 'a gp3 volume of 6 GiB has at most 3000 IOPS, not 3001' },
  {
    type: 'gp3',
    sizeGiB: 100,
    iops: 3000,
    throughputMiBps: 751,
    problem: 'a gp3 volume with 3000 IOPS has at most 750 MiB/s, not 751',
  },
  { type: 'gp3', sizeGiB: 100, throughputMiBps: 124, problem: 'a gp3 volume has 125 to 1000 MiB/s, not 124' },
  { type: 'io1', sizeGiB: 10, iops: 501, problem: 'a io1 volume of 10 GiB has at most 500 IOPS, not 501' },
  { type: 'io2', sizeGiB: 10, problem: 'a io2 volume needs a number of IOPS' },
  { type: 'st1', sizeGiB: 124, problem: 'a st1 volume has 125 to 16384 GiB, not 124' },
  { type: 'sc1', sizeGiB: 125, throughputMiBps: 250, problem: 'throughput of a sc1 volume cannot be chosen' },
])('volumeProblem() says: $problem', ({ problem, ...volume }) => {
  expect(volumeProblem(volume)).toBe(problem);
});
