import { readFileSync, readdirSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  readEbsPrices,
  readEdition,
  readInstancePrices,
  readRegions,
  readServicePrices,
  readShapes,
} from '../../src/io/catalogue-data.ts';

const DATA = new URL('../../data/', import.meta.url);
const shapes = readShapes();
const regions = readRegions();

test('readEdition() names this edition', () => {
  expect(readEdition()).toEqual({ id: 'aws-2026-08', date: '2026-08-21' });
});

test('readShapes() has sound figures for every type', () => {
  expect(shapes.names.length).toBe(1377);
  for (const name of shapes.names) {
    const shape = shapes.get(name)!;
    expect(shapes.get(name)).toBe(shape);
    expect(shape.name).toBe(name);
    expect(name).toMatch(/^[a-z0-9-]+\.[a-z0-9-]+$/);
    expect(shape.vcpus).toBeGreaterThan(0);
    expect(shape.linuxMemoryMiB).toBeGreaterThan(shape.memoryMiB * 0.75);
    expect(shape.linuxMemoryMiB).toBeLessThan(shape.memoryMiB);
    expect(shape.eksAllocatable.memoryMiB).toBeLessThan(shape.linuxMemoryMiB);
    expect(shape.maxPods).toBeGreaterThanOrEqual(4);
  }
  const withoutGain = shapes.names.filter((name) => {
    const { plain, trunked } = shapes.get(name)!.awsvpcTasks;
    return trunked < plain;
  });
  // the guide says 14 without and 12 with trunking
  expect(withoutGain).toEqual(['u-6tb1.56xlarge']);
  expect(shapes.get('nothing.large')).toBeUndefined();
});

test('readInstancePrices() knows 13,963 prices of types whose shape is known, all positive', () => {
  const price = readInstancePrices();
  let known = 0;
  for (const type of shapes.names) {
    for (const region of regions.keys()) {
      const priceE10 = price(type, region);
      if (priceE10 === undefined) continue;
      known += 1;
      expect(priceE10 > 0n).toBe(true);
    }
  }
  expect(known).toBe(13_963);
  expect(price('m5.large', 'nowhere')).toBeUndefined();
  expect(price('nothing', 'us-east-1')).toBeUndefined();
});

test('the price tables speak of the same regions, every one with instance prices', () => {
  const header = readFileSync(new URL('on-demand-linux.csv', DATA), 'utf8').split('\n')[0]!;
  expect(header.split(',').slice(1)).toEqual([...regions.keys()]);
  for (const region of [...readEbsPrices().keys(), ...readServicePrices().keys()]) {
    expect(regions.has(region)).toBe(true);
  }
  expect([...readEbsPrices().keys()]).toEqual([...readServicePrices().keys()]);
});

test('types with a price but no shape are not in the table', () => {
  const rows = readFileSync(new URL('on-demand-linux.csv', DATA), 'utf8').trimEnd().split('\n').slice(1);
  const names = rows.map((row) => row.slice(0, row.indexOf(',')));
  expect(names.filter((name) => shapes.get(name) === undefined)).toEqual([]);
  expect([...new Set(names)].sort()).toEqual(names);
});

test('the files stay small', () => {
  const sizes = readdirSync(DATA).map((file) => statSync(new URL(file, DATA)).size);
  expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThan(900_000);
});
