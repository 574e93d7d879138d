import { expect, test } from 'vitest';
import { type TypeProblem, customType, loadCatalogue } from '../../src/io/catalogue.ts';
import type { InstanceType } from '../../src/model/instance-type.ts';
import { formatPriceE10, parsePriceE10 } from '../../src/units.ts';

const catalogue = loadCatalogue();

function known(name: string, region = 'us-east-1'): InstanceType {
  const type = catalogue.type(name, region);
  if ('problem' in type) throw new Error(`${name}: ${type.problem}`);
  return type;
}

function problem(name: string, region = 'us-east-1'): TypeProblem {
  const type = catalogue.type(name, region);
  if (!('problem' in type)) throw new Error(`${name} has no problem`);
  return type;
}

test('loadCatalogue() reads once per process', () => {
  expect(loadCatalogue()).toBe(catalogue);
  expect(catalogue).toMatchObject({ id: 'aws-2026-08', date: '2026-08-21' });
});

test.each([
  { name: 'm5.large', vcpus: 2, memoryMiB: 8192, price: '0.096 USD/h' },
  { name: 't2.medium', vcpus: 2, memoryMiB: 4096, price: '0.0464 USD/h' },
  { name: 'c5.xlarge', vcpus: 4, memoryMiB: 8192, price: '0.17 USD/h' },
  { name: 'r5.2xlarge', vcpus: 8, memoryMiB: 65_536, price: '0.504 USD/h' },
  { name: 'm6i.xlarge', vcpus: 4, memoryMiB: 16_384, price: '0.192 USD/h' },
  { name: 'p3.2xlarge', vcpus: 8, memoryMiB: 62_464, price: '3.06 USD/h' },
  { name: 'g4dn.xlarge', vcpus: 4, memoryMiB: 16_384, price: '0.526 USD/h' },
  { name: 'm4.large', vcpus: 2, memoryMiB: 8192, price: '0.1 USD/h' },
  { name: 't3.micro', vcpus: 2, memoryMiB: 1024, price: '0.0104 USD/h' },
  { name: 'm7g.large', vcpus: 2, memoryMiB: 8192, price: '0.0816 USD/h' },
])('type() knows $name in us-east-1 at the public price', ({ name, vcpus, memoryMiB, price }) => {
  const type = known(name);
  expect(type).toMatchObject({ name, vcpus, memoryMiB });
  expect(formatPriceE10(type.priceE10PerHour)).toBe(price);
});

test.each([
  // nominal, measured by Linux, allocatable on EKS, pods
  { name: 't3.micro', linux: 904, eks: 505, cpu: 1930, pods: 4 },
  { name: 't2.medium', linux: 3904, eks: 3362, cpu: 1930, pods: 17 },
  { name: 't3.medium', linux: 3827, eks: 3285, cpu: 1930, pods: 17 },
  { name: 'c5.large', linux: 3785, eks: 3111, cpu: 1930, pods: 29 },
  { name: 'm5.large', linux: 7811, eks: 7137, cpu: 1930, pods: 29 },
  { name: 'm5.xlarge', linux: 15_611, eks: 14_618, cpu: 3920, pods: 58 },
  { name: 'r5.2xlarge', linux: 63_586, eks: 62_593, cpu: 7910, pods: 58 },
  { name: 'm5.24xlarge', linux: 382_831, eks: 374_369, cpu: 95_690, pods: 737 },
])('type() knows what $name really offers', ({ name, linux, eks, cpu, pods }) => {
  expect(known(name)).toMatchObject({
    linuxMemoryMiB: linux,
    eksAllocatable: { cpuMilli: cpu, memoryMiB: eks },
    maxPods: pods,
  });
});

test.each([
  // interfaces on the default card × (addresses - 1) + 2: 8 × 49 + 2 and 2 × 49 + 2
  { name: 'c6in.32xlarge', maxEnis: 16, maxPods: 394 },
  { name: 'p5.48xlarge', maxEnis: 64, maxPods: 100 },
])('type() counts pods of $name by its default network card', ({ name, maxEnis, maxPods }) => {
  expect(known(name)).toMatchObject({ maxEnis, maxPods });
});

