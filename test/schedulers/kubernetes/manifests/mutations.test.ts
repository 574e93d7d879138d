import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { InputError } from '../../../../src/errors.ts';
import { prepareScenario } from '../../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../../src/experiment/run-platform.ts';
import { itemsOf } from '../../../../src/schedulers/kubernetes/manifests/api-object.ts';

/** The objects of scenarios/manifests with one value somewhere replaced: none may end in anything but an answer. */
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../../../scenarios/manifests/k8s');
const RUNS = 250;

function objectsOf(name: string): unknown[] {
  const documents = parseAllDocuments(readFileSync(join(FOLDER, name), 'utf8'));
  return documents.flatMap((document) => itemsOf(document.toJSON()).map(({ value }) => value));
}
const NODES = objectsOf('nodes.yaml');
const OTHERS = ['cluster.yaml', 'running.yaml', 'pending.yaml'].flatMap(objectsOf);

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  (copy as Record<string, unknown>)[key] = replaced((copy as Record<string, unknown>)[key], rest, by);
  return copy;
}

const PATHS = pathsIn([NODES, OTHERS]).filter(({ length }) => length > 1);
const odd = fc.constantFrom<unknown>(
  ...[null, '', 'x', '-1', '1e400', '50%', 'NotIn', true, -1, 0, 1.5, 2 ** 53],
  ...[[], {}, [null], [[]], [{}], { a: null }, { matchLabels: 5 }, { '': '' }],
);

test('one odd value anywhere in the objects: a plan that runs, or an InputError', async () => {
  const seen = { refused: 0, ran: 0 };
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PATHS), odd, async (path, value) => {
      const [nodes, manifests] = replaced([NODES, OTHERS], path, value) as [unknown, unknown];
      const scenario = {
        version: 1,
        name: 't',
        seed: 1,
        start: '2026-03-02T00:00:00Z',
        horizon: '3h',
        fleet: [{ name: 'c', nodes }],
        workload: { manifests },
        platforms: [{ name: 'k', kind: 'kubernetes' }],
      };
      try {
        const { summary } = await runPlatform(await prepareScenario('t.yaml', { scenario, folder: FOLDER }));
        expect(summary.complete).toBe(true);
        seen.ran += 1;
      } catch (error) {
        expect(
          error,
          `${path.join('.')} = ${JSON.stringify(value)}: ${(error as Error).stack}`,
        ).toBeInstanceOf(InputError);
        seen.refused += 1;
      }
    }),
    { seed: 3, numRuns: RUNS },
  );
  // Both happen: most values matter to nobody, and many are refused.
  expect(Math.min(seen.refused, seen.ran)).toBeGreaterThan(RUNS / 10);
});
