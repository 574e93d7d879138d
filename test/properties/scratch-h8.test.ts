import { simulate } from '../../src/experiment/simulate.ts';
import { loadCatalogue } from '../../src/io/catalogue.ts';
import type { PlatformPlan } from '../../src/model/plan.ts';
import { findScheduler, SCHEDULER_NAMES } from '../../src/schedulers/registry.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';
import { SIMPLE_SCHEDULERS, SIMPLE_SCHEDULER_NAMES } from '../support/simple-world.ts';
import { defineEngineProperties } from './engine-properties.ts';

const catalogue = loadCatalogue();
const known = SIMPLE_SCHEDULER_NAMES.filter(
  (n) =>
    SCHEDULER_NAMES.includes(SIMPLE_SCHEDULERS[n].name) &&
    (process.env['ONLY'] === undefined || process.env['ONLY'].split(',').includes(n)),
);
defineEngineProperties(
  (plan, { log }) => {
    const raw = plan.platforms[0]!;
    const scheduler = findScheduler(raw.scheduler.name)!;
    const read = scheduler.readOptions(raw.scheduler.options);
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    const platform = { ...raw, scheduler: { ...raw.scheduler, options: read.options } } as PlatformPlan;
    const memory = new MemoryLog();
    const prices = { ebs: catalogue.ebsPrices(plan.region), services: catalogue.servicePrices(plan.region) };
    const { summary } = simulate({
      plan,
      platform,
      tables: new Map(),
      scheduler,
      planHash: '',
      prices,
      ...(log ? { log: memory } : {}),
    });
    return { log: memory.records, summary };
  },
  { schedulers: known, numRuns: Number(process.env['NUM'] ?? 10) },
);
