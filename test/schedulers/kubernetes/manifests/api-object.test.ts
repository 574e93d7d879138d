import { describe, expect, test } from 'vitest';
import {
  identifyAlone,
  itemsOf,
  titleOf,
} from '../../../../src/schedulers/kubernetes/manifests/api-object.ts';

describe('itemsOf()', () => {
  const pod = { kind: 'Pod', metadata: { name: 'a' } };

  test('is the document itself when it is no list', () => {
    expect(itemsOf(pod)).toEqual([{ path: [], value: pod }]);
    expect(itemsOf('text')).toEqual([{ path: [], value: 'text' }]);
    // A kind of its own that only ends like one.
    expect(itemsOf({ kind: 'AccessList', spec: {} })).toHaveLength(1);
  });

  test('takes lists apart, also lists in lists, and says where each item stands', () => {
    const inner = { kind: 'List', items: [pod, pod] };
    expect(itemsOf({ kind: 'List', items: [pod, inner] }, ['x']).map(({ path }) => path.join('.'))).toEqual([
      'x.items.0',
      'x.items.1.items.0',
      'x.items.1.items.1',
    ]);
  });

  test('gives items of a typed list its kind and version', () => {
    const list = { apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'a' } }] };
    expect(itemsOf(list)[0]!.value).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } });
  });
});

describe('identifyAlone()', () => {
  test.each([
    [{ kind: 'Pod', metadata: { name: 'a' } }, 'Pod default/a'],
    [{ kind: 'Pod', metadata: { name: 'a', namespace: 'shop' } }, 'Pod shop/a'],
    [{ kind: 'Node', metadata: { name: 'n', namespace: '' } }, 'Node n'],
    [{ kind: 'Widget', metadata: { name: 'w' } }, 'Widget default/w'],
  ])('%j is %s', (object, title) => {
    const read = identifyAlone(object);
    expect('value' in read && titleOf(read.value)).toBe(title);
  });

  test.each([
    [{}, 'kind: an object needs a kind'],
    [{ kind: 'Pod' }, 'metadata.name: a Pod needs a name'],
    [{ kind: 7 }, 'kind: must be text'],
    [[], ': must be a mapping'],
    [null, ': the list has an empty item'],
    [
      { kind: 'Pod', metadata: { generateName: 'a-' } },
      'metadata.name: a generated name is not known before the object is created: write a name',
    ],
  ])('%j cannot be told from others: %s', (object, problem) => {
    const read = identifyAlone(object);
    const [first] = 'problems' in read ? read.problems : [];
    expect(`${first?.path.join('.')}: ${first?.message}`).toBe(problem);
  });
});