test.each([
  { name: 'a1.medium', plain: 1, trunked: 10 },
  { name: 'm5.large', plain: 2, trunked: 10 },
  { name: 'c5.xlarge', plain: 3, trunked: 20 },
  { name: 'r5.2xlarge', plain: 3, trunked: 40 },
  { name: 'm6i.8xlarge', plain: 7, trunked: 90 },
  { name: 'm6i.12xlarge', plain: 7, trunked: 120 },
  { name: 'c5.9xlarge', plain: 7, trunked: 60 },
  { name: 'm5.24xlarge', plain: 14, trunked: 120 },
  { name: 'g5.48xlarge', plain: 6, trunked: 120 },
  // no trunking: one interface is the instance's own
  { name: 't3.micro', plain: 1, trunked: 1 },
  { name: 't3.large', plain: 2, trunked: 2 },
  { name: 't3.2xlarge', plain: 3, trunked: 3 },
])('type() knows the awsvpc tasks of $name', ({ name, plain, trunked }) => {
  expect(known(name).awsvpcTasks).toEqual({ plain, trunked });
});

test.each([
  { name: 'p3.16xlarge', gpus: { count: 8, model: 'v100' } },
  { name: 'g5.xlarge', gpus: { count: 1, model: 'a10g' } },
  // a fraction of a GPU is not a GPU that a task can have
  { name: 'g6f.large', gpus: null },
  { name: 'm5.large', gpus: null },
])('type() knows the GPUs of $name', ({ name, gpus }) => {
  expect(known(name).gpus).toEqual(gpus);
});

test('type() suggests the same family first, at most three', () => {
  expect(problem('m5.xlage')).toEqual({
    problem: 'unknown-type',
    nearest: ['m5.xlarge', 'm5.large', 'm5.2xlarge'],
    regions: [],
  });
  expect(problem('m5large').nearest[0]).toBe('m5.large');
  expect(problem('zz')).toEqual({ problem: 'unknown-type', nearest: [], regions: [] });
});

test('type() without a price names regions that have one and types that this region has', () => {
  const { problem: kind, nearest, regions } = problem('m8g.large', 'eu-west-1');
  expect(kind).toBe('no-price');
  expect(regions).toEqual(['us-east-1', 'us-gov-east-1', 'us-gov-west-1']);
  expect(nearest[0]).toBe('m6g.large');
  for (const name of nearest) expect(known(name, 'eu-west-1').priceE10PerHour).toBeGreaterThan(0n);
  expect(problem('mac1.metal')).toMatchObject({ problem: 'no-price', regions: [] });
});

test('type() in an unknown region suggests regions', () => {
  expect(problem('m5.large', 'eu-west-9')).toMatchObject({ problem: 'unknown-region' });
  expect(problem('m5.large', 'us-eats-1').nearest[0]).toBe('us-east-1');
  // words that JavaScript objects know are no types or regions
  expect(problem('constructor').problem).toBe('unknown-type');
  expect(problem('m5.large', '__proto__').problem).toBe('unknown-region');
});

test('regions and zones() are real and in order', () => {
  expect(catalogue.regions).toHaveLength(31);
  expect([...catalogue.regions].sort()).toEqual(catalogue.regions);
  expect(catalogue.zones('us-west-1')).toEqual(['us-west-1b', 'us-west-1c']);
  expect(catalogue.zones('us-gov-east-1')).toHaveLength(3);
  for (const region of catalogue.regions) {
    expect(catalogue.zones(region).length).toBeGreaterThanOrEqual(2);
    for (const zone of catalogue.zones(region)) expect(zone.slice(0, -1)).toBe(region);
  }
});

test('pricesAsOf() tells how old the instance prices are', () => {
  expect(catalogue.pricesAsOf('us-east-1')).toBe('2026-07');
  expect(catalogue.pricesAsOf('eu-west-1')).toBe('2024-04');
});

test('zones(), ebsPrices(), servicePrices(), pricesAsOf() and search() refuse an unknown region', () => {
  const asks = [catalogue.zones, catalogue.ebsPrices, catalogue.servicePrices, catalogue.pricesAsOf];
  for (const ask of [...asks, (region: string) => catalogue.search({ region })]) {
    expect(() => ask('us-eats-1')).toThrow("E1204: Cannot use region 'us-eats-1'");
  }
});

test('ebsPrices() are exact, and missing where nobody knows them', () => {
  expect(catalogue.ebsPrices('us-east-1')).toEqual({
    gp2: { gbMonthE10: parsePriceE10('0.1'), iopsMonthTiers: null, mibpsMonthE10: null },
    gp3: {
      gbMonthE10: parsePriceE10('0.08'),
      iopsMonthTiers: [{ upTo: null, priceE10: parsePriceE10('0.005') }],
      mibpsMonthE10: parsePriceE10('0.04'),
    },
  });
  expect(catalogue.ebsPrices('ca-west-1')).toEqual({});
});

