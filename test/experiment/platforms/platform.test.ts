import { describe, expect, test } from 'vitest';
import {
  hostPortsOf,
  NEUTRAL_KEYS,
  neutralClass,
  shapeCache,
  translateWhere,
} from '../../../src/experiment/platforms/platform.ts';
import { createResourceTable, LANE } from '../../../src/model/resources.ts';
import { GIB } from '../../../src/units.ts';
import { group, template } from '../../support/plans.ts';

const WORDS = { zone: 'Z', 'instance-type': 'T', architecture: 'A' };

describe('translateWhere()', () => {
  test('translates the neutral keys and leaves the others', () => {
    const where = new Map([
      ['pool', 'x'],
      ['zone', 'b'],
      ['architecture', 'amd64'],
    ]);
    expect([...translateWhere(where, WORDS)]).toEqual([
      ['pool', 'x'],
      ['Z', 'b'],
      ['A', 'amd64'],
    ]);
  });

  test('translates values of neutral keys alone', () => {
    const where = new Map(
      NEUTRAL_KEYS.map((key) => [key as string, 'v']).concat([['pool', 'v']]) as [string, string][],
    );
    const translated = translateWhere(where, WORDS, (key, value) => `${key}:${value}`);
    expect([...translated.values()]).toEqual(['zone:v', 'instance-type:v', 'architecture:v', 'v']);
  });
});

describe('neutralClass()', () => {
  const resources = createResourceTable({
    cpuPerVcpu: 1000,
    extended: ['example.com/fpga', 'example.com/key'],
  });
  const words = { cpu: 7, memory: 8, eni: 1, where: new Map([['Z', 'b']]), namespace: 'default' };

  test('puts every amount into its lane, and carries over the rest', () => {
    const one = template({
      ephemeralBytes: GIB,
      extended: new Map([['example.com/key', 3]]),
      hostPorts: [{ port: 80, protocol: 'TCP' }],
      image: { name: 'web:1', sizeBytes: 5 },
      labels: new Map([['app', 'web']]),
      priority: 4,
      distinctInstance: true,
      tolerations: [{ operator: 'Exists' }],
    });
    const gpu = { count: 2, milli: 1000, models: ['T4'] };
    const amounts = { cpuMilli: 0, memoryBytes: 0, gpu };
    const spec = neutralClass(
      resources,
      one,
      { group: 'web', kind: 'service', spread: 'zone', amounts },
      words,
    );
    expect(spec.requests[LANE.cpu]).toBe(7);
    expect(spec.requests[LANE.memory]).toBe(8);
    expect(spec.requests.slice(2)).toEqual([1, GIB, 2000, 1, 0, 3]);
    expect(spec).toMatchObject({
      group: 'web',
      groupKind: 'service',
      gpu,
      hostPorts: [{ ip: '0.0.0.0', protocol: 'TCP', port: 80 }],
      images: [{ name: 'web:1', sizeBytes: 5 }],
      labels: one.labels,
      namespace: 'default',
      priority: 4,
      native: null,
    });
    expect(spec.wishes).toEqual({
      where: words.where,
      distinctInstance: true,
      spread: 'zone',
      tolerations: [{ operator: 'Exists' }],
    });
  });

  test('takes the GPUs of the row, not those of the template', () => {
    const one = template({ gpu: { count: 1, milli: 500, models: [] } });
    const amounts = { cpuMilli: 0, memoryBytes: 0, gpu: null };
    const spec = neutralClass(
      resources,
      one,
      { group: 'day', kind: 'trace', spread: 'none', amounts },
      words,
    );
    expect([spec.gpu, spec.requests[LANE.gpu]]).toEqual([null, 0]);
  });
});

test('hostPortsOf() names ports on every address', () => {
  const ports = [
    { port: 80, protocol: 'TCP' },
    { port: 53, protocol: 'UDP' },
  ] as const;
  expect(hostPortsOf(template({ hostPorts: ports }))).toEqual([
    { ip: '0.0.0.0', protocol: 'TCP', port: 80 },
    { ip: '0.0.0.0', protocol: 'UDP', port: 53 },
  ]);
});

test('shapeCache() makes one shape per group and type', () => {
  const shape = shapeCache(({ name }, typeName) => ({ name, typeName }));
  const [a, b] = [group(1, { name: 'a' }), group(1, { name: 'b' })];
  expect(shape(a, 'm')).toBe(shape(a, 'm'));
  expect(shape(a, 'm')).not.toBe(shape(b, 'm'));
  expect(shape(a, 'm')).not.toBe(shape(a, 'c'));
  expect(shape(b, 'c')).toEqual({ name: 'b', typeName: 'c' });
});
