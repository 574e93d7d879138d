import { expect, test } from 'vitest';
import { InstanceImages } from '../../src/model/instance-images.ts';

test('InstanceImages counts the instances that have an image, each once, until they are cleared', () => {
  const images = new InstanceImages();
  images.grow(1);
  expect([images.add(0, 7), images.add(0, 7), images.count(7)]).toEqual([true, false, 1]);
  images.grow(3);
  images.add(2, 7);
  images.add(2, 9);
  expect([images.has(0, 7), images.has(1, 7), images.has(2, 7), images.count(7)]).toEqual([
    true,
    false,
    true,
    2,
  ]);
  images.clear(2);
  expect([images.has(2, 7), images.has(2, 9), images.count(7), images.count(9)]).toEqual([
    false,
    false,
    1,
    0,
  ]);
});
