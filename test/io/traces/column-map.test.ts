import { describe, expect, test } from 'vitest';
import { parseColumnMap } from '../../../src/io/traces/column-map.ts';

const VALID = { submit: 'start:s', runtime: 'run:s', cpu: 'cores:vcpu', memory: 'mem:MiB' };
const parse = (columns: Record<string, string>) => parseColumnMap(new Map(Object.entries(columns)));
const problemKeys = (columns: Record<string, string>) => {
  const parsed = parse(columns);
  return 'problems' in parsed ? parsed.problems.map(({ key }) => key) : [];
};

describe('parseColumnMap()', () => {
  test('reads columns with their units', () => {
    const parsed = parse({ ...VALID, gpu: 'gpus:devices' });
    expect(parsed).toMatchObject({
      map: {
        submit: { column: 'start', unit: 's', multiply: 1000, divide: 1 },
        cpu: { column: 'cores', unit: 'vcpu' },
        memory: { column: 'mem', multiply: 2 ** 20 },
        gpu: { column: 'gpus', multiply: 1000 },
        end: null,
        isEpoch: false,
      },
    });
  });

  test('splits at the last colon, so that names may hold blanks and colons', () => {
    const parsed = parse({ ...VALID, submit: 'start: time [s] : ms' });
    expect(parsed).toMatchObject({ map: { submit: { column: 'start: time [s]', unit: 'ms' } } });
  });

  test('reads constants in their unit', () => {
    // 512 × 1000 / 1024
    const parsed = parse({ ...VALID, cpu: '=512:units', memory: '=0.5:GiB' });
    expect(parsed).toMatchObject({
      map: { cpu: { column: null, constant: 500 }, memory: { column: null, constant: 2 ** 29 } },
    });
  });

  test('knows epochs', () => {
    expect(parse({ ...VALID, submit: 'start:epoch-us' })).toMatchObject({ map: { isEpoch: true } });
  });

  test.each([
    { name: 'nothing', columns: {}, keys: ['submit', 'cpu', 'memory'] },
    { name: 'an unknown key', columns: { ...VALID, memori: 'x:MiB' }, keys: ['memori'] },
    { name: 'a reserved key', columns: { ...VALID, constructor: 'x:MiB' }, keys: ['constructor'] },
    { name: 'no unit', columns: { ...VALID, cpu: 'cores' }, keys: ['cpu'] },
    { name: 'no name', columns: { ...VALID, cpu: ':vcpu' }, keys: ['cpu'] },
    { name: 'an unknown unit', columns: { ...VALID, memory: 'mem:mib' }, keys: ['memory'] },
    { name: 'a unit of objects', columns: { ...VALID, memory: 'mem:toString' }, keys: ['memory'] },
    { name: 'a runtime since 1970', columns: { ...VALID, runtime: 'run:epoch-s' }, keys: ['runtime'] },
    { name: 'a negative constant', columns: { ...VALID, cpu: '=-1:vcpu' }, keys: ['cpu'] },
    { name: 'a constant beyond the limit', columns: { ...VALID, cpu: '=1e7:vcpu' }, keys: ['cpu'] },
    { name: 'runtime and end', columns: { ...VALID, end: 'end:s' }, keys: ['end'] },
    {
      name: 'an end on another clock than submit',
      columns: { submit: 'a:s', end: 'b:epoch-s', cpu: 'c:vcpu', memory: 'm:B' },
      keys: ['end'],
    },
  ])('reports $name', ({ columns, keys }) => expect(problemKeys(columns)).toEqual(keys));

  test('suggests the nearest unit', () => {
    const parsed = parse({ ...VALID, memory: 'mem:mib' });
    expect(parsed).toMatchObject({ problems: [{ key: 'memory', hint: expect.stringContaining('"MiB"') }] });
  });
});
