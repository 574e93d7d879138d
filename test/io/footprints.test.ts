import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/io/catalogue.ts';
import { footprintsOf } from '../../src/io/footprints.ts';
import type { InstanceType } from '../../src/model/instance-type.ts';

const catalogue = loadCatalogue();
const typeOf = (name: string) => catalogue.type(name, 'us-east-1') as InstanceType;
const footprint = (name: string) => footprintsOf([typeOf(name)], 'us-east-1').types.get(name);

describe('footprintsOf()', () => {
  test.each([
    ['us-east-1', 379.069],
    ['us-east-2', 410.608],
    ['us-west-2', 322.167],
    ['eu-west-1', 278.6],
    ['eu-central-1', 311],
    ['eu-north-1', 8.8],
    ['il-central-1', null],
  ] as const)('the grid of %s', (region, grams) => {
    expect(footprintsOf([], region).gridGramsPerKwh).toBe(grams);
  });

  test('processors by family, and by size where a size has its own', () => {
    expect(footprint('m5.xlarge')).toMatchObject({
      perVcpu: { minWatts: 0.65, maxWatts: 4.26 },
      serverVcpus: 96,
    });
    expect(footprint('m6g.large')).toMatchObject({ perVcpu: { minWatts: 0.47, maxWatts: 1.69 } });
    expect(footprint('c5.large')).toMatchObject({ perVcpu: { minWatts: 0.65, maxWatts: 4.26 } });
    expect(footprint('c5.24xlarge')).toMatchObject({ perVcpu: { minWatts: 0.64, maxWatts: 3.97 } });
  });

  test('GPUs by model', () => {
    expect(footprint('g4dn.xlarge')).toMatchObject({ gpus: 1, perGpu: { minWatts: 8, maxWatts: 71 } });
  });

  test('knows nothing of a type that a scenario makes up, whatever its name, and of processors without a source', () => {
    const made = { ...typeOf('m5.xlarge'), name: 'm5.huge' };
    expect(footprintsOf([made], 'us-east-1').types.get('m5.huge')).toMatchObject({
      perVcpu: null,
      embodiedGrams: null,
    });
    expect(footprint('a1.large')).toMatchObject({ perVcpu: null, embodiedGrams: 1_022_210 });
  });
});
