import { expect, test } from 'vitest';
import { PortTable } from '../../src/model/port-table.ts';
import type { HostPort } from '../../src/model/task-class.ts';

const port = (ip: string, number: number, protocol: HostPort['protocol'] = 'TCP'): HostPort => ({
  ip,
  protocol,
  port: number,
});
const ANY_80 = port('0.0.0.0', 80);

test.each([
  { other: port('0.0.0.0', 80), clashes: true },
  // 0.0.0.0 is every address
  { other: port('10.0.0.1', 80), clashes: true },
  { other: port('0.0.0.0', 81), clashes: false },
  { other: port('0.0.0.0', 80, 'UDP'), clashes: false },
])('0.0.0.0:80/TCP and $other clash: $clashes', ({ other, clashes }) => {
  const table = new PortTable([ANY_80, other]);
  expect(clash(table, ANY_80, other)).toBe(clashes);
  expect(clash(table, other, ANY_80)).toBe(clashes);
});

test('two addresses of their own do not clash on one port', () => {
  const table = new PortTable([port('10.0.0.1', 80), port('10.0.0.2', 80)]);
  expect(clash(table, port('10.0.0.1', 80), port('10.0.0.2', 80))).toBe(false);
  expect(clash(table, port('10.0.0.1', 80), port('10.0.0.1', 80))).toBe(true);
});

test('bitsOf() has one bit per port, in as many words as there are ports for', () => {
  const ports = Array.from({ length: 70 }, (_, index) => port('0.0.0.0', 1000 + index));
  const table = new PortTable([...ports, ports[3]!]);
  expect(table.words).toBe(3);
  const { portBits, portClashBits } = table.bitsOf([ports[31]!, ports[32]!, ports[69]!]);
  // bit 31 of word 0, bit 0 of word 1, bit 69 - 64 = 5 of word 2
  expect([...portBits]).toEqual([2 ** 31, 1, 2 ** 5]);
  expect([...portClashBits]).toEqual([...portBits]);
});

test('bitsOf() of no ports has no words', () => {
  expect(new PortTable([ANY_80]).bitsOf([]).portBits).toHaveLength(0);
  expect(new PortTable([]).words).toBe(0);
});

test('bitsOf() of a port that nobody announced is a bug', () => {
  expect(() => new PortTable([ANY_80]).bitsOf([port('0.0.0.0', 81)])).toThrow(/missing in the port table/);
});

function clash(table: PortTable, a: HostPort, b: HostPort): boolean {
  const taken = table.bitsOf([a]).portBits;
  return table.bitsOf([b]).portClashBits.some((bits, word) => (bits & taken[word]!) !== 0);
}