test('servicePrices() are exact, and null where nobody knows them', () => {
  expect(catalogue.servicePrices('eu-west-1')).toEqual({
    eksClusterE10PerHour: parsePriceE10('0.1'),
    loadBalancerE10PerHour: {
      application: parsePriceE10('0.0252'),
      network: parsePriceE10('0.0252'),
      classic: parsePriceE10('0.028'),
    },
  });
  expect(catalogue.servicePrices('ca-west-1').eksClusterE10PerHour).toBeNull();
});

test('search() finds the cheapest first, equal prices by name', () => {
  const found = catalogue.search({
    region: 'us-east-1',
    minVcpus: 4,
    minMemoryMiB: 16_384,
    architecture: 'amd64',
  });
  expect(found.slice(0, 2).map(({ name }) => name)).toEqual(['t3a.xlarge', 't3.xlarge']);
  for (const [index, type] of found.entries()) {
    const before = found[index - 1];
    if (!before) continue;
    const isOrdered =
      before.priceE10PerHour < type.priceE10PerHour ||
      (before.priceE10PerHour === type.priceE10PerHour && before.name < type.name);
    expect(isOrdered).toBe(true);
  }
});

test('search() keeps to every bound, bounds included', () => {
  const names = (query: object) =>
    catalogue.search({ region: 'us-east-1', ...query }).map(({ name }) => name);
  expect(names({ family: 'm5', maxVcpus: 4 })).toEqual(['m5.large', 'm5.xlarge']);
  expect(names({ family: 'm5', minVcpus: 96 })).toEqual(['m5.24xlarge', 'm5.metal']);
  expect(names({ family: 't3', maxMemoryMiB: 1024 })).toEqual(['t3.nano', 't3.micro']);
  expect(names({ family: 'm5', maxPriceE10PerHour: parsePriceE10('0.096') })).toEqual(['m5.large']);
  expect(names({ family: 'g5', minGpus: 4 })).toEqual(['g5.12xlarge', 'g5.24xlarge', 'g5.48xlarge']);
  expect(names({ family: 'm5', architecture: 'arm64' })).toEqual([]);
});

test('search() leaves out what has no price in the region', () => {
  expect(catalogue.search({ region: 'eu-west-1', family: 'm8g' })).toEqual([]);
});

test('customType() fills in what the formulas give', () => {
  // Nitro: floor(0.966 × 16384 - 128) = 15698; 110 pods reserve 1465 MiB, and 100; 4 vCPUs keep 80m
  expect(customType({ name: 'box', vcpus: 4, memoryMiB: 16_384, priceE10PerHour: 1n })).toEqual({
    name: 'box',
    vcpus: 4,
    memoryMiB: 16_384,
    architecture: 'amd64',
    gpus: null,
    maxEnis: 4,
    ipv4PerEni: 15,
    maxPods: 110,
    awsvpcTasks: { plain: 3, trunked: 3 },
    linuxMemoryMiB: 15_698,
    eksAllocatable: { cpuMilli: 3920, memoryMiB: 14_133 },
    priceE10PerHour: 1n,
  });
});

test('customType() with network limits has the pods of those limits', () => {
  const type = customType({
    name: 'n',
    vcpus: 2,
    memoryMiB: 8192,
    priceE10PerHour: 0n,
    maxEnis: 3,
    ipv4PerEni: 10,
  });
  expect(type).toMatchObject({ maxPods: 29, awsvpcTasks: { plain: 2, trunked: 2 }, priceE10PerHour: 0n });
});

test.each([
  { vcpus: 1, maxEnis: 3 },
  { vcpus: 2, maxEnis: 3 },
  { vcpus: 8, maxEnis: 4 },
  { vcpus: 16, maxEnis: 8 },
  { vcpus: 96, maxEnis: 15 },
])('customType() of $vcpus vCPUs has as many interfaces as an m5 of that size', ({ vcpus, maxEnis }) => {
  expect(customType({ name: 'n', vcpus, memoryMiB: 8192, priceE10PerHour: 0n }).maxEnis).toBe(maxEnis);
});

test('customType() takes every figure that is given, so a type of the catalogue survives it', () => {
  for (const name of ['m5.large', 'g5.48xlarge', 't3.nano', 'a1.medium']) {
    expect(customType(known(name))).toEqual(known(name));
  }
});
