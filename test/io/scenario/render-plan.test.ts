import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Diagnostic } from '../../../src/errors.ts';
import { InputError } from '../../../src/errors.ts';
import { loadCatalogue } from '../../../src/io/catalogue.ts';
import { planHash } from '../../../src/io/scenario/plan-hash.ts';
import type { PlanContext } from '../../../src/io/scenario/plan-context.ts';
import { renderPlan, renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { type ResolvedPlan, resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { scenarioFiles } from '../../../src/io/scenario/scenario-files.ts';
import { arbitraryScenario, scenarioWith, testContext } from '../../support/scenarios.ts';

function resolve(text: string, context: PlanContext = testContext): Promise<ResolvedPlan> {
  return resolveScenario({ file: 'test.yaml', bytes: new TextEncoder().encode(text) }, context);
}

/** Undefined for the errors that random scenarios may have: no task fits anywhere, two groups list the same machines. */
async function planOf(text: string): Promise<ResolvedPlan | undefined> {
  try {
    return await resolve(text);
  } catch (error) {
    const isHopeless = ({ code }: Diagnostic) => /^(E1205|E2001|E2002|W)/.test(code);
    if (error instanceof InputError && error.diagnostics.every(isHopeless)) return undefined;
    throw error;
  }
}

async function expectFixPoint({ plan }: ResolvedPlan, context: PlanContext = testContext): Promise<void> {
  const again = await resolve(renderPlanYaml(plan), context);
  expect(again.plan).toEqual(plan);
  expect(planHash(again.plan)).toBe(planHash(plan));
}

describe('renderPlan()', () => {
  test('the plan of a rendered plan is the same plan: 200 random scenarios', async () => {
    let resolved = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryScenario, async (scenario) => {
        const first = await planOf(stringify(scenario));
        if (first === undefined) return;
        resolved += 1;
        await expectFixPoint(first);
      }),
      { seed: 1, numRuns: 200 },
    );
    // The arbitrary must not hide behind tasks that fit nowhere.
    expect(resolved).toBeGreaterThan(80);
  });

  test('a rendered plan leaves nothing to a default: it has no warning either', async () => {
    const { plan, warnings } = await resolve(stringify({ ...scenarioWith({}), seed: undefined }));
    expect(warnings.map(({ code }) => code)).toEqual(['W2003']);
    expect((await resolve(renderPlanYaml(plan))).warnings).toEqual([]);
  });

  test('a rendered plan does not change with the price list: its types carry their prices', async () => {
    const { plan } = await resolve(stringify(scenarioWith({})));
    const later: PlanContext = {
      ...testContext,
      catalogue: { ...testContext.catalogue, id: 'later', date: '2027-01-01' },
    };
    expect(planHash((await resolve(renderPlanYaml(plan), later)).plan)).toBe(planHash(plan));
    const { types: _, ...unpriced } = renderPlan(plan);
    await expect(resolve(stringify(unpriced), later)).rejects.toThrow(
      /E2102: type "m5.large" is not written/,
    );
  });

  test('inline templates of equal names do not overwrite each other', async () => {
    const { plan } = await resolve(
      stringify(
        scenarioWith({
          templates: { web: { cpu: 1, memory: '1GiB' } },
          workload: {
            services: [
              { name: 'web', template: { cpu: '250m', memory: '64MiB' }, replicas: 1 },
              { name: 'other', template: 'web', replicas: 1 },
            ],
          },
        }),
      ),
    );
    await expectFixPoint({ plan, warnings: [] });
    expect(plan.workload.services.map(({ template }) => template.cpuMilli)).toEqual([250, 1000]);
  });
});

const folders = readdirSync('scenarios', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(`scenarios/${entry.name}`).includes('scenario.yaml'))
  .map(({ name }) => `scenarios/${name}`);

describe.runIf(folders.length > 0)('every scenario of the repository', () => {
  test.each(folders)('%s is valid, and its plan renders to the same plan', async (folder) => {
    const bytes = readFileSync(`${folder}/scenario.yaml`);
    const traces = process.env['STOWAGE_TRACES'];
    if (traces === undefined && bytes.includes('{traces}')) {
      await expect(resolve(bytes.toString(), realContext(folder, undefined))).rejects.toThrow(/E4005/);
      return;
    }
    const context = realContext(folder, traces);
    await expectFixPoint(await resolve(bytes.toString(), context), context);
  });
});

function realContext(folder: string, traces: string | undefined): PlanContext {
  return { catalogue: loadCatalogue(), files: scenarioFiles(folder, traces), allowPlugins: true };
}
