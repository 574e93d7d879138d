import { describe, expect, test } from 'vitest';
import { PortTable } from '../../src/model/port-table.ts';
import { PortsInUse } from '../../src/model/ports-in-use.ts';
import type { HostPort } from '../../src/model/task-class.ts';

// 40 ports: the last ones are bits of a second word.
const PORTS = Array.from({ length: 40 }, (_, index): HostPort => {
  return { ip: '0.0.0.0', protocol: 'TCP', port: 8000 + index };
});
const TABLE = new PortTable(PORTS);
const bits = (...indexes: number[]) => TABLE.bitsOf(indexes.map((index) => PORTS[index]!)).portBits;

function twoInstances(): PortsInUse {
  const ports = new PortsInUse(TABLE);
  ports.grow(2);
  ports.install(0, [PORTS[0]!]);
  ports.install(1, []);
  return ports;
}

describe('PortsInUse', () => {
  test('the ports of the system are taken from the start, on that instance alone', () => {
    const ports = twoInstances();
    expect([ports.fit(0, bits(0)), ports.fit(1, bits(0))]).toEqual([false, true]);
  });

  test('what is taken is free again after its release, the rest stays taken', () => {
    const ports = twoInstances();
    ports.take(1, bits(3, 39));
    expect([ports.fit(1, bits(39)), ports.fit(1, bits(38)), ports.fit(0, bits(39))]).toEqual([
      false,
      true,
      true,
    ]);
    ports.release(1, bits(39));
    expect([ports.fit(1, bits(39)), ports.fit(1, bits(3))]).toEqual([true, false]);
  });

  test('growing keeps what is taken; a slot that is cleared or installed anew has nothing else taken', () => {
    const ports = twoInstances();
    ports.take(1, bits(35));
    ports.grow(8);
    expect([ports.fit(1, bits(35)), ports.fit(7, bits(35))]).toEqual([false, true]);
    ports.clear(0);
    ports.install(1, [PORTS[5]!]);
    expect([ports.fit(0, bits(0)), ports.fit(1, bits(35)), ports.fit(1, bits(5))]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
