import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { ApiObject } from '../../src/model/plan.ts';
import { storedPod } from '../../src/schedulers/kubernetes/defaulting.ts';
import { limitRefusal } from '../../src/schedulers/kubernetes/manifests/limit-bounds.ts';
import { limitRangeFrom, withContainerDefaults } from '../../src/schedulers/kubernetes/manifests/limit-range.ts';
import { Reader } from '../../src/schedulers/kubernetes/reader.ts';

interface LimitCase {
  readonly id: string;
  readonly input: { readonly ranges: readonly ApiObject[]; readonly pod: ApiObject };
  /** The error; empty: the pod is admitted. */
  readonly expected: string;
}

/**
 * What the functions of plugin/pkg/admission/limitranger/admission.go and pkg/apis/core/v1/defaults.go of Kubernetes
 * v1.36.2 say of random pods under random LimitRanges, resources taken in order of their names.
 */
const BOUNDS = new URL('./limit-ranger/01-bounds.jsonl.gz', import.meta.url);
/** What ValidateLimitRange of pkg/apis/core/validation/validation.go of the same says of random LimitRanges, sorted. */
const VALIDATION = new URL('./limit-ranger/02-validation.jsonl.gz', import.meta.url);

function casesOf<Case>(file: URL): Case[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Case);
}

function answer({ ranges, pod }: LimitCase['input']): string {
  const read = ranges.map((object) => {
    // Some bounds contradict each other; the plug-in does not mind.
    return limitRangeFrom(new Reader(), { kind: 'LimitRange', namespace: 'shop', name: 'l', object });
  });
  const admitted = withContainerDefaults(storedPod(pod) as ApiObject, read);
  const refusal = limitRefusal(
    admitted,
    read.map(({ bounds }) => bounds),
  );
  return refusal?.why ?? '';
}

test('limitRefusal() agrees with the LimitRanger of Kubernetes in every word, 600 cases', () => {
  const cases = casesOf<LimitCase>(BOUNDS);
  const answers = cases.map(({ id, input }) => [id, answer(input)]);
  expect(answers).toEqual(cases.map(({ id, expected }) => [id, expected]));
  expect(cases).toHaveLength(600);
  expect(cases.filter(({ expected }) => expected === '').length).toBeGreaterThan(20);
});

interface ValidationCase {
  readonly id: string;
  readonly limits: readonly object[];
  /** `spec.limits[0].type: must be ...` */
  readonly expected: readonly string[];
}

test('limitRangeFrom() agrees with the validation of Kubernetes in every word, 400 cases', () => {
  const cases = casesOf<ValidationCase>(VALIDATION);
  const answers = cases.map(({ id, limits }) => {
    const reader = new Reader();
    const object = { kind: 'LimitRange', metadata: { name: 'l' }, spec: { limits } };
    limitRangeFrom(reader, { kind: 'LimitRange', namespace: 'shop', name: 'l', object });
    const found = reader.problems.map(({ path, message }) => `${placeOf(path.slice(2))}: ${message}`);
    return [id, found.sort()];
  });
  expect(answers).toEqual(cases.map(({ id, expected }) => [id, [...expected].sort()]));
  expect(cases).toHaveLength(400);
  expect(cases.filter(({ expected }) => expected.length === 0).length).toBeGreaterThan(20);
});

/** As the API server writes it: keys of amounts in brackets. */
function placeOf([index, field, name]: readonly (string | number)[]): string {
  const place = `spec.limits[${String(index)}].${String(field)}`;
  return name === undefined ? place : `${place}[${String(name)}]`;
}
