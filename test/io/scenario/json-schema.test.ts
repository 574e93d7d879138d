import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  SCENARIO_SCHEMA_FILE,
  scenarioJsonSchema,
  scenarioJsonSchemaText,
} from '../../../src/io/scenario/json-schema.ts';
import { scenarioSchema } from '../../../src/io/scenario/scenario-schema.ts';
import { arbitraryScenario } from '../../support/scenarios.ts';

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const accepts = ajv.compile(scenarioJsonSchema());

test('schema/scenario.schema.json is current: else run node --import ./scripts/typescript.mjs scripts/write-schema.mjs', () => {
  expect(readFileSync(SCENARIO_SCHEMA_FILE, 'utf8')).toBe(scenarioJsonSchemaText());
});

test('every property is described, and has an example, a default or a list of values for editors to show', () => {
  const bare: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const { properties, ...rest } = schema as { properties?: Record<string, Record<string, unknown>> };
    for (const [key, property] of Object.entries(properties ?? {})) {
      const helps = [
        'examples',
        'default',
        'enum',
        'const',
        'properties',
        'items',
        'anyOf',
        '$ref',
        'allOf',
        'oneOf',
      ];
      const isReference = '$ref' in property || 'allOf' in property;
      const isHelpful = property['type'] === 'boolean' || helps.some((help) => help in property);
      if ((property['description'] === undefined && !isReference) || !isHelpful) bare.push(`${path}.${key}`);
      visit(property, `${path}.${key}`);
    }
    for (const [key, part] of Object.entries(rest))
      if (key !== 'default' && key !== 'examples') visit(part, `${path}/${key}`);
  };
  visit(scenarioJsonSchema(), '');
  expect(bare).toEqual([]);
});

describe('the JSON Schema and the reader agree', () => {
  test('on 200 random valid scenarios', () => {
    fc.assert(
      fc.property(arbitraryScenario, (scenario) => {
        expect([accepts(scenario), accepts.errors]).toEqual([true, null]);
        expect(scenarioSchema.safeParse(scenario).error?.issues).toBeUndefined();
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('on 800 scenarios with one thing changed: a key removed, added or of another type', () => {
    let refused = 0;
    fc.assert(
      fc.property(
        arbitraryScenario,
        fc.nat(),
        fc.constantFrom('remove', 'add', null, true, 'text', -1, 1.5, [], {}),
        (scenario, pick, change) => {
          const mutant = structuredClone(scenario) as object;
          mutate(mutant, pick, change);
          const read = scenarioSchema.safeParse(mutant);
          expect([accepts(mutant), mutant, read.error?.issues]).toEqual([
            read.success,
            mutant,
            read.error?.issues,
          ]);
          if (!read.success) refused += 1;
        },
      ),
      { seed: 1, numRuns: 800 },
    );
    expect(refused).toBeGreaterThan(250);
  });
});

function mutate(root: object, pick: number, change: unknown): void {
  const places: [target: Record<string, unknown>, key: string][] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, entry] of Object.entries(value)) {
      places.push([value as Record<string, unknown>, key]);
      visit(entry);
    }
  };
  visit(root);
  const [target, key] = places[pick % places.length]!;
  if (change === 'remove' && Array.isArray(target)) target.splice(Number(key), 1);
  else if (change === 'remove') delete target[key];
  else if (change === 'add' && !Array.isArray(target)) target['surplus'] = 1;
  else target[key] = change;
}
