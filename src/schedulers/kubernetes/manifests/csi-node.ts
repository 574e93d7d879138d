import { objectAt, type Reader } from '../reader.ts';
import type { NamedObject } from './api-object.ts';

const LARGEST = 2 ** 31 - 1;

/**
 * How many volumes of each driver a CSINode (storage.k8s.io/v1) lets its node hold; drivers without a count are left
 * out: they take any number.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/nodevolumelimits/csi.go, getVolumeLimits
 */
export function volumeLimitsFrom(reader: Reader, { object }: NamedObject): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  const names = new Set<string>();
  reader.list(objectAt(object, 'spec')['drivers'], ['spec', 'drivers'], (item, at) => {
    const driver = reader.object(item, at);
    if (driver === undefined) return;
    const name = reader.text(driver['name'], [...at, 'name']) ?? '';
    if (name === '') return reader.problem(at, 'a driver of a CSINode needs a name');
    if (names.has(name)) return reader.problem([...at, 'name'], `the driver ${name} is here twice`);
    names.add(name);
    const allocatable = reader.object(driver['allocatable'], [...at, 'allocatable']);
    const count = reader.integer(allocatable?.['count'], [...at, 'allocatable', 'count'], 0, LARGEST);
    if (count !== undefined) limits.set(name, count);
  });
  return limits;
}
