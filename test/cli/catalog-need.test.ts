import { expect, test } from 'vitest';
import { readNeed } from '../../src/cli/catalog-need.ts';
import { InputError } from '../../src/errors.ts';

test.each([
  [
    '4 vCPU, 16 GiB, arm64, under 0.15 USD/h',
    { minVcpus: 4, minMemoryMiB: 16_384, architecture: 'arm64', maxPriceE10PerHour: 1_499_999_999n },
  ],
  ['at most $0.15 per hour', { maxPriceE10PerHour: 1_500_000_000n }],
  ['<= 2 USD/h and 8 cores', { maxPriceE10PerHour: 20_000_000_000n, minVcpus: 8 }],
  ['at least 2 cpus, 8GB of memory', { minVcpus: 2, minMemoryMiB: 7630 }],
  ['2 GPUs', { minGpus: 2 }],
  ['a T4 GPU, Graviton', { minGpus: 1, gpuModel: 't4', architecture: 'arm64' }],
  ['no gpu, x86', { noGpus: true, architecture: 'amd64' }],
  ['family m6i, in eu-west-1', { family: 'm6i', region: 'eu-west-1' }],
  ['us-gov-west-1', { region: 'us-gov-west-1' }],
])('readNeed() of %s', (text, need) => {
  expect(readNeed(text)).toEqual(need);
});

test.each([
  ['', '--need says nothing'],
  ['4 vCPU, 12 foo, bar', "cannot read '12 foo' and 'bar' in --need"],
  ['4', "cannot read '4' in --need"],
  ['4 vCPU, 8 cores', "--need says '8 cores' of something said before"],
  ['0.123456789012 USD/h', "cannot read '0.123456789012 USD/h' in --need"],
])('readNeed() refuses %j: %s', (text, message) => {
  expect(() => readNeed(text)).toThrow(InputError);
  expect(() => readNeed(text)).toThrow(message);
});
