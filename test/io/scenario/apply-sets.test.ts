import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { applySets, type SetArgument } from '../../../src/io/scenario/apply-sets.ts';
import { readYamlText } from '../../../src/io/scenario/read-document.ts';
import { findings } from '../../support/scenarios.ts';

const TEXT = `
name: shop
fleet: [{name: general, size: {min: 1}}, {name: spot}]
templates: {web: &web {cpu: 1, labels: {a.b: c}}, copy: *web}
`;

function applied(...sets: SetArgument[]): unknown {
  return applySets(readYamlText('test.yaml', TEXT), sets).value;
}

function messages(...sets: SetArgument[]): string[] {
  try {
    applied(...sets);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.diagnostics.map(
      ({ code, position, message, hint }) =>
        `${code} ${position?.column} ${message}${hint ? ` (${hint})` : ''}`,
    );
  }
}

describe('applySets()', () => {
  test.each<[string, string, object]>([
    ['name', 'other', { name: 'other' }],
    ['seed', '7', { seed: 7 }],
    ['fleet[0].size.min', '3', { fleet: [{ name: 'general', size: { min: 3 } }, { name: 'spot' }] }],
    [
      'fleet.spot.size',
      '{min: 1, max: 2}',
      {
        fleet: [
          { name: 'general', size: { min: 1 } },
          { name: 'spot', size: { min: 1, max: 2 } },
        ],
      },
    ],
    [
      'fleet[2]',
      '{name: new}',
      { fleet: [{ name: 'general', size: { min: 1 } }, { name: 'spot' }, { name: 'new' }] },
    ],
    ['checks', '["unplaced == 0"]', { checks: ['unplaced == 0'] }],
    ['workload.services', '[]', { workload: { services: [] } }],
    // the aliased copy stays as it is
    [
      'templates.web.cpu',
      '2',
      { templates: { web: { cpu: 2, labels: { 'a.b': 'c' } }, copy: { cpu: 1, labels: { 'a.b': 'c' } } } },
    ],
    [
      'templates.copy.labels["a.b"]',
      'd',
      { templates: { web: { cpu: 1, labels: { 'a.b': 'c' } }, copy: { cpu: 1, labels: { 'a.b': 'd' } } } },
    ],
  ])('%s=%s changes that value and nothing else', (path, value, expected) => {
    const before = readYamlText('test.yaml', TEXT).value as object;
    expect(applied([path, value])).toEqual({ ...before, ...expected });
  });

  test('later sets win, and see what earlier ones made', () => {
    expect(applied(['x', '{a: 1}'], ['x.a', '2'], ['x.b', '3'])).toMatchObject({ x: { a: 2, b: 3 } });
  });

  test.each<[string, string, string]>([
    ['fleet.spott.size', '1', 'E5001 1 fleet has no entry named "spott" (did you mean "spot"?)'],
    ['fleet[5]', '1', 'E5001 1 cannot set entry 5: there are 2 entries'],
    ['name.x', '1', 'E5001 1 cannot set "x": "shop" is no mapping'],
    ['name[0]', '1', 'E5001 1 cannot set entry 0: this is no list'],
    ['', '1', 'E5001 1 cannot read the path "" (write it like fleet[0].size.max or platforms.NAME.queue)'],
    [
      '.a',
      '1',
      'E5001 1 cannot read the path ".a" (write it like fleet[0].size.max or platforms.NAME.queue)',
    ],
    [
      'a..b',
      '1',
      'E5001 1 cannot read the path "a..b" (write it like fleet[0].size.max or platforms.NAME.queue)',
    ],
    // columns count from the beginning of the argument
    [
      'seed',
      '017',
      'E1104 6 the number 017 can be read in more than one way (write 17, or "017" in quotes for text)',
    ],
    ['seed', '[1', 'E1005 8 the YAML cannot be parsed: Flow sequence must end with a ]'],
  ])('%s=%s is refused with its place in the argument', (path, value, message) => {
    expect(messages([path, value])).toEqual([message]);
  });

  test('reports all arguments that cannot be used', () => {
    expect(messages(['a..b', '1'], ['seed', '5'], ['name.x', '1'])).toHaveLength(2);
  });
});

test('what is wrong with the value of a set is reported at --set, everything else at the file', async () => {
  const text = 'version: 1\nname: a\nseed: 1\nhorizn: 1d\nplatforms: [{name: e, kind: ecs}]\n';
  const sets: SetArgument[] = [
    ['fleet', '[{name: g, type: m5.lage, size: {mn: 1, max: 3}}]'],
    ['horizon', '5'],
  ];
  expect(await findings(text, { sets })).toEqual([
    'E1104 1:9 horizon: cannot read 5 as a duration (a bare number has no unit: write 5s)',
    'E1203 1:40 unknown key "mn" in size of instance group "g" (did you mean "min"?)',
    'E1203 4:1 unknown key "horizn" in the scenario (use description, start, region, catalogue, prices, spot, types, templates, workload, events, billing, metrics, slo or checks)',
  ]);
});
